// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <array>
#include <numeric>

#include "harness/cpu_layers/layers.h"

namespace bmemu::harness::cpu_layers {
namespace {

struct Box {
  float top, left, bottom, right;  ///< of the two corners in the file, which is which does not matter
  float area() const { return (bottom - top) * (right - left); }
};

Box box_at(const Array& boxes, std::uint64_t index, bool has_center) {
  std::array<float, 4> at;
  for (std::uint64_t i = 0; i < 4; ++i) at[i] = element<float>(boxes, 4 * index + i);
  if (has_center)  // x, y, width, height
    return {at[1] - at[3] / 2, at[0] - at[2] / 2, at[1] + at[3] / 2, at[0] + at[2] / 2};
  return {std::min(at[0], at[2]), std::min(at[1], at[3]), std::max(at[0], at[2]), std::max(at[1], at[3])};
}

float overlap(const Box& a, const Box& b) {
  const float height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  const float width = std::min(a.right, b.right) - std::max(a.left, b.left);
  if (!(height > 0 && width > 0)) return 0;
  const float common = height * width;
  return common / (a.area() + b.area() - common);
}

/// Boxes of one class that stay, best first; of equal ones the first.
std::vector<std::uint64_t> kept_boxes(const std::vector<Box>& boxes, const std::vector<float>& scores,
                                      std::uint64_t most, float largest_overlap, float lowest_score) {
  std::vector<std::uint64_t> order(boxes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return scores[a] > scores[b]; });
  std::vector<std::uint64_t> kept;
  for (const std::uint64_t candidate : order) {
    if (kept.size() == most || !(scores[candidate] > lowest_score)) break;
    if (std::none_of(kept.begin(), kept.end(),
                     [&](auto other) { return overlap(boxes[candidate], boxes[other]) > largest_overlap; }))
      kept.push_back(candidate);
  }
  return kept;
}

}  // namespace

/// whether boxes are given by their center, most boxes per class. Boxes [n, b, 4], scores [n, classes, b], most boxes,
/// largest overlap, lowest score; gives rows of batch, class and box. Observed: rows that are not needed stay as they
/// are.
CpuLayerFunction non_maximum_suppression(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs) {
  Fields fields(layer.parameters);
  const auto center = fields.number(), most = fields.number();
  if (!most || inputs.size() != 5 || outputs.size() != 1 || !is_index(outputs[0]) || !is_index(inputs[2])) return {};
  for (const std::size_t i : {0, 1, 3, 4})
    if (inputs[i].type != isa::DataType::kF32) return {};
  const Shape &boxes = inputs[0].shape, &scores = inputs[1].shape;
  if (boxes.size() != 3 || scores.size() != 3 || boxes[2] != 4 || boxes[0] != scores[0] || boxes[1] != scores[2])
    return {};
  return [=, has_center = *center != 0](const std::vector<Array>& in, std::vector<Array>& out) {
    const auto limit = static_cast<std::uint64_t>(std::max(element<std::int32_t>(in[2], 0), 0));
    const auto largest_overlap = element<float>(in[3], 0), lowest_score = element<float>(in[4], 0);
    const std::uint64_t rows = count_of(outputs[0].shape) / 3;
    std::uint64_t row = 0;
    for (std::uint64_t n = 0; n < boxes[0]; ++n) {
      std::vector<Box> all;
      for (std::uint64_t b = 0; b < boxes[1]; ++b) all.push_back(box_at(in[0], n * boxes[1] + b, has_center));
      for (std::uint64_t c = 0; c < scores[1]; ++c) {
        std::vector<float> of_class;
        for (std::uint64_t b = 0; b < boxes[1]; ++b)
          of_class.push_back(element<float>(in[1], (n * scores[1] + c) * boxes[1] + b));
        for (const std::uint64_t b : kept_boxes(all, of_class, limit, largest_overlap, lowest_score)) {
          if (row == rows) return;
          const std::array<std::uint64_t, 3> values{n, c, b};
          for (std::uint64_t i = 0; i < 3; ++i) set_element(out[0], 3 * row + i, static_cast<std::int32_t>(values[i]));
          ++row;
        }
      }
    }
  };
}

}  // namespace bmemu::harness::cpu_layers
