// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <numeric>

#include "harness/cpu_layers/layers.h"

namespace bmemu::harness::cpu_layers {

/// k, axis, sorted, descending, values only. Gives the k largest values along the axis, of equal ones the first, and
/// their places. One result alone is the values when the last flag says so, else the places.
/// Observed: the runtime gives the largest values, largest first, whatever `sorted` and `descending` say.
CpuLayerFunction top_k(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs) {
  Fields fields(layer.parameters);
  const auto k = fields.number(), axis_field = fields.number();
  fields.flag(), fields.flag();
  const auto values_only = fields.flag();
  if (!values_only || inputs.size() != 1 || inputs[0].type != isa::DataType::kF32) return {};
  const Shape& from = inputs[0].shape;
  const auto axis = axis_of(*axis_field, from);
  if (!axis || *k < 1 || static_cast<std::uint64_t>(*k) > from[*axis]) return {};
  const auto kept = static_cast<std::uint64_t>(*k);
  Shape to = from;
  to[*axis] = kept;
  const bool has_values = *values_only != 0 || outputs.size() == 2, has_places = *values_only == 0;
  if (outputs.size() != (has_values ? 1U : 0U) + (has_places ? 1U : 0U)) return {};
  if (has_values && outputs.front().type != isa::DataType::kF32) return {};
  if (has_places && !is_index(outputs.back())) return {};
  for (const auto& output : outputs)
    if (output.shape != to) return {};

  const std::uint64_t length = from[*axis], inner = count_of(from, *axis + 1, from.size());
  const std::uint64_t outer = count_of(from, 0, *axis);
  return [=](const std::vector<Array>& in, std::vector<Array>& out) {
    std::vector<float> values(length);
    std::vector<std::uint64_t> order(length);
    for (std::uint64_t o = 0; o < outer; ++o)
      for (std::uint64_t i = 0; i < inner; ++i) {
        for (std::uint64_t j = 0; j < length; ++j) values[j] = element<float>(in[0], (o * length + j) * inner + i);
        std::iota(order.begin(), order.end(), 0);
        std::partial_sort(
            order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
            [&](std::uint64_t a, std::uint64_t b) { return values[a] != values[b] ? values[a] > values[b] : a < b; });
        for (std::uint64_t j = 0; j < kept; ++j) {
          const std::uint64_t at = (o * kept + j) * inner + i;
          if (has_values) set_element(out.front(), at, values[order[j]]);
          if (has_places) set_element(out.back(), at, static_cast<std::int32_t>(order[j]));
        }
      }
  };
}

}  // namespace bmemu::harness::cpu_layers
