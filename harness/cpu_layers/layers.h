// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the kinds of layers share: their parameters and their elements.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>

#include "harness/cpu_layers/cpu_layer.h"

namespace bmemu::harness::cpu_layers {

using Shape = std::vector<std::uint64_t>;
using Tensors = std::vector<isa::TensorInfo>;

/// The fields of a C struct, in order; empty once the bytes end.
class Fields {
 public:
  explicit Fields(isa::ByteView bytes) : bytes_(bytes) {}
  std::optional<std::int32_t> number() { return next<std::int32_t>(); }
  std::optional<std::uint8_t> flag() { return next<std::uint8_t>(); }

 private:
  template <class T>
  std::optional<T> next() {
    if (bytes_.size - at_ < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  isa::ByteView bytes_;
  std::size_t at_ = 0;
};

inline bool is_word(const isa::TensorInfo& tensor) { return isa::bits(tensor.type) == 32; }
inline bool is_index(const isa::TensorInfo& tensor) { return tensor.type == isa::DataType::kI32; }

/// Axes count from the end when negative; none when there is no such axis.
inline std::optional<std::size_t> axis_of(std::int32_t axis, const Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at >= rank) return std::nullopt;
  return static_cast<std::size_t>(at);
}

/// Product of the dimensions [from, to).
inline std::uint64_t count_of(const Shape& shape, std::size_t from, std::size_t to) {
  std::uint64_t count = 1;
  for (std::size_t i = from; i < to; ++i) count *= shape[i];
  return count;
}
inline std::uint64_t count_of(const Shape& shape) { return count_of(shape, 0, shape.size()); }

template <class T>
T element(const Array& array, std::uint64_t index) {
  T value;
  std::memcpy(&value, array.bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}
template <class T>
void set_element(Array& array, std::uint64_t index, T value) {
  std::memcpy(array.bytes.data() + index * sizeof(T), &value, sizeof(T));
}

/// A place along a dimension. Errors: E-CPU-LAYER-INDEX; negative ones too, for which the runtime reads other memory.
std::uint64_t checked_index(std::int32_t index, std::uint64_t size, const Array& indices);

// Makers of functions, by kind; empty where the layer has parameters or tensors that are not known.
CpuLayerFunction top_k(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs);
CpuLayerFunction gather_elements(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs);
CpuLayerFunction scatter_nd(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs);
CpuLayerFunction non_maximum_suppression(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs);
CpuLayerFunction grid_sample(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs);
CpuLayerFunction gather_nd(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs);

}  // namespace bmemu::harness::cpu_layers
