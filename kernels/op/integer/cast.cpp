// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Numbers to bytes: x / scale, half away from zero, saturated. Bytes to numbers: x * scale. Bytes of another scale: by
// multiplier and shift where the node has them, else by way of numbers.
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/integer/integer.h"
#include "kernels/op/integer/packed_bytes.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class IntegerCast : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override { return integer_views(context); }
  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }
  bool takes_parts(const NodeContext&) const override { return false; }
  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return 2 * Scratch::bytes(context.chip, DataType::kF32, out);
  }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * (context.is_bm1684() ? 5 : 1.5) + 66 * 2;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor x = operand_part(e.inputs[0], e.output, context.chip);
    Scratch scratch(context.chip, e.scratch);
    if (context.is_bm1684())
      emit_packed(context, static_cast<Bm1684Tiu&>(e.tiu), e.output.tensor, x, scratch);
    else
      emit_bytes(context, static_cast<Bm1684xTiu&>(e.tiu), e.output.tensor, x, scratch);
  }

 private:
  static void emit_bytes(const NodeContext& context, Bm1684xTiu& tiu, const LocalTensor& out, const LocalTensor& x,
                         Scratch& scratch) {
    LocalTensor numbers = x;
    if (is_byte(x.type)) {
      numbers = out.type == DataType::kF32 ? out : scratch.tensor(DataType::kF32, out.shape, out.lane);
      tiu.dequantise(numbers, x, context.input(0).quantisation->scale());
    }
    if (!is_byte(out.type)) {
      if (out.type != numbers.type) tiu.cast(out, numbers, Rounding::kHalfEven);
      return;
    }
    const LocalTensor scaled = scratch.tensor(DataType::kF32, out.shape, out.lane);
    tiu.arithmetic(Arithmetic::kMul, scaled, numbers, Operand::constant(1.0F / context.output().quantisation->scale()));
    tiu.cast(out, scaled, Rounding::kHalfAway);
  }

  static void emit_packed(const NodeContext& context, Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& x,
                          Scratch& scratch) {
    if (!is_byte(out.type)) return bytes_to_numbers(tiu, out, x, context.input(0).quantisation->scale());
    const LocalTensor wide = scratch.tensor(DataType::kF32, out.shape, out.lane);
    if (!is_byte(x.type)) return numbers_to_bytes(tiu, out, x, context.output().quantisation->scale(), wide);
    const Requantisation& r = *context.node.requantisation;
    const FixedOperand factor{integer_constant(r.multiplier[0]), DataType::kI8};
    if (out.type == DataType::kI8) return tiu.fixed(FixedArithmetic::kMul, out, {x, x.type}, factor, r.shift[0]);
    // A factor with a sign would saturate at 127.
    if (x.type == DataType::kU8)
      return tiu.fixed(FixedArithmetic::kMul, out, {x, x.type}, {factor.operand, DataType::kU8}, r.shift[0]);
    const LocalTensor sum = aligned_tensor(context.chip, DataType::kI16, out.shape, wide.offset, out.lane);
    const FixedOperand zero{integer_constant(0, 16), DataType::kI16};
    tiu.fixed(FixedArithmetic::kMul, sum, {x, x.type}, factor, r.shift[0]);
    tiu.fixed(FixedArithmetic::kMax, sum, {sum, DataType::kI16}, zero);
    tiu.fixed(FixedArithmetic::kAdd, out, {sum, DataType::kU16}, {zero.operand, DataType::kU16});
  }
};

}  // namespace

const Kernel& integer_cast_kernel() {
  static const IntegerCast kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
