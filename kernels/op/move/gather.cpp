// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Picks slices along an axis. Constant indices: copies of runs; others: BM1684X's gathering DMA.
#include "kernels/op/kernel.h"
#include "kernels/op/move/strided_copy.h"

namespace bmemu::kernels {
namespace {

class GatherKernel : public GlobalKernel {
 public:
  std::string refusal(const NodeContext& context) const override {
    if (context.input(1).constant || !context.is_bm1684()) return {};
    return "indices that are computed: this chip cannot gather";
  }

  void emit(const NodeContext& context, GlobalEmission& e) const override {
    const auto axis = static_cast<std::size_t>(context.node.as<Gather>().axis);
    const Storage data = as_words(e.inputs[0], context.chip.family);
    const Shape& shape = data.shape;
    std::int64_t outer = 1, inner = 1;
    for (std::size_t i = 0; i < axis; ++i) outer *= shape[i];
    for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= shape[i];
    const std::int64_t picked = elements(context.input(1).shape);
    const std::int64_t bytes = element_bytes(data.type);
    // Whole tensors are contiguous here (see pass/place.h).
    const std::int64_t outer_in = shape[axis] * inner, outer_out = picked * inner;
    if (context.input(1).constant) {
      const auto& indices = context.input(1).constant->integers();
      for (std::int64_t i = 0; i < picked;) {
        std::int64_t step = i + 1 < picked ? indices[std::size_t(i + 1)] - indices[std::size_t(i)] : 1;
        std::int64_t run = 1;
        if (step < 0) step = 1;
        while (i + run < picked && indices[std::size_t(i + run)] == indices[std::size_t(i)] + run * step) ++run;
        strided_copy(e, {outer, run, inner},
                     {e.output.address + static_cast<std::uint64_t>(i * inner * bytes), {outer_out, inner, 1}},
                     {data.address + static_cast<std::uint64_t>(indices[std::size_t(i)] * inner * bytes),
                      {outer_in, step * inner, 1}},
                     data.type);
        i += run;
      }
      return;
    }
    for (std::int64_t o = 0; o < outer; ++o) {
      GlobalTensor from = packed_tensor(context.chip.family, data.type, {1, 1, shape[axis], inner},
                                        data.address + static_cast<std::uint64_t>(o * outer_in * bytes));
      GlobalTensor to = packed_tensor(context.chip.family, data.type, {1, 1, picked, inner},
                                      e.output.address + static_cast<std::uint64_t>(o * outer_out * bytes));
      e.dma.gather_rows(
          to, from, packed_tensor(context.chip.family, isa::DataType::kI32, {1, 1, picked, 1}, e.inputs[1].address));
    }
  }
};

}  // namespace

const GlobalKernel& gather_kernel() {
  static const GatherKernel kernel;
  return kernel;
}

}  // namespace bmemu::kernels
