// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/layout/address_map.h"
#include "kernels/builder/bm1684x_fields.h"

namespace bmemu::kernels {
namespace {

using namespace bm1684x_fields;

constexpr std::uint64_t kExpSeriesTable = 0x400;  ///< in static memory: 1, 1, 1/2!, 1/3! ... as f32
constexpr std::uint64_t kRsqrtIterations = 4;
constexpr std::uint64_t kDivideIterations = 3;

}  // namespace

void Bm1684xTiu::arithmetic(Arithmetic operation, const LocalTensor& out, const Operand& a, const Operand& b) {
  auto c = short_form<ops::Ar>(operation_of(operation, ops::Ar::Op::kLogicShift));
  c.tsk_opd_num = 2;
  DataType type = out.type;
  if (is_on_words(operation)) type = element_bytes(out.type) == 4 ? DataType::kU32 : DataType::kU16;
  c.res0_prec = precision(type);
  set_elementwise_result(c, out, chip());
  set_operand0(c, a, type, chip());
  set_operand1(c, b, type, chip());
  if (operation == Arithmetic::kDiv) c.opd2_n_str = kDivideIterations - 1;
  if (operation == Arithmetic::kShift) {
    c.opd1_prec = precision(DataType::kI32);
    c.opd1_sign = 1;
    c.opd2_n_str = static_cast<std::uint64_t>(Rounding::kDown);
  }
  LocalAccess access{{}, {range(out)}};
  read(access, a);
  read(access, b);
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684xTiu::copy(const LocalTensor& out, const LocalTensor& in) {
  auto c = short_form<ops::Ar>(ops::Ar::Op::kCopy);
  c.tsk_opd_num = 1;
  c.res0_prec = precision(out.type);
  set_elementwise_result(c, out, chip());
  set_operand0(c, in, in.type, chip());
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684xTiu::select(Comparison comparison, const LocalTensor& out, const Operand& a, const Operand& b,
                        const Operand& c, const Operand& d) {
  using Op = ops::Cmp::Op;
  auto s = short_form<ops::Cmp>(comparison == Comparison::kGreater ? Op::kGreater : Op::kEqual);
  s.opd0_prec = s.opd2_prec = precision(out.type);
  s.opd0_sign = 1;
  set_result(s, out, chip());
  const Addresses address{chip()};
  LocalAccess access{{}, {range(out)}};
  const auto set = [&](const Operand& o, auto& flag, auto& field) {
    flag = o.is_constant ? 1 : 0;
    field = o.is_constant ? constant_bits(o.bits, out.type) : address(o.tensor);
    read(access, o);
  };
  set(a, s.opd0_const, s.opd0_addr);
  set(b, s.opd1_const, s.opd1_addr);
  set(c, s.opd2_const, s.opd2_addr);
  set(d, s.opd3_const, s.opd3_addr);
  builder_.add(ops::TiuInstruction(s), access);
}

void Bm1684xTiu::convolution(const Convolution& conv) {
  auto c = short_form<ops::Conv>(ops::Conv::Op::kNormal);
  const Addresses address{chip()};
  set_result(c, conv.out, chip());
  set_window(c, conv.window);
  c.res0_prec = precision(conv.out.type);
  c.opd0_prec = precision(conv.in.type);
  c.opd0_c = u64(conv.in.shape[1]), c.opd0_h = u64(conv.in.shape[2]), c.opd0_w = u64(conv.in.shape[3]);
  c.opd0_addr = address(conv.in);
  if (!is_aligned(conv.in, chip())) {
    c.opd0_str = code(StrideMode::kFree);
    set_operand0_strides(c, field_strides(conv.in));
  }
  c.opd1_addr = address(conv.weights);
  c.res_add = conv.accumulates ? 1 : 0;
  c.opd3_const = 1;
  LocalAccess access{{range(conv.in), range(conv.weights)}, {range(conv.out)}};
  if (conv.accumulates) access.reads.push_back(range(conv.out));
  if (!is_float(conv.in.type)) {
    c.opd0_sign = sign_of(conv.in.type);
    c.opd1_sign = 1;
    c.opd2_const = 1;  // no zero point of the kernel
  } else if (conv.bias != nullptr) {
    c.opd2_addr = address(*conv.bias);
    access.reads.push_back(range(*conv.bias));
  } else {
    c.opd2_const = 1;
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684xTiu::window(const WindowCommand& w) {
  using Op = ops::PorD::Op;
  auto c = short_form<ops::PorD>(w.kind == Pooling::kMax       ? Op::kMaximum
                                 : w.kind == Pooling::kAverage ? Op::kAverage
                                                               : Op::kDepthwise);
  const Addresses address{chip()};
  const bool floats = is_float(w.in.type);
  set_result(c, w.out, chip());
  set_window(c, w.window);
  c.res0_prec = precision(w.out.type);
  c.opd0_prec = precision(w.in.type);
  c.opd0_h = u64(w.in.shape[2]), c.opd0_w = u64(w.in.shape[3]);
  c.opd0_addr = address(w.in);
  c.opd3_const = 1;
  if (!floats) c.opd0_sign = sign_of(w.in.type);
  LocalAccess access{{range(w.in)}, {range(w.out)}};
  switch (w.kind) {
    case Pooling::kMax: c.opd3_addr = lowest_bits(w.in.type); break;
    case Pooling::kAverage:
      c.opd1_const = 1;
      c.opd1_addr = floats ? constant_bits(Operand::constant(w.factor).bits, w.in.type) : u64(w.multiplier);
      c.opd2_addr = floats ? 0 : u64(w.shift);
      c.opd2_n_str = static_cast<std::uint64_t>(Rounding::kHalfUp);
      break;
    case Pooling::kDepthwise:
      c.opd1_addr = address(*w.weights);
      c.opd1_sign = c.opd2_sign = floats ? 0 : 1;
      c.opd2_const = w.bias == nullptr ? 1 : 0;
      if (w.bias != nullptr) c.opd2_addr = address(*w.bias);
      read_weights(w, chip(), access);
      break;
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684xTiu::product(const MatrixProduct& p) {
  auto c = short_form<ops::Mm>(ops::Mm::Op::kNormal);
  const Addresses address{chip()};
  c.res0_prec = precision(p.out.type);
  c.opd0_prec = precision(p.left.type);
  c.res0_addr = address(p.out);
  c.res0_c = u64(p.out.shape[1]), c.res0_w = u64(p.out.shape[3]);
  set_left_sizes(c, p);
  c.opd0_addr = address(p.left);
  c.opd1_addr = address(p.right);
  c.res_add = p.accumulates ? 1 : 0;
  c.opd2_const = p.bias == nullptr ? 1 : 0;
  LocalAccess access{{range(p.left), range(p.right)}, {range(p.out)}};
  if (p.accumulates) access.reads.push_back(range(p.out));
  if (p.bias != nullptr) {
    c.opd2_addr = address(*p.bias);
    access.reads.push_back(range(*p.bias));
  }
  builder_.add(ops::TiuInstruction(c), access);
}

void Bm1684xTiu::rsqrt(const LocalTensor& out, const LocalTensor& in) {
  auto c = short_form<ops::Sfu>(ops::Sfu::Op::kRsqrt);
  c.res0_prec = c.opd0_prec = precision(out.type);
  c.opd2_n_str = kRsqrtIterations - 1;
  c.opd1_n = kRsqrtIterations;
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  builder_.add(ops::TiuInstruction(c), {{range(in)}, {range(out)}});
}

void Bm1684xTiu::load_exp_table(std::int64_t offset) {
  auto c = short_form<ops::TransBc>(ops::TransBc::Op::kStaticBroadcast);
  c.res0_prec = precision(DataType::kF32);
  const LocalTensor table =
      aligned_tensor(chip(), DataType::kF32, {1, chip().tiu.lanes, 1, static_cast<std::int64_t>(kExpTerms)}, offset);
  set_result(c, table, chip());
  c.opd0_c = c.res0_c;
  c.opd0_w = kExpTerms;
  c.opd0_addr = isa::static_base(chip()) + kExpSeriesTable;
  builder_.add(ops::TiuInstruction(c), {{}, {range(table)}});
}

void Bm1684xTiu::exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t table_offset) {
  auto c = short_form<ops::Sfu>(ops::Sfu::Op::kTaylor4x);
  c.res0_prec = c.opd0_prec = precision(DataType::kF32);
  c.opd1_n = kExpTerms;
  c.opd2_n_str = (kExpTerms - 1) % 4;
  set_result(c, out, chip());
  c.opd0_addr = Addresses{chip()}(in);
  c.opd1_addr = u64(table_offset);
  builder_.add(ops::TiuInstruction(c),
               {{range(in), {table_offset, table_offset + static_cast<std::int64_t>(kExpTerms) * 4}}, {range(out)}});
}

std::unique_ptr<Tiu> make_bm1684x_tiu(ProgramBuilder& builder) { return std::make_unique<Bm1684xTiu>(builder); }

}  // namespace bmemu::kernels
