// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X: pools, functions, sums and products of bytes, and the way into bytes and out of them.
#include <algorithm>
#include <cstring>

#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/elementwise.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

bool is_byte(DataType type) { return type == DataType::kI8 || type == DataType::kU8; }

/// (l * left + r * right) >> shift, or (left * right * m) >> shift; half up, saturated.
class Int8BinaryX : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    if (!context.node.requantisation) return {};
    std::vector<View> views = elementwise_views(context);
    return views;
  }
  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return repeated_need(dims_of(view, context.input(input).shape), out);
  }
  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const std::int64_t sum =
        context.output().type == DataType::kU8 ? Scratch::bytes(context.chip, DataType::kI32, out) : 0;
    return 2 * Scratch::bytes(context.chip, DataType::kI16, out) + sum;
  }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 1.5 + 66 * 3;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    const LocalTensor& out = e.output.tensor;
    const Requantisation& r = *context.node.requantisation;
    Scratch scratch(context.chip, e.scratch);
    const LocalTensor left = operand_part(e.inputs[0], e.output, context.chip);
    const LocalTensor right = operand_part(e.inputs[1], e.output, context.chip);
    if (context.node.as<Binary>().function == BinaryFunction::kMul) {
      // Products of two unsigned bytes need 16 bits without a sign.
      const bool is_unsigned = left.type == DataType::kU8 && right.type == DataType::kU8;
      const LocalTensor product = scratch.tensor(is_unsigned ? DataType::kU16 : DataType::kI16, out.shape, out.lane);
      tiu.saturating(SaturatingArithmetic::kMul, product, {left, left.type}, {right, right.type}, 0);
      tiu.requantise(out, product, r.multiplier[0], r.shift[0]);
      return;
    }
    const LocalTensor a = scratch.tensor(DataType::kI16, out.shape, out.lane);
    const LocalTensor b = scratch.tensor(DataType::kI16, out.shape, out.lane);
    const auto scaled = [&](const LocalTensor& to, const LocalTensor& x, std::int32_t multiplier) {
      tiu.saturating(SaturatingArithmetic::kMul, to, {x, x.type},
                     {Operand::constant_bits(static_cast<std::uint32_t>(multiplier) & 0xFF), DataType::kI8}, 0);
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
};

/// A table of 256 bytes; leaky relu by multiplier and shift.
class Int8UnaryX : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    if (!context.node.requantisation) return {};
    return elementwise_views(context);
  }
  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }
  bool takes_parts(const NodeContext& context) const override { return !has_table(context); }

  std::vector<Parameter> parameters(const NodeContext& context) const override {
    if (!has_table(context)) return {};
    Parameter table;
    table.type = DataType::kU8;
    table.shape = {1, 1, 1, 256};
    table.is_compact = false;
    table.for_all_lanes = true;
    table.data = context.node.requantisation->table;
    return {table};
  }
  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return has_table(context) ? 0 : Scratch::bytes(context.chip, DataType::kI8, out);
  }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    if (!has_table(context)) return Kernel::cycles(context, view, out) + 66 * 2;
    return double(out[0] * ceil_div(out[1], context.chip.tiu.lanes)) * double(out[2] * out[3]) + 66;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    const Requantisation& r = *context.node.requantisation;
    const LocalTensor& out = e.output.tensor;
    const LocalTensor x = operand_part(e.inputs[0], e.output, context.chip);
    if (!has_table(context)) {
      const LocalTensor scaled = aligned_tensor(context.chip, out.type, out.shape, e.scratch, out.lane);
      tiu.saturating(SaturatingArithmetic::kMul, scaled, {x, x.type},
                     {Operand::constant_bits(static_cast<std::uint32_t>(r.multiplier[0]) & 0xFF), DataType::kI8},
                     r.shift[0]);
      tiu.arithmetic(Arithmetic::kMax, out, x, scaled);
      return;
    }
    const auto as_line = [&](const LocalTensor& t) {
      return reshaped(t, {t.shape[0], t.shape[1], 1, t.shape[2] * t.shape[3]}, context.chip);
    };
    tiu.look_up_bytes(as_line(out), as_line(x), e.parameters[0]);
  }

 private:
  static bool has_table(const NodeContext& context) { return !context.node.requantisation->table.empty(); }
};

class Int8PoolX : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const Pool& pool = context.node.as<Pool>();
    if (pool.kind == PoolKind::kAverage && !context.node.requantisation) return {};
    return pool_kernel().views(context);
  }
  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return pool_kernel().needs(context, view, input, out);
  }
  bool takes_parts(const NodeContext&) const override { return false; }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return pool_kernel().cycles(context, view, out) / 4 + 66;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const Pool& pool = context.node.as<Pool>();
    const SliceTensor& in = e.inputs[0];
    const LocalTensor& out = e.output.tensor;
    const auto axis = [&](std::size_t i) {
      return WindowAxis{pool.kernel[i], pool.stride[i], 1, pool.pad_begin[i], pool.pad_end[i], 0};
    };
    const WindowNeed h = need_of(axis(1), e.output.region.begin[2], e.output.region.end[2], in.whole[2]);
    const WindowNeed w = need_of(axis(2), e.output.region.begin[3], e.output.region.end[3], in.whole[3]);
    WindowCommand command;
    command.kind = pool.kind == PoolKind::kMax ? Pooling::kMax : Pooling::kAverage;
    command.out = out;
    command.in = part_of(
        in.tensor,
        {0, e.output.region.begin[1] - in.region.begin[1], h.begin - in.region.begin[2], w.begin - in.region.begin[3]},
        {out.shape[0], out.shape[1], h.end - h.begin, w.end - w.begin}, context.chip);
    command.window.kernel_h = pool.kernel[1], command.window.kernel_w = pool.kernel[2];
    command.window.stride_h = out.shape[2] == 1 ? 1 : pool.stride[1];
    command.window.stride_w = out.shape[3] == 1 ? 1 : pool.stride[2];
    command.window.up = h.pad_begin, command.window.down = h.pad_end;
    command.window.left = w.pad_begin, command.window.right = w.pad_end;
    if (pool.kind == PoolKind::kAverage) {
      command.multiplier = context.node.requantisation->multiplier[0];
      command.shift = context.node.requantisation->shift[0];
    }
    e.tiu.window(command);
  }
};

/// Numbers to bytes: x / scale, half away from zero, saturated. Bytes to numbers: x * scale. Bytes of another scale: by
/// way of numbers.
class Int8CastX : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override { return elementwise_views(context); }
  Region needs(const NodeContext&, View, std::size_t, const Region& out) const override { return out; }
  bool takes_parts(const NodeContext&) const override { return false; }
  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return 2 * Scratch::bytes(context.chip, DataType::kF32, out);
  }
  double cycles(const NodeContext& context, View view, const Dims& out) const override {
    return Kernel::cycles(context, view, out) * 1.5 + 66 * 2;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    const LocalTensor& out = e.output.tensor;
    const LocalTensor x = operand_part(e.inputs[0], e.output, context.chip);
    Scratch scratch(context.chip, e.scratch);
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
};

template <class T>
const Kernel& single() {
  static const T kernel;
  return kernel;
}

}  // namespace

const Kernel* int8_x_kernel(const NodeContext& context) {
  const bool in_bytes = is_byte(context.input(0).type), out_bytes = is_byte(context.output().type);
  if (!in_bytes && !out_bytes) return nullptr;
  switch (context.node.op()) {
    case Op::kConv: return &int8_conv_x_kernel();
    case Op::kPool: return &single<Int8PoolX>();
    case Op::kBinary: return &single<Int8BinaryX>();
    case Op::kUnary: return &single<Int8UnaryX>();
    case Op::kCast: return &single<Int8CastX>();
    case Op::kResize: return &resize_kernel();
    default: return nullptr;
  }
}

}  // namespace bmemu::kernels
