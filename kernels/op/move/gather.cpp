// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Picks slices along an axis. Constant indices: copies of runs; others: BM1684X's gathering DMA.
#include <algorithm>

#include "kernels/op/kernel.h"
#include "kernels/op/move/strided_copy.h"

namespace bmemu::kernels {
namespace {

class GatherKernel : public GlobalKernel {
 public:
  std::string refusal(const NodeContext& context) const override {
    if (context.input(1).constant || !context.is_bm1684()) return {};
    return "indices that are computed and elements that are no f32: this chip cannot gather";
  }

  void emit(const NodeContext& context, GlobalEmission& e) const override {
    const auto axis = static_cast<std::size_t>(context.node.as<Gather>().axis);
    const Storage data = as_words(e.inputs[0], context.chip.family), out = as_words(e.output, context.chip.family);
    if (context.input(1).constant)
      copy_runs(e, axis, context.input(1), data, out);
    else
      gather_rows(e, axis, elements(context.input(1).shape), data, out);
  }

 private:
  /// Where element `at` of the indices' shape lies in the output, which has that shape in place of the axis.
  static std::int64_t place_of(std::int64_t at, const Shape& indices, const Storage& out, std::size_t axis) {
    std::int64_t offset = 0;
    for (std::size_t i = indices.size(); i-- > 0; at /= indices[i]) offset += at % indices[i] * out.stride[axis + i];
    return offset;
  }

  /// Indices that lie evenly apart are one copy; runs end with the last dimension of the indices.
  static void copy_runs(GlobalEmission& e, std::size_t axis, const Value& indices, const Storage& data,
                        const Storage& out) {
    const auto& numbers = indices.constant->integers();
    const auto at = [&](std::int64_t i) { return numbers[static_cast<std::size_t>(i)]; };
    const std::int64_t picked = elements(indices.shape), line = indices.shape.empty() ? 1 : indices.shape.back();
    const std::int64_t bytes = element_bytes(data.type);
    Shape shape = data.shape;
    std::vector<std::int64_t> to = data.stride, from = data.stride;
    for (std::size_t i = 0; i < axis; ++i) to[i] = out.stride[i];
    for (std::size_t i = axis + 1; i < shape.size(); ++i) to[i] = out.stride[i + indices.shape.size() - 1];
    to[axis] = indices.shape.empty() ? 1 : out.stride[axis + indices.shape.size() - 1];
    for (std::int64_t i = 0; i < picked;) {
      const std::int64_t end = (i / line + 1) * line;
      const std::int64_t step = i + 1 < end ? std::max(at(i + 1) - at(i), 0) : 1;
      std::int64_t run = 1;
      while (i + run < end && at(i + run) == at(i) + run * step) ++run;
      shape[axis] = run;
      from[axis] = step * data.stride[axis];
      strided_copy(e, shape,
                   {out.address + static_cast<std::uint64_t>(place_of(i, indices.shape, out, axis) * bytes), to},
                   {data.address + static_cast<std::uint64_t>(at(i) * data.stride[axis] * bytes), from}, data.type);
      i += run;
    }
  }

  /// Contract: both tensors are contiguous (see pass/layout.cpp).
  static void gather_rows(GlobalEmission& e, std::size_t axis, std::int64_t picked, const Storage& data,
                          const Storage& out) {
    const isa::Family family = e.builder.chip().family;
    std::int64_t outer = 1, inner = 1;
    for (std::size_t i = 0; i < axis; ++i) outer *= data.shape[i];
    for (std::size_t i = axis + 1; i < data.shape.size(); ++i) inner *= data.shape[i];
    const std::int64_t bytes = element_bytes(data.type), rows = data.shape[axis];
    for (std::int64_t o = 0; o < outer; ++o) {
      const auto from = static_cast<std::uint64_t>(o * rows * inner * bytes);
      const auto to = static_cast<std::uint64_t>(o * picked * inner * bytes);
      e.dma.gather_rows(packed_tensor(family, data.type, {1, 1, picked, inner}, out.address + to),
                        packed_tensor(family, data.type, {1, 1, rows, inner}, data.address + from),
                        packed_tensor(family, isa::DataType::kI32, {1, 1, picked, 1}, e.inputs[1].address));
    }
  }
};

}  // namespace

const GlobalKernel& gather_kernel() {
  static const GatherKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
