// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// From one element type to another.
#include "kernels/builder/bm1684_tiu.h"
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/elementwise.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class CastKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const DataType from = context.input(0).type, to = context.output().type;
    if (context.is_bm1684() && (element_bytes(from) != 4 || element_bytes(to) != 4)) return {};
    if (context.output().quantisation || context.input(0).quantisation) return {};
    return elementwise_views(context);
  }

  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return Scratch::bytes(context.chip, DataType::kF32, out);
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    LocalTensor x = operand_part(e.inputs[0], e.output, context.chip);
    if (x.type == out.type) return e.tiu.copy(out, x);
    if (!context.is_bm1684())
      return static_cast<Bm1684xTiu&>(e.tiu).cast(
          out, x, out.type == DataType::kI32 ? Rounding::kTowardsZero : Rounding::kHalfEven);
    if (!is_aligned(x, context.chip)) {
      const LocalTensor whole = aligned_tensor(context.chip, x.type, out.shape, e.scratch, out.lane);
      e.tiu.copy(whole, x);
      x = whole;
    }
    if (out.type == DataType::kI32) return static_cast<Bm1684Tiu&>(e.tiu).to_integer(out, x);
    // Integers of 23 bits as the mantissa of 2^23 + 2^22 + x.
    e.tiu.arithmetic(Arithmetic::kAnd, out, x, Operand::constant_bits(0x007FFFFF));
    e.tiu.arithmetic(Arithmetic::kXor, out, out, Operand::constant_bits(0x00400000));
    e.tiu.arithmetic(Arithmetic::kOr, out, out, Operand::constant_bits(0x4B000000));
    e.tiu.arithmetic(Arithmetic::kSub, out, out, Operand::constant(12582912.0F));
  }
};

}  // namespace

const Kernel& cast_kernel() {
  static const CastKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
