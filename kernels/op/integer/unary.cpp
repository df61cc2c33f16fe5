// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Functions of a byte: a table of 256 results; leaky relu by multiplier and shift.
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/integer/integer.h"
#include "kernels/op/integer/packed_bytes.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class IntegerUnary : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    return context.node.requantisation ? integer_views(context) : std::vector<View>{};
  }
  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }
  bool takes_parts(const NodeContext& context) const override { return !has_table(context); }

  std::vector<Parameter> parameters(const NodeContext& context) const override {
    if (!has_table(context)) return {};
    const std::vector<std::uint8_t>& bytes = context.node.requantisation->table;
    Parameter table;
    table.type = DataType::kU8;
    table.shape = {1, 1, 1, 256};
    if (context.is_bm1684()) {
      table.type = DataType::kI32;
      table.is_l2_table = true;
      for (const std::uint8_t byte : bytes) table.data.insert(table.data.end(), {byte, 0, 0, 0});
      return {table};
    }
    table.is_compact = false;
    table.for_all_lanes = true;
    table.data = bytes;
    return {table};
  }
  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const std::int64_t bytes = Scratch::bytes(context.chip, DataType::kI8, out);
    return has_table(context) && !context.is_bm1684() ? 0 : bytes;
  }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    if (!has_table(context)) return Kernel::cycles(context, view, out) + 66 * 2;
    if (context.is_bm1684()) return Kernel::cycles(context, view, out) * 2 + 66 * 2;
    return double(out[0] * ceil_div(out[1], context.chip.tiu.lanes)) * double(out[2] * out[3]) + 66;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const LocalTensor& out = e.output.tensor;
    const LocalTensor x = operand_part(e.inputs[0], e.output, context.chip);
    if (!has_table(context)) return emit_leaky(context, e, x);
    if (context.is_bm1684()) return emit_words(context, e, x);
    const auto as_line = [&](const LocalTensor& t) {
      return reshaped(t, {t.shape[0], t.shape[1], 1, t.shape[2] * t.shape[3]});
    };
    static_cast<Bm1684xTiu&>(e.tiu).look_up_bytes(as_line(out), as_line(x), e.parameters[0]);
  }

 private:
  static bool has_table(const NodeContext& context) { return context.node.requantisation->multiplier.empty(); }

  /// max(x, x * multiplier >> shift): the multiplier stands for a slope of at most 1.
  static void emit_leaky(const NodeContext& context, Emission& e, const LocalTensor& x) {
    const Requantisation& r = *context.node.requantisation;
    const LocalTensor& out = e.output.tensor;
    if (x.type == DataType::kU8) return e.tiu.copy(out, x);
    const LocalTensor scaled = aligned_tensor(context.chip, out.type, out.shape, e.scratch, out.lane);
    if (context.is_bm1684()) {
      auto& tiu = static_cast<Bm1684Tiu&>(e.tiu);
      const FixedOperand factor{integer_constant(r.multiplier[0]), DataType::kI8};
      tiu.fixed(FixedArithmetic::kMul, scaled, {x, x.type}, factor, r.shift[0]);
      return tiu.fixed(FixedArithmetic::kMax, out, {x, x.type}, {scaled, scaled.type});
    }
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    tiu.saturating(SaturatingArithmetic::kMul, scaled, {x, x.type}, {integer_constant(r.multiplier[0]), DataType::kI8},
                   r.shift[0]);
    tiu.arithmetic(Arithmetic::kMax, out, x, scaled);
  }

  /// One batch of the words after the other.
  static void emit_words(const NodeContext& context, Emission& e, const LocalTensor& x) {
    auto& tiu = static_cast<Bm1684Tiu&>(e.tiu);
    const auto table = static_cast<std::uint32_t>(e.parameters[0].offset);
    const LocalTensor result = as_words(e.output.tensor);
    for_each_byte(x, [&](std::int64_t batch, const LocalTensor& words) {
      LocalTensor to = result;
      to.shape[0] = words.shape[0];
      const LocalTensor index =
          aligned_tensor(context.chip, DataType::kI32, words.shape, e.scratch, e.output.tensor.lane);
      take_byte(tiu, index, words, batch);
      if (batch == 0) return tiu.look_up(to, index, table);
      tiu.look_up(index, index, table);
      put_byte(tiu, to, index, batch);
    });
  }
};

}  // namespace

const Kernel& integer_unary_kernel() {
  static const IntegerUnary kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
