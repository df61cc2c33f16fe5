// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <cmath>

#include "harness/cpu_layers/layers.h"

namespace bmemu::harness::cpu_layers {
namespace {

/// From -1..1 to a place along `size` elements; without aligned corners -1 and 1 are the outer edges of the elements.
float place_of(float coordinate, std::uint64_t size, bool aligned) {
  const auto length = static_cast<float>(size);
  if (aligned) return (coordinate + 1) / 2 * (length - 1);
  return ((coordinate + 1) * length - 1) / 2;
}

enum class Padding : std::int32_t { kZeros, kBorder, kReflection };

/// Mirrors a place at the edges of [low / 2, high / 2] until it lies between them.
float reflected(float place, float low, float high) {
  if (low == high) return 0;
  const float first = low / 2, span = (high - low) / 2;
  const float distance = std::fabs(place - first);
  const float rest = std::fmod(distance, span);
  const bool is_even = std::fmod(std::floor(distance / span), 2.0F) == 0;
  return is_even ? rest + first : span - rest + first;
}

float padded(float place, std::uint64_t size, Padding padding, bool aligned) {
  if (padding == Padding::kZeros) return place;
  const auto length = static_cast<float>(size);
  if (padding == Padding::kReflection)
    place = aligned ? reflected(place, 0, 2 * (length - 1)) : reflected(place, -1, 2 * length - 1);
  return std::min(std::max(place, 0.0F), length - 1);
}

struct Plane {
  const Array* array;
  std::uint64_t first, height, width;

  /// Zero outside.
  float at(float y, float x) const {
    if (!(y >= 0 && x >= 0 && y < static_cast<float>(height) && x < static_cast<float>(width))) return 0;
    return element<float>(*array, first + static_cast<std::uint64_t>(y) * width + static_cast<std::uint64_t>(x));
  }
};

float bilinear(const Plane& plane, float y, float x) {
  const float top = std::floor(y), left = std::floor(x);
  const float below = y - top, right = x - left;
  const float above = top + 1 - y, before = left + 1 - x;
  float sum = 0;
  sum += plane.at(top, left) * (before * above);
  sum += plane.at(top, left + 1) * (right * above);
  sum += plane.at(top + 1, left) * (before * below);
  sum += plane.at(top + 1, left + 1) * (right * below);
  return sum;
}

}  // namespace

/// mode (0 bilinear, 1 nearest), padding, aligned corners.
CpuLayerFunction grid_sample(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs) {
  Fields fields(layer.parameters);
  const auto mode = fields.number(), padding = fields.number();
  const auto aligned = fields.flag();
  if (!aligned || *padding < 0 || *padding > 2 || (*mode != 0 && *mode != 1) || inputs.size() != 2 ||
      outputs.size() != 1)
    return {};
  for (const auto* tensor : {&inputs[0], &inputs[1], &outputs[0]})
    if (tensor->type != isa::DataType::kF32 || tensor->shape.size() != 4) return {};
  const Shape &from = inputs[0].shape, &grid = inputs[1].shape;
  if (grid[0] != from[0] || grid[3] != 2 || outputs[0].shape != Shape{from[0], from[1], grid[1], grid[2]}) return {};
  return [from, grid, is_nearest = *mode == 1, is_aligned = *aligned != 0, outside = static_cast<Padding>(*padding)](
             const std::vector<Array>& in, std::vector<Array>& out) {
    const std::uint64_t places = grid[1] * grid[2];
    for (std::uint64_t n = 0; n < from[0]; ++n)
      for (std::uint64_t p = 0; p < places; ++p) {
        const auto place = [&](std::uint64_t index, std::uint64_t size) {
          const float at = place_of(element<float>(in[1], 2 * (n * places + p) + index), size, is_aligned);
          return padded(at, size, outside, is_aligned);
        };
        const float x = place(0, from[3]), y = place(1, from[2]);
        for (std::uint64_t c = 0; c < from[1]; ++c) {
          const std::uint64_t plane_index = n * from[1] + c;
          const Plane plane{&in[0], plane_index * from[2] * from[3], from[2], from[3]};
          const float value = is_nearest ? plane.at(std::nearbyint(y), std::nearbyint(x)) : bilinear(plane, y, x);
          set_element(out[0], plane_index * places + p, value);
        }
      }
  };
}

}  // namespace bmemu::harness::cpu_layers
