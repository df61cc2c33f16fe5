// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/bm1684_tiu.h"

#include <utility>

#include "isa/encoding/codes.h"
#include "isa/layout/address_map.h"
#include "kernels/builder/tiu_fields.h"

namespace bmemu::kernels {
namespace {

namespace ops = isa::bm1684;
using namespace tiu_fields;

using isa::kLocalBase;
using isa::Precision;
using isa::StrideMode;
using ops::EuOp;
constexpr std::uint64_t kExpSeriesTable = 0x300C00;  ///< L2: 1, 1/2!, 1/3! ... Source: map of the firmware's tables

/// What compilers write into every command, meaningful or not.
template <class Command>
Command with_defaults(EuOp operation) {
  Command c;
  c.set_operation(operation);
  c.opt_relu = c.opt_opd1_sign = c.opt_opd2_sign = 1;
  c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = c.opt_opd2_prec = code(Precision::kF32);
  c.short_opd2_str = code(StrideMode::kPerLane);
  c.opt_shift_typ = 1;
  c.tsk_opd_num = 2;
  c.res_op_x_str = c.res_op_y_str = 1;
  c.opd0_n = c.opd0_c = c.opd0_h = c.opd0_w = 1;
  c.opd1_n = c.opd1_c = c.opd1_h = c.opd1_w = 1;
  const Dims ones{1, 1, 1, 1};
  set_result_strides(c, ones);
  set_operand0_strides(c, ones);
  set_operand1_strides(c, ones);
  c.opd2_n_str = c.opd2_c_str = c.opd2_h_str = c.opd2_w_str = 1;
  return c;
}

struct Addresses {
  const isa::ChipSpec& chip;
  std::uint64_t operator()(const LocalTensor& t) const {
    return kLocalBase + u64(t.lane * chip.local_memory.lane_bytes + t.offset);
  }
};

template <class Command>
void set_result(Command& c, const LocalTensor& t, const isa::ChipSpec& chip) {
  c.res0_addr = Addresses{chip}(t);
  set_result_sizes(c, t);
}

void set_free_result(ops::Ar& c, const LocalTensor& t, const isa::ChipSpec& chip) {
  set_result(c, t, chip);
  c.short_res0_str = code(StrideMode::kFree);
  set_result_strides(c, t.stride);
}

void set_free_operand0(ops::Ar& c, const Operand& o, const isa::ChipSpec& chip) {
  if (o.is_constant) {
    c.opt_opd0_const = 1;
    c.opd0_addr = o.bits;
    return;
  }
  c.opd0_addr = Addresses{chip}(o.tensor);
  c.short_opd0_str = code(StrideMode::kFree);
  set_operand0_strides(c, o.tensor.stride);
}

void set_free_operand1(ops::Ar& c, const Operand& o, const isa::ChipSpec& chip) {
  if (o.is_constant) {
    c.opt_opd1_const = 1;
    c.opd1_addr = o.bits;
    return;
  }
  c.opd1_addr = Addresses{chip}(o.tensor);
  c.short_opd1_str = code(StrideMode::kFree);
  set_operand1_strides(c, o.tensor.stride);
}

bool is_byte(const LocalTensor& t) { return t.type == isa::DataType::kI8 || t.type == isa::DataType::kU8; }

/// Sums of products of bytes: bias of 16 bits, shift, and what they are clamped to.
template <class Command>
void set_fixed_sum(Command& c, const LocalTensor& in, std::int64_t shift, bool is_relu) {
  c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = code(Precision::kI8);
  c.opt_opd2_prec = code(Precision::kI16);
  c.opt_opd0_sign = in.type == isa::DataType::kI8 ? 1 : 0;
  c.opt_right_shift = u64(shift);
  c.opt_relu = is_relu ? 1 : 0;
}

EuOp fixed_operation(FixedArithmetic operation) {
  switch (operation) {
    case FixedArithmetic::kMul: return EuOp::kMul;
    case FixedArithmetic::kMac: return EuOp::kMac;
    case FixedArithmetic::kAdd: return EuOp::kAdd;
    case FixedArithmetic::kSub: return EuOp::kSub;
    case FixedArithmetic::kMax: return EuOp::kMax;
    case FixedArithmetic::kMin: return EuOp::kMin;
    case FixedArithmetic::kShift: return EuOp::kShift;
    case FixedArithmetic::kAnd: return EuOp::kAnd;
  }
  return EuOp::kCopy;
}

std::uint64_t fixed_precision(isa::DataType type) {
  return code(element_bytes(type) == 1 ? Precision::kI8 : Precision::kI16);
}

}  // namespace

void Bm1684Tiu::arithmetic(Arithmetic operation, const LocalTensor& out, const Operand& a, const Operand& b) {
  auto c = with_defaults<ops::Ar>(operation_of(operation, EuOp::kShift));
  c.opt_shift_typ = 0;
  if (is_on_words(operation)) c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = code(Precision::kI32);
  set_free_result(c, out, chip());
  set_free_operand0(c, a, chip());
  set_free_operand1(c, b, chip());
  LocalAccess access{{}, {range(out)}};
  read(access, a);
  read(access, b);
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::copy(const LocalTensor& out, const LocalTensor& in) {
  auto c = with_defaults<ops::Ar>(EuOp::kCopy);
  c.tsk_opd_num = 1;
  set_free_result(c, as_words(out), chip());
  set_free_operand0(c, as_words(in), chip());
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684Tiu::select(Comparison comparison, const LocalTensor& out, const Operand& a, const Operand& b,
                       const Operand& c, const Operand& d) {
  if (comparison == Comparison::kEqual) {
    // Only the elementwise unit compares for equality: a mask of ones, then c where it is set.
    auto mask = with_defaults<ops::Ar>(EuOp::kSelectEqual);
    mask.opt_shift_typ = 0;
    mask.tsk_opd_num = 3;
    mask.opt_opd2_const = 1;
    mask.opd2_addr = Operand::constant(1.0F).bits;
    set_free_result(mask, out, chip());
    set_free_operand0(mask, a, chip());
    set_free_operand1(mask, b, chip());
    LocalAccess access{{}, {range(out)}};
    read(access, a);
    read(access, b);
    builder_.add(ops::TiuInstruction(mask), access);
    return select(Comparison::kGreater, out, out, Operand::constant(0.0F), c, d);
  }
  auto s = with_defaults<ops::MdCmp>(EuOp::kSelect);
  s.tsk_opd_num = 3;
  set_result(s, out, chip());
  s.res1_addr = s.res0_addr;
  LocalAccess access{{}, {range(out)}};
  const Addresses address{chip()};
  const auto set = [&](const Operand& o, auto& flag, auto& field) {
    flag = o.is_constant ? 1 : 0;
    field = o.is_constant ? o.bits : address(o.tensor);
    read(access, o);
  };
  set(a, s.opt_opd0_const, s.opd0_addr);
  set(b, s.opt_opd1_const, s.opd1_addr);
  set(c, s.opt_opd2_const, s.opd2_addr);
  set(d, s.opt_opd3_const, s.opd3_addr);
  builder_.add(ops::TiuInstruction(s), access);
}

void Bm1684Tiu::convolution(const Convolution& conv) {
  auto c = with_defaults<ops::Conv>(EuOp::kMul);
  const Addresses address{chip()};
  const bool fixed = is_byte(conv.in);
  set_result(c, conv.out, chip());
  set_window(c, conv.window);
  c.tsk_opd_num = conv.bias != nullptr ? 3 : 2;
  c.opd0_n = u64(conv.in.shape[0]), c.opd0_c = u64(conv.in.shape[1]);
  c.opd0_h = u64(conv.in.shape[2]), c.opd0_w = u64(conv.in.shape[3]);
  c.opd0_addr = address(conv.in);
  if (fixed || !is_aligned(conv.in, chip())) {
    c.short_opd0_str = code(StrideMode::kFree);
    set_operand0_strides(c, conv.in.stride);
  }
  c.opd1_addr = address(conv.weights);
  c.short_opd1_str = code(StrideMode::kFree);
  const std::int64_t blocks = ceil_div(conv.in.shape[1], fixed ? 4 : 2);
  c.opd1_w_str = u64(blocks);
  c.opd1_h_str = u64(blocks * conv.window.kernel_w);
  c.opd1_c_str = u64(blocks * conv.window.kernel_w * conv.window.kernel_h);
  c.opt_res_add = conv.accumulates ? 1 : 0;
  LocalAccess access{{range(conv.in), range(conv.weights)}, {range(conv.out)}};
  if (conv.accumulates) access.reads.push_back(range(conv.out));
  if (conv.bias != nullptr) {
    c.opd2_addr = address(*conv.bias);
    access.reads.push_back(range(*conv.bias));
  }
  if (fixed) {
    set_fixed_sum(c, conv.in, conv.shift, conv.is_relu);
    c.short_opd2_str = code(StrideMode::kCompact);
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::window(const WindowCommand& w) {
  auto c = with_defaults<ops::PorD>(w.kind == Pooling::kMax ? EuOp::kMax : EuOp::kMac);
  const Addresses address{chip()};
  const bool fixed = is_byte(w.in);
  set_result(c, w.out, chip());
  set_window(c, w.window);
  c.opd0_h = u64(w.in.shape[2]), c.opd0_w = u64(w.in.shape[3]);
  c.opd0_addr = address(w.in);
  LocalAccess access{{range(w.in)}, {range(w.out)}};
  if (fixed) set_fixed_sum(c, w.in, w.shift, w.is_relu);
  switch (w.kind) {
    case Pooling::kMax:
      c.tsk_opd_num = 1;
      // Observed: with the relu bit the vendor's model compares unsigned bytes as signed ones.
      if (fixed) c.opt_relu = 0, c.opt_opd1_sign = c.opt_opd2_sign = c.opt_opd0_sign;
      break;
    case Pooling::kAverage:
      c.opt_opd1_const = 1;
      c.opd1_addr = fixed ? u64(w.multiplier) : Operand::constant(w.factor).bits;
      if (fixed) c.opt_opd1_sign = 0, c.opt_opd2_sign = c.opt_opd0_sign;  // multipliers up to 255
      break;
    case Pooling::kDepthwise:
      c.opd1_addr = address(*w.weights);
      if (w.bias != nullptr) {
        c.tsk_opd_num = 3;
        c.opd2_addr = address(*w.bias);
      }
      read_weights(w, chip(), access);
      break;
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::product(const MatrixProduct& p) {
  auto c = with_defaults<ops::Mm>(EuOp::kMul);
  const Addresses address{chip()};
  set_result(c, p.out, chip());
  c.tsk_opd_num = p.bias != nullptr ? 3 : 2;
  c.res0_n = 1;
  set_left_sizes(c, p);
  c.opd0_addr = address(p.left);
  c.opd1_addr = address(p.right);
  c.opt_res_add = p.accumulates ? 1 : 0;
  LocalAccess access{{range(p.left), range(p.right)}, {range(p.out)}};
  if (p.accumulates) access.reads.push_back(range(p.out));
  if (p.bias != nullptr) {
    c.opd2_addr = address(*p.bias);
    access.reads.push_back(range(*p.bias));
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::rsqrt(const LocalTensor& out, const LocalTensor& in) {
  auto c = with_defaults<ops::MdSfu>(EuOp::kRsqrt);
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684Tiu::exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t) {
  auto c = with_defaults<ops::MdSfu>(EuOp::kTaylor);
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  c.opd1_n = kExpTerms;
  c.opd1_addr = kExpSeriesTable;
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
  arithmetic(Arithmetic::kAdd, out, out, Operand::constant(1.0F));
}

void Bm1684Tiu::fixed(FixedArithmetic operation, const LocalTensor& out, const FixedOperand& a, const FixedOperand& b,
                      std::int64_t shift, std::int64_t left_shift) {
  auto c = with_defaults<ops::Ar>(fixed_operation(operation));
  c.opt_shift_typ =
      shift != 0 || left_shift != 0 || (operation == FixedArithmetic::kShift && is_signed(a.type)) ? 1 : 0;
  c.opt_right_shift = u64(shift);
  c.opt_left_shift = u64(left_shift);
  c.opt_res0_prec = fixed_precision(out.type);
  c.opt_opd0_prec = fixed_precision(a.type);
  c.opt_opd1_prec = fixed_precision(b.type);
  c.opt_opd0_sign = is_signed(a.type) ? 1 : 0;
  c.opt_opd1_sign = is_signed(b.type) ? 1 : 0;
  c.opt_res_add_sign = 1;
  set_free_result(c, out, chip());
  set_free_operand0(c, a.operand, chip());
  set_free_operand1(c, b.operand, chip());
  LocalAccess access{{}, {range(out)}};
  read(access, a.operand);
  read(access, b.operand);
  if (operation == FixedArithmetic::kMac) access.reads.push_back(range(out));
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::look_up(const LocalTensor& out, const LocalTensor& in, std::uint32_t l2_offset, unsigned index_bits) {
  auto c = with_defaults<ops::Lut>(EuOp::kMul);
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  c.opd1_addr = l2_offset;
  c.opd1_h = index_bits;
  builder_.add(ops::TiuInstruction(c), {{range(in), l2_range(l2_offset, std::int64_t{4} << index_bits)}, {range(out)}});
}

void Bm1684Tiu::to_integer(const LocalTensor& out, const LocalTensor& in) {
  auto c = with_defaults<ops::MdSfu>(EuOp::kFloatToInt);
  c.opt_res0_prec = code(Precision::kI32);
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

std::unique_ptr<Tiu> make_bm1684_tiu(ProgramBuilder& builder) { return std::make_unique<Bm1684Tiu>(builder); }

}  // namespace bmemu::kernels
