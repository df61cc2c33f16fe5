// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Commands that only BM1684X has: casts, integers with saturation, requantisation, products by rows, tables.
#include "kernels/builder/bm1684x_fields.h"

namespace bmemu::kernels {
namespace {

using namespace bm1684x_fields;

ops::Ar::Op saturating_operation(SaturatingArithmetic operation) {
  switch (operation) {
    case SaturatingArithmetic::kAdd: return ops::Ar::Op::kAddSaturating;
    case SaturatingArithmetic::kSub: return ops::Ar::Op::kSubSaturating;
    case SaturatingArithmetic::kMul: break;
  }
  return ops::Ar::Op::kMulSaturating;
}

/// Between bytes and numbers: formats of result and operand.
ops::RqDq scaling(ops::RqDq::Op operation, const LocalTensor& out, const LocalTensor& in, const isa::ChipSpec& chip) {
  auto c = short_form<ops::RqDq>(operation);
  c.res0_prec = precision(out.type);
  c.opd2_sign = sign_of(out.type);
  c.opd0_prec = precision(in.type);
  c.opd0_sign = sign_of(in.type);
  set_result(c, out, chip);
  c.opd0_addr = Addresses{chip}(in);
  return c;
}

}  // namespace

void Bm1684xTiu::cast(const LocalTensor& out, const LocalTensor& in, Rounding rounding) {
  auto c = short_form<ops::Ar>(ops::Ar::Op::kCast);
  c.tsk_opd_num = 1;
  c.res0_prec = precision(out.type);
  c.opd2_sign = sign_of(out.type);
  c.opd2_n_str = static_cast<std::uint64_t>(rounding);
  set_elementwise_result(c, out, chip());
  set_operand0(c, in, in.type, chip());
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684xTiu::saturating(SaturatingArithmetic operation, const LocalTensor& out, const TypedOperand& a,
                            const TypedOperand& b, std::int64_t shift) {
  auto c = short_form<ops::Ar>(saturating_operation(operation));
  c.tsk_opd_num = shift != 0 ? 3 : 2;
  c.res0_prec = precision(out.type);
  set_elementwise_result(c, out, chip());
  set_operand0(c, a.operand, a.type, chip());
  set_operand1(c, b.operand, b.type, chip());
  if (shift != 0) {
    c.opd2_const = 1;
    c.opd2_addr = u64(-shift) & 0xFF;
    c.opd2_n_str = static_cast<std::uint64_t>(Rounding::kHalfUp);
  }
  LocalAccess access{{}, {range(out)}};
  read(access, a.operand);
  read(access, b.operand);
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684xTiu::requantise(const LocalTensor& out, const LocalTensor& in, const LocalTensor& table) {
  auto c = scaling(ops::RqDq::Op::kRq1, out, in, chip());
  c.opd2_n_str = static_cast<std::uint64_t>(Rounding::kHalfUp);
  c.opd1_addr = Addresses{chip()}(table);
  builder_.add(ops::TiuInstruction(c), {{range(in), range(table)}, {range(out)}});
}

void Bm1684xTiu::requantise(const LocalTensor& out, const LocalTensor& in, std::int32_t multiplier,
                            std::int64_t shift) {
  auto c = scaling(ops::RqDq::Op::kRq1, out, in, chip());
  c.opd2_n_str = static_cast<std::uint64_t>(Rounding::kHalfUp);
  c.opd1_const = 1;
  c.opd1_addr = static_cast<std::uint32_t>(multiplier);
  c.opd2_addr = u64(-shift) & 0xFF;
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684xTiu::dequantise(const LocalTensor& out, const LocalTensor& in, float scale) {
  auto c = scaling(ops::RqDq::Op::kDq0, out, in, chip());
  c.opd1_const = 1;
  c.opd2_addr = Operand::constant(scale).bits;
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684xTiu::row_product(const LocalTensor& out, const LocalTensor& left, const LocalTensor& right, bool transposed,
                             bool accumulates) {
  auto c = short_form<ops::Mm2>(transposed ? ops::Mm2::Op::kNt : ops::Mm2::Op::kNn);
  const Addresses address{chip()};
  c.res0_prec = precision(out.type);
  c.opd0_prec = precision(left.type);
  if (!is_float(left.type)) {
    c.opd0_sign = sign_of(left.type);
    c.opd1_sign = sign_of(right.type);
    c.opd2_const = 1;
  }
  c.res_add = accumulates ? 1 : 0;
  c.res0_c = u64(out.shape[1]), c.res0_w = u64(out.shape[3]);
  c.opd1_c = u64(right.shape[1]), c.opd1_w = u64(right.shape[3]);
  c.res0_addr = address(out);
  c.opd0_addr = address(left);
  c.opd1_addr = address(right);
  LocalAccess access{{range(left), range(right)}, {range(out)}};
  if (accumulates) access.reads.push_back(range(out));
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684xTiu::add_channel_bias(const LocalTensor& out, const LocalTensor& in, const LocalTensor& bias) {
  auto c = short_form<ops::Ar>(ops::Ar::Op::kAddSaturating);
  c.tsk_opd_num = 2;
  c.res0_prec = precision(DataType::kI32);
  set_elementwise_result(c, out, chip());
  set_operand0(c, in, DataType::kI32, chip());
  c.opd1_prec = precision(DataType::kI32);
  c.opd1_sign = 1;
  c.opd1_addr = Addresses{chip()}(bias);
  c.opd1_str = code(StrideMode::kFree);
  c.opd1_c_str = 1;
  builder_.add(ops::TiuInstruction(c), {{range(in), range(bias)}, {range(out)}});
}

void Bm1684xTiu::look_up_bytes(const LocalTensor& out, const LocalTensor& index, const LocalTensor& table) {
  auto c = short_form<ops::Sg>(ops::Sg::Op::kGather);
  const Addresses address{chip()};
  c.res0_prec = precision(out.type);
  c.opd0_str = code(StrideMode::kRowBroadcast);
  set_result(c, out, chip());
  c.opd0_h = 1;
  c.opd0_w = u64(table.shape[3]);
  c.opd1_c = c.res0_c, c.opd1_w = c.res0_w;
  c.res0_addr = address(out);
  c.opd0_addr = address(table);
  c.opd1_addr = address(index);
  builder_.add(ops::TiuInstruction(c), {{range(index), range(table)}, {range(out)}});
}

void Bm1684xTiu::broadcast_channel(const LocalTensor& out, const LocalTensor& in) {
  auto c = short_form<ops::TransBc>(ops::TransBc::Op::kLaneBroadcast);
  const Addresses address{chip()};
  c.res0_prec = precision(out.type);
  set_result(c, out, chip());
  c.opd0_c = 1;
  c.opd0_w = c.res0_w;
  c.opd0_addr = address(in);
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

}  // namespace bmemu::kernels
