// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/builder/bm1684_tiu.h"

#include <utility>

#include "isa/layout/address_map.h"

namespace bmemu::kernels {
namespace {

namespace ops = isa::bm1684;

using isa::kLocalBase;
constexpr std::uint64_t kAligned = 0, kCompact = 1, kFree = 3;
constexpr std::uint64_t kExpSeriesTable = 0x300C00;  ///< L2: 1, 1/2!, 1/3! ... Source: map of the firmware's tables
constexpr std::uint64_t kExpTerms = 8;

std::uint64_t u64(std::int64_t value) { return static_cast<std::uint64_t>(value); }

/// What compilers write into every command, meaningful or not.
template <class Command>
Command with_defaults() {
  Command c;
  c.opt_relu = c.opt_opd1_sign = c.opt_opd2_sign = 1;
  c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = c.opt_opd2_prec = 2;
  c.short_opd2_str = 2;
  c.opt_shift_typ = 1;
  c.tsk_opd_num = 2;
  c.res_op_x_str = c.res_op_y_str = 1;
  c.opd0_n = c.opd0_c = c.opd0_h = c.opd0_w = 1;
  c.opd1_n = c.opd1_c = c.opd1_h = c.opd1_w = 1;
  c.res0_n_str = c.res0_c_str = c.res0_h_str = c.res0_w_str = 1;
  c.opd0_n_str = c.opd0_c_str = c.opd0_h_str = c.opd0_w_str = 1;
  c.opd1_n_str = c.opd1_c_str = c.opd1_h_str = c.opd1_w_str = 1;
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
  c.res0_n = u64(t.shape[0]), c.res0_c = u64(t.shape[1]), c.res0_h = u64(t.shape[2]), c.res0_w = u64(t.shape[3]);
}

template <class Command>
void set_free_result(Command& c, const LocalTensor& t, const isa::ChipSpec& chip) {
  set_result(c, t, chip);
  c.short_res0_str = kFree;
  c.res0_n_str = u64(t.stride[0]), c.res0_c_str = u64(t.stride[1]), c.res0_h_str = u64(t.stride[2]);
  c.res0_w_str = u64(t.stride[3]);
}

template <class Command>
void set_free_operand0(Command& c, const Operand& o, const isa::ChipSpec& chip) {
  if (o.is_constant) {
    c.opt_opd0_const = 1;
    c.opd0_addr = o.bits;
    return;
  }
  const LocalTensor& t = o.tensor;
  c.opd0_addr = Addresses{chip}(t);
  c.short_opd0_str = kFree;
  c.opd0_n_str = u64(t.stride[0]), c.opd0_c_str = u64(t.stride[1]), c.opd0_h_str = u64(t.stride[2]);
  c.opd0_w_str = u64(t.stride[3]);
}

template <class Command>
void set_free_operand1(Command& c, const Operand& o, const isa::ChipSpec& chip) {
  if (o.is_constant) {
    c.opt_opd1_const = 1;
    c.opd1_addr = o.bits;
    return;
  }
  const LocalTensor& t = o.tensor;
  c.opd1_addr = Addresses{chip}(t);
  c.short_opd1_str = kFree;
  c.opd1_n_str = u64(t.stride[0]), c.opd1_c_str = u64(t.stride[1]), c.opd1_h_str = u64(t.stride[2]);
  c.opd1_w_str = u64(t.stride[3]);
}

template <class Command>
void set_window(Command& c, const Window& w) {
  c.opd1_h = u64(w.kernel_h), c.opd1_w = u64(w.kernel_w);
  c.res_op_y_str = u64(w.stride_h), c.res_op_x_str = u64(w.stride_w);
  c.opd1_y_ins0 = u64(w.dilation_h - 1), c.opd1_x_ins0 = u64(w.dilation_w - 1);
  c.opd0_y_ins0 = u64(w.insert_h), c.opd0_x_ins0 = u64(w.insert_w);
  c.opd0_up_pad = u64(w.up), c.opd0_dn_pad = u64(w.down), c.opd0_lf_pad = u64(w.left), c.opd0_rt_pad = u64(w.right);
}

/// Codes of ar_op.
std::uint64_t code_of(Arithmetic operation) {
  switch (operation) {
    case Arithmetic::kMul: return 0;
    case Arithmetic::kAdd: return 2;
    case Arithmetic::kSub: return 3;
    case Arithmetic::kMax: return 4;
    case Arithmetic::kMin: return 5;
    case Arithmetic::kShift: return 6;
    case Arithmetic::kAnd: return 7;
    case Arithmetic::kOr: return 8;
    case Arithmetic::kXor: return 9;
    case Arithmetic::kDiv: return 12;
  }
  return 0;
}

bool is_integer(const LocalTensor& t) { return t.type == isa::DataType::kI8 || t.type == isa::DataType::kU8; }

}  // namespace

void Bm1684Tiu::arithmetic(Arithmetic operation, const LocalTensor& out, const Operand& a, const Operand& b) {
  auto c = with_defaults<ops::Ar>();
  c.opt_shift_typ = 0;
  c.tsk_eu_typ = code_of(operation);
  const bool on_words = operation == Arithmetic::kAnd || operation == Arithmetic::kOr ||
                        operation == Arithmetic::kXor || operation == Arithmetic::kShift;
  if (on_words) c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = 4;
  set_free_result(c, out, chip());
  set_free_operand0(c, a, chip());
  set_free_operand1(c, b, chip());
  LocalAccess access{{}, {range(out)}};
  read(access, a);
  read(access, b);
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::copy(const LocalTensor& out, const LocalTensor& in) {
  auto c = with_defaults<ops::Ar>();
  c.tsk_eu_typ = 19;
  c.tsk_opd_num = 1;
  set_free_result(c, out, chip());
  set_free_operand0(c, in, chip());
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684Tiu::select(Comparison comparison, const LocalTensor& out, const Operand& a, const Operand& b,
                       const Operand& c, const Operand& d) {
  if (comparison == Comparison::kEqual) {
    // Only the elementwise unit compares for equality: a mask of ones, then c where it is set.
    auto mask = with_defaults<ops::Ar>();
    mask.opt_shift_typ = 0;
    mask.tsk_eu_typ = 11;
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
  auto s = with_defaults<ops::MdCmp>();
  s.tsk_eu_typ = 23;
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
  auto c = with_defaults<ops::Conv>();
  const Addresses address{chip()};
  const bool fixed = is_integer(conv.in);
  set_result(c, conv.out, chip());
  set_window(c, conv.window);
  c.tsk_opd_num = conv.bias != nullptr ? 3 : 2;
  c.opd0_n = u64(conv.in.shape[0]), c.opd0_c = u64(conv.in.shape[1]);
  c.opd0_h = u64(conv.in.shape[2]), c.opd0_w = u64(conv.in.shape[3]);
  c.opd0_addr = address(conv.in);
  if (fixed || !is_aligned(conv.in, chip())) {
    c.short_opd0_str = kFree;
    c.opd0_n_str = u64(conv.in.stride[0]), c.opd0_c_str = u64(conv.in.stride[1]);
    c.opd0_h_str = u64(conv.in.stride[2]), c.opd0_w_str = u64(conv.in.stride[3]);
  }
  c.opd1_addr = address(conv.weights);
  c.short_opd1_str = kFree;
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
    c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = 0;
    c.opt_opd2_prec = 3;
    c.short_opd2_str = kCompact;
    c.opt_opd0_sign = conv.in.type == isa::DataType::kI8 ? 1 : 0;
    c.opt_relu = conv.is_relu ? 1 : 0;
    c.opt_right_shift = u64(conv.shift);
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::window(const WindowCommand& w) {
  auto c = with_defaults<ops::PorD>();
  const Addresses address{chip()};
  const bool fixed = is_integer(w.in);
  set_result(c, w.out, chip());
  set_window(c, w.window);
  c.opd0_h = u64(w.in.shape[2]), c.opd0_w = u64(w.in.shape[3]);
  c.opd0_addr = address(w.in);
  c.tsk_eu_typ = w.kind == Pooling::kMax ? 4 : 1;
  LocalAccess access{{range(w.in)}, {range(w.out)}};
  if (fixed) {
    c.opt_res0_prec = c.opt_opd0_prec = c.opt_opd1_prec = 0;
    c.opt_opd2_prec = 3;
    c.opt_opd0_sign = w.in.type == isa::DataType::kI8 ? 1 : 0;
    c.opt_right_shift = u64(w.shift);
    c.opt_relu = w.is_relu ? 1 : 0;
  }
  switch (w.kind) {
    case Pooling::kMax:
      c.tsk_opd_num = 1;
      if (fixed) c.opt_opd1_sign = c.opt_opd2_sign = c.opt_opd0_sign;
      break;
    case Pooling::kAverage:
      c.opt_opd1_const = 1;
      c.opd1_addr = fixed ? u64(w.multiplier) : Operand::constant(w.factor).bits;
      if (fixed) c.opt_opd1_sign = c.opt_opd2_sign = c.opt_opd0_sign;
      break;
    case Pooling::kDepthwise:
      c.opd1_addr = address(*w.weights);
      access.reads.push_back(range(*w.weights));
      if (w.bias != nullptr) {
        c.tsk_opd_num = 3;
        c.opd2_addr = address(*w.bias);
        access.reads.push_back(range(*w.bias));
      }
      break;
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684Tiu::product(const MatrixProduct& p) {
  auto c = with_defaults<ops::Mm>();
  const Addresses address{chip()};
  set_result(c, p.out, chip());
  c.tsk_opd_num = p.bias != nullptr ? 3 : 2;
  c.res0_n = 1;
  c.opd0_n = u64(p.left.shape[0]), c.opd0_c = u64(p.left.shape[1]), c.opd0_w = u64(p.left.shape[3]);
  c.opd1_w = u64(p.last_columns);
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
  auto c = with_defaults<ops::MdSfu>();
  c.tsk_eu_typ = 17;
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684Tiu::exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t) {
  auto c = with_defaults<ops::MdSfu>();
  c.tsk_eu_typ = 13;
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  c.opd1_n = kExpTerms;
  c.opd1_addr = kExpSeriesTable;
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
  arithmetic(Arithmetic::kAdd, out, out, Operand::constant(1.0F));
}

void Bm1684Tiu::fixed(FixedArithmetic operation, const LocalTensor& out, Bm1684Precision out_precision,
                      const FixedOperand& a, const FixedOperand& b, std::int64_t shift, std::int64_t left_shift) {
  auto c = with_defaults<ops::Ar>();
  c.tsk_eu_typ = static_cast<std::uint64_t>(operation);
  c.opt_shift_typ = shift != 0 || left_shift != 0 ? 1 : 0;
  c.opt_right_shift = u64(shift);
  c.opt_left_shift = u64(left_shift);
  c.opt_res0_prec = static_cast<std::uint64_t>(out_precision);
  c.opt_opd0_prec = static_cast<std::uint64_t>(a.precision);
  c.opt_opd1_prec = static_cast<std::uint64_t>(b.precision);
  c.opt_opd0_sign = a.is_signed ? 1 : 0;
  c.opt_opd1_sign = b.is_signed ? 1 : 0;
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
  auto c = with_defaults<ops::Lut>();
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  c.opd1_addr = l2_offset;
  c.opd1_h = index_bits;
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684Tiu::to_integer(const LocalTensor& out, const LocalTensor& in) {
  auto c = with_defaults<ops::MdSfu>();
  c.tsk_eu_typ = 14;
  c.opt_res0_prec = 4;
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

std::unique_ptr<Tiu> make_bm1684_tiu(ProgramBuilder& builder) { return std::make_unique<Bm1684Tiu>(builder); }

}  // namespace bmemu::kernels
