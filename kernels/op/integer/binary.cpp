// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Sums and products of bytes: (l * left + r * right) >> shift, or (left * right * m) >> shift; half up, saturated.
#include "kernels/builder/bm1684_tiu.h"
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/integer/integer.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class IntegerBinary : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    return context.node.requantisation ? integer_views(context) : std::vector<View>{};
  }
  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return repeated_need(dims_of(view, context.input(input).shape), out);
  }
  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const auto bytes = [&](DataType type) { return Scratch::bytes(context.chip, type, out); };
    if (context.is_bm1684())
      return is_product(context) ? 2 * bytes(DataType::kI16) + 2 * bytes(DataType::kI8) : bytes(DataType::kI16);
    const std::int64_t sum = context.output().type == DataType::kU8 ? bytes(DataType::kI32) : 0;
    return 2 * bytes(DataType::kI16) + sum;
  }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * (context.is_bm1684() && is_product(context) ? 6 : 1.5) + 66 * 3;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor left = operand_part(e.inputs[0], e.output, context.chip);
    const LocalTensor right = operand_part(e.inputs[1], e.output, context.chip);
    const Requantisation& r = *context.node.requantisation;
    Scratch scratch(context.chip, e.scratch);
    if (context.is_bm1684()) {
      auto& tiu = static_cast<Bm1684Tiu&>(e.tiu);
      return is_product(context) ? product(tiu, e.output.tensor, left, right, r, scratch)
                                 : sum(tiu, e.output.tensor, left, right, r, scratch);
    }
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    return is_product(context) ? product(tiu, e.output.tensor, left, right, r, scratch)
                               : sum(tiu, e.output.tensor, left, right, r, scratch);
  }

 private:
  static bool is_product(const NodeContext& context) {
    return context.node.as<Binary>().function == BinaryFunction::kMul;
  }

  static void product(Bm1684xTiu& tiu, const LocalTensor& out, const LocalTensor& left, const LocalTensor& right,
                      const Requantisation& r, Scratch& scratch) {
    // Products of two unsigned bytes need 16 bits without a sign.
    const bool is_unsigned = left.type == DataType::kU8 && right.type == DataType::kU8;
    const LocalTensor product = scratch.tensor(is_unsigned ? DataType::kU16 : DataType::kI16, out.shape, out.lane);
    tiu.saturating(SaturatingArithmetic::kMul, product, {left, left.type}, {right, right.type}, 0);
    tiu.requantise(out, product, r.multiplier[0], r.shift[0]);
  }

  static void sum(Bm1684xTiu& tiu, const LocalTensor& out, const LocalTensor& left, const LocalTensor& right,
                  const Requantisation& r, Scratch& scratch) {
    const LocalTensor a = scratch.tensor(DataType::kI16, out.shape, out.lane);
    const LocalTensor b = scratch.tensor(DataType::kI16, out.shape, out.lane);
    const auto scaled = [&](const LocalTensor& to, const LocalTensor& x, std::int32_t multiplier) {
      tiu.saturating(SaturatingArithmetic::kMul, to, {x, x.type}, {integer_constant(multiplier), DataType::kI8}, 0);
    };
    scaled(a, left, r.multiplier[0]);
    scaled(b, right, r.multiplier[1]);
    if (out.type == DataType::kI8)
      return tiu.saturating(SaturatingArithmetic::kAdd, out, {a, DataType::kI16}, {b, DataType::kI16}, r.shift[0]);
    // The sum of signed numbers saturates as one: bytes without a sign need a step of their own.
    const LocalTensor sum = scratch.tensor(DataType::kI32, out.shape, out.lane);
    tiu.saturating(SaturatingArithmetic::kAdd, sum, {a, DataType::kI16}, {b, DataType::kI16}, 0);
    tiu.requantise(out, sum, 1, r.shift[0]);
  }

  /// 16 bits to bytes. `x` is lost.
  static void narrow(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& x, bool may_be_negative) {
    if (out.type == DataType::kU8 && may_be_negative)
      tiu.fixed(FixedArithmetic::kMax, x, {x, DataType::kI16}, {integer_constant(0, 16), DataType::kI16});
    const DataType type = out.type == DataType::kU8 ? DataType::kU16 : DataType::kI16;
    tiu.fixed(FixedArithmetic::kAdd, out, {x, type}, {integer_constant(0, 16), type});
  }

  /// The sum is exact inside of the command that adds and shifts.
  static void sum(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& left, const LocalTensor& right,
                  const Requantisation& r, Scratch& scratch) {
    const LocalTensor x = scratch.tensor(DataType::kI16, out.shape, out.lane);
    const auto factor = [&](std::size_t i) { return FixedOperand{integer_constant(r.multiplier[i]), DataType::kI8}; };
    tiu.fixed(FixedArithmetic::kMul, x, {left, left.type}, factor(0));
    tiu.fixed(FixedArithmetic::kMac, x, {right, right.type}, factor(1), r.shift[0]);
    narrow(tiu, out, x,
           left.type == DataType::kI8 || right.type == DataType::kI8 || r.multiplier[0] < 0 || r.multiplier[1] < 0);
  }

  /// Factors have 8 bits: the product's two bytes are multiplied one after the other.
  static void product(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& left, const LocalTensor& right,
                      const Requantisation& r, Scratch& scratch) {
    const bool has_sign = left.type == DataType::kI8 || right.type == DataType::kI8;
    const DataType wide = has_sign ? DataType::kI16 : DataType::kU16, high = has_sign ? DataType::kI8 : DataType::kU8;
    const LocalTensor x = scratch.tensor(wide, out.shape, out.lane), y = scratch.tensor(wide, out.shape, out.lane);
    const LocalTensor upper = scratch.tensor(high, out.shape, out.lane),
                      lower = scratch.tensor(DataType::kU8, out.shape, out.lane);
    const FixedOperand factor{integer_constant(r.multiplier[0]), DataType::kI8};
    tiu.fixed(FixedArithmetic::kMul, x, {left, left.type}, {right, right.type});
    tiu.fixed(FixedArithmetic::kShift, y, {x, wide}, {integer_constant(-8, 16), DataType::kI16});
    narrow(tiu, upper, y, false);
    tiu.fixed(FixedArithmetic::kAnd, y, {x, DataType::kU16}, {integer_constant(0xFF, 16), DataType::kU16});
    narrow(tiu, lower, y, false);
    tiu.fixed(FixedArithmetic::kMul, x, {upper, high}, factor);
    tiu.fixed(FixedArithmetic::kMac, x, {lower, DataType::kU8}, factor, r.shift[0], 8);
    narrow(tiu, out, x, has_sign);
  }
};

}  // namespace

const Kernel& integer_binary_kernel() {
  static const IntegerBinary kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
