// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>

#include "harness/cpu_layers/layers.h"

namespace bmemu::harness::cpu_layers {

/// axis. result[..., i, ...] = data[..., indices[..., i, ...], ...]; the other dimensions of the indices are not
/// larger.
CpuLayerFunction gather_elements(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs) {
  const auto axis_field = Fields(layer.parameters).number();
  if (!axis_field || inputs.size() != 2 || outputs.size() != 1) return {};
  const Shape &data = inputs[0].shape, &to = inputs[1].shape;
  const auto axis = axis_of(*axis_field, data);
  if (!axis || !is_index(inputs[1]) || !is_word(inputs[0]) || outputs[0].type != inputs[0].type) return {};
  if (to.size() != data.size() || outputs[0].shape != to) return {};
  for (std::size_t d = 0; d < to.size(); ++d)
    if (d != *axis && to[d] > data[d]) return {};
  return [data, to, axis = *axis](const std::vector<Array>& in, std::vector<Array>& out) {
    Shape place(to.size());
    for (std::uint64_t i = 0; i < count_of(to); ++i) {
      std::uint64_t rest = i;
      for (std::size_t d = to.size(); d-- > 0; rest /= to[d]) place[d] = rest % to[d];
      place[axis] = checked_index(element<std::int32_t>(in[1], i), data[axis], in[1]);
      std::uint64_t from = 0;
      for (std::size_t d = 0; d < data.size(); ++d) from = from * data[d] + place[d];
      set_element(out[0], i, element<std::uint32_t>(in[0], from));
    }
  };
}

/// whether indices are integers, leading dimensions that data and indices share. The last dimension of the indices
/// holds a place in the first dimensions of the data. Observed: with shared dimensions the runtime gives no gather of
/// any order.
CpuLayerFunction gather_nd(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs) {
  Fields fields(layer.parameters);
  const auto are_integers = fields.number(), shared = fields.number();
  if (!shared || *are_integers != 1 || *shared != 0 || inputs.size() != 2 || outputs.size() != 1) return {};
  const Shape &data = inputs[0].shape, &indices = inputs[1].shape;
  if (!is_index(inputs[1]) || !is_word(inputs[0]) || outputs[0].type != inputs[0].type || indices.empty()) return {};
  const std::uint64_t depth = indices.back();
  if (depth < 1 || depth > data.size()) return {};
  const std::uint64_t places = count_of(indices, 0, indices.size() - 1);
  const std::uint64_t slice = count_of(data, depth, data.size());
  if (count_of(outputs[0].shape) != places * slice) return {};
  return [data, depth, places, slice](const std::vector<Array>& in, std::vector<Array>& out) {
    for (std::uint64_t p = 0; p < places; ++p) {
      std::uint64_t at = 0;
      for (std::uint64_t d = 0; d < depth; ++d)
        at = at * data[d] + checked_index(element<std::int32_t>(in[1], p * depth + d), data[d], in[1]);
      std::copy_n(in[0].bytes.begin() + std::ptrdiff_t(4 * at * slice), 4 * slice,
                  out[0].bytes.begin() + std::ptrdiff_t(4 * p * slice));
    }
  };
}

/// element type, what to do with the old element. Known: f32 that replaces. The last dimension of the indices is a
/// place in the data.
CpuLayerFunction scatter_nd(const isa::CpuLayer& layer, const Tensors& inputs, const Tensors& outputs) {
  Fields fields(layer.parameters);
  const auto type = fields.number(), operation = fields.number();
  if (!operation || *type != 0 || *operation != 0 || inputs.size() != 3 || outputs.size() != 1) return {};
  const Shape &data = inputs[0].shape, &indices = inputs[1].shape;
  if (!is_index(inputs[1]) || inputs[0].type != isa::DataType::kF32 || inputs[2].type != isa::DataType::kF32) return {};
  if (outputs[0].type != isa::DataType::kF32 || outputs[0].shape != data || indices.empty()) return {};
  const std::uint64_t count = count_of(indices, 0, indices.size() - 1);
  if (indices.back() != data.size() || count_of(inputs[2].shape) != count) return {};
  return [data, count](const std::vector<Array>& in, std::vector<Array>& out) {
    out[0].bytes = in[0].bytes;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint64_t at = 0;
      for (std::size_t d = 0; d < data.size(); ++d)
        at = at * data[d] + checked_index(element<std::int32_t>(in[1], i * data.size() + d), data[d], in[1]);
      set_element(out[0], at, element<std::uint32_t>(in[2], i));
    }
  };
}

}  // namespace bmemu::harness::cpu_layers
