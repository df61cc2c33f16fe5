// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands of elementwise instructions.
#include <algorithm>

#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator::bm1684x {
namespace {

constexpr auto kRead = memory::Access::kRead;
constexpr auto kWrite = memory::Access::kWrite;

template <class Instruction>
Shape result_shape(const Instruction& i) {
  return shape_of(i.res0_n, i.res0_c, i.res0_h, i.res0_w);
}

Strides strides(std::uint64_t n, std::uint64_t c, std::uint64_t h, std::uint64_t w) {
  return {static_cast<std::int64_t>(n), static_cast<std::int64_t>(c), static_cast<std::int64_t>(h),
          static_cast<std::int64_t>(w)};
}

std::uint64_t result_sign(const isa::bm1684x::Ar& ar) {
  switch (ar.operation()) {
    case ArOp::kCast: return ar.opd2_sign;
    case ArOp::kSubSaturating: return 1;  // observed: a difference is signed even when both operands are not
    case ArOp::kNot:
    case ArOp::kCopy:
    case ArOp::kCopyBatch:
    case ArOp::kAbs:
    case ArOp::kFirstOne:
    case ArOp::kFirstZero:
    case ArOp::kLogicShift:
    case ArOp::kArithmeticShift:
    case ArOp::kCircularShift: return ar.opd0_sign;
    default: return ar.opd0_sign | ar.opd1_sign;
  }
}

}  // namespace

unsigned operand_count(const isa::bm1684x::Ar& ar) {
  switch (ar.operation()) {
    case ArOp::kNot:
    case ArOp::kCast:
    case ArOp::kCopy:
    case ArOp::kCopyBatch:
    case ArOp::kAbs:
    case ArOp::kFirstOne:
    case ArOp::kFirstZero: return 1;
    case ArOp::kSelectGreater:
    case ArOp::kSelectEqual:
    case ArOp::kSelectLess:
    case ArOp::kClamp: return 3;
    // With three operands the third one is a shift of the exact result.
    case ArOp::kMul:
    case ArOp::kAdd:
    case ArOp::kSub:
    case ArOp::kAddSaturating:
    case ArOp::kSubSaturating:
    case ArOp::kMulSaturating: return ar.tsk_opd_num == 3 && !is_float(format_of(ar.opd0_prec, 0)) ? 3 : 2;
    default: return 2;
  }
}

ArOperands operand_set(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip) {
  const Shape shape = result_shape(ar);
  const unsigned count = operand_count(ar);
  ArOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format_of(ar.res0_prec, result_sign(ar)), ar.res0_addr)
                   .by_mode(ar.res0_str, shape, strides(ar.res0_n_str, ar.res0_c_str, ar.res0_h_str, ar.res0_w_str));
  if (ar.operation() == ArOp::kMac) set.previous = as_read(set.result);
  if (ar.opd0_const == 0) {
    const Shape a_shape = ar.operation() == ArOp::kCopyBatch ? shape_of(1, shape[1], shape[2], shape[3]) : shape;
    set.a = ViewMaker(chip, Role::kOperand0, kRead, format_of(ar.opd0_prec, ar.opd0_sign), ar.opd0_addr)
                .by_mode(ar.opd0_str, a_shape, strides(ar.opd0_n_str, ar.opd0_c_str, ar.opd0_h_str, ar.opd0_w_str));
  }
  if (count >= 2 && ar.opd1_const == 0)
    set.b = ViewMaker(chip, Role::kOperand1, kRead, format_of(ar.opd1_prec, ar.opd1_sign), ar.opd1_addr)
                .by_mode(ar.opd1_str, shape, strides(ar.opd1_n_str, ar.opd1_c_str, ar.opd1_h_str, ar.opd1_w_str));
  if (count >= 3 && ar.opd2_const == 0 && !is_selection(ar.operation())) {
    const std::uint64_t width = ar.operation() == ArOp::kClamp ? 2 : 1;
    set.c = ViewMaker(chip, Role::kOperand2, kRead, format_of(ar.opd2_prec, ar.opd2_sign), ar.opd2_addr)
                .compact(shape_of(1, ar.res0_c, 1, width));
  }
  return set;
}

SegOperands operand_set(const isa::bm1684x::Seg& seg, const isa::ChipSpec& chip) {
  SegOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format_of(seg.res0_prec, 0), seg.res0_addr)
                   .aligned(shape_of(1, seg.res0_c, 1, seg.res0_w));
  return set;
}

RqDqOperands operand_set(const isa::bm1684x::RqDq& rqdq, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::RqDq::Op;
  const Op op = rqdq.operation();
  if (op != Op::kRq0 && op != Op::kRq1 && op != Op::kDq0 && op != Op::kDq1) throw unknown_function(rqdq);
  const Shape shape = result_shape(rqdq);
  RqDqOperands set;
  set.result =
      ViewMaker(chip, Role::kResult0, kWrite, format_of(rqdq.res0_prec, rqdq.opd2_sign), rqdq.res0_addr).aligned(shape);
  set.input =
      ViewMaker(chip, Role::kOperand0, kRead, format_of(rqdq.opd0_prec, rqdq.opd0_sign), rqdq.opd0_addr).aligned(shape);
  if (rqdq.opd1_const == 0) {
    const std::uint64_t words = op == Op::kRq0 || op == Op::kDq0 ? 2 : 3;
    set.parameters = ViewMaker(chip, Role::kOperand1, kRead, DataType::kI32, rqdq.opd1_addr)
                         .aligned(shape_of(1, rqdq.res0_c, 1, words));
  }
  return set;
}

SfuOperands operand_set(const isa::bm1684x::Sfu& sfu, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::Sfu::Op;
  const DataType in = format_of(sfu.opd0_prec, 1);
  const Shape shape = result_shape(sfu);
  SfuOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format_of(sfu.res0_prec, 1), sfu.res0_addr).aligned(shape);
  set.input = ViewMaker(chip, Role::kOperand0, kRead, in, sfu.opd0_addr).aligned(shape);
  if (sfu.operation() == Op::kTaylor4x || sfu.operation() == Op::kTaylor) {
    const std::uint64_t lanes = std::min<std::uint64_t>(sfu.res0_c, static_cast<std::uint64_t>(chip.tiu.lanes));
    set.table = ViewMaker(chip, Role::kOperand1, kRead, in, sfu.opd1_addr).aligned(shape_of(1, lanes, 1, sfu.opd1_n));
  }
  return set;
}

LinOperands operand_set(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip) {
  const DataType format = format_of(lin.res0_prec, 1);
  const Shape shape = result_shape(lin);
  const Shape channel = shape_of(1, lin.res0_c, 1, 1);
  LinOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format, lin.res0_addr).aligned(shape);
  set.a = ViewMaker(chip, Role::kOperand0, kRead, format, lin.opd0_addr).aligned(shape);
  if (lin.opd1_const == 0) set.b = ViewMaker(chip, Role::kOperand1, kRead, format, lin.opd1_addr).compact(channel);
  if (lin.operation() == isa::bm1684x::Lin::Op::kMac && lin.opd2_const == 0)
    set.c = ViewMaker(chip, Role::kOperand2, kRead, format, lin.opd2_addr).compact(channel);
  return set;
}

CmpOperands operand_set(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::Cmp::Op;
  const DataType compared = format_of(cmp.opd0_prec, cmp.opd0_sign);
  const DataType chosen = format_of(cmp.opd2_prec, 0);
  const Shape shape = result_shape(cmp);
  const bool both = cmp.operation() == Op::kGreaterAndSelect || cmp.operation() == Op::kLessAndSelect;
  const auto source = [&](Role role, DataType format, std::uint64_t address, std::uint64_t mode) {
    return ViewMaker(chip, role, kRead, format, address).by_mode(mode, shape, {0, 0, 0, 0});
  };
  CmpOperands set;
  if (both) set.larger = ViewMaker(chip, Role::kResult0, kWrite, compared, cmp.res0_addr).aligned(shape);
  set.selected =
      ViewMaker(chip, both ? Role::kResult1 : Role::kResult0, kWrite, chosen, both ? cmp.res1_addr : cmp.res0_addr)
          .aligned(shape);
  if (cmp.opd0_const == 0) set.a = source(Role::kOperand0, compared, cmp.opd0_addr, cmp.opd0_str);
  if (cmp.opd1_const == 0) set.b = source(Role::kOperand1, compared, cmp.opd1_addr, cmp.opd1_str);
  if (cmp.opd2_const == 0) set.c = source(Role::kOperand2, chosen, cmp.opd2_addr, code(StrideMode::kAligned));
  if (cmp.opd3_const == 0) set.d = source(Role::kOperand3, chosen, cmp.opd3_addr, code(StrideMode::kAligned));
  return set;
}

}  // namespace bmemu::emulator::bm1684x
