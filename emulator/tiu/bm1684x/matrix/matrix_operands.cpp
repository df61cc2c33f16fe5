// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands of matrix and vector instructions.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"
#include "isa/error.h"

namespace bmemu::emulator::bm1684x {
namespace {

constexpr auto kRead = memory::Access::kRead;
constexpr auto kWrite = memory::Access::kWrite;

/// `rows` rows of channels * width columns, of which the last channel holds only `last_width`.
MatrixView matrix(const ViewMaker& maker, std::uint64_t rows, std::uint64_t c, std::uint64_t width,
                  std::uint64_t last_width, const isa::ChipSpec& chip) {
  if (last_width > width)
    throw Error({"E-OPERAND-RANGE", "operand 0", fmt::format("{} columns in the last channel", last_width),
                 fmt::format("at most {}", width), "the last channel of a matrix is wider than the others"});
  const OperandView all = maker.aligned(shape_of(rows, c, 1, width));
  const auto count = static_cast<std::uint32_t>(c);
  MatrixView view;
  if (last_width == width) {
    view.whole = all;
    return view;
  }
  if (count > 1) view.whole = channels(all, 0, count - 1, chip);
  view.rest = channels(all, count - 1, 1, chip);
  view.rest->shape[3] = static_cast<std::uint32_t>(last_width);
  return view;
}

}  // namespace

MmOperands operand_set(const isa::bm1684x::Mm& mm, const isa::ChipSpec& chip) {
  const DataType left = format_of(mm.opd0_prec, mm.opd0_sign);
  const DataType right = format_of(mm.opd0_prec, mm.opd1_sign);
  using Op = isa::bm1684x::Mm::Op;
  const bool requantised = mm.operation() != Op::kNormal;
  const std::uint64_t any_sign = mm.opd0_sign | mm.opd1_sign | (requantised ? mm.opd2_sign : 0);
  const DataType result = format_of(mm.res0_prec, mm.operation() == Op::kRequantiseRelu ? 0 : any_sign);
  const std::uint64_t columns_of_left = mm.opd0_w * (mm.opd0_c - 1) + mm.opd1_w;

  MmOperands set;
  set.rows = static_cast<std::uint32_t>(mm.left_tran != 0 ? columns_of_left : mm.opd0_n);
  set.inner = static_cast<std::uint32_t>(mm.left_tran != 0 ? mm.opd0_n : columns_of_left);
  set.columns = static_cast<std::uint32_t>(mm.res0_c * mm.res0_w);
  set.result = ViewMaker(chip, Role::kResult0, kWrite, result, mm.res0_addr)
                   .aligned(shape_of(set.rows, mm.res0_c, 1, mm.res0_w));
  if (mm.res_add != 0) set.previous = as_read(set.result);
  if (mm.opd0_const == 0)
    set.left = matrix(ViewMaker(chip, Role::kOperand0, kRead, left, mm.opd0_addr), mm.opd0_n, mm.opd0_c, mm.opd0_w,
                      mm.opd1_w, chip);
  set.right = ViewMaker(chip, Role::kOperand1, kRead, right, mm.opd1_addr)
                  .aligned(shape_of(set.inner, mm.res0_c, 1, mm.res0_w));
  // Floats and requantised bytes have a bias, 32-bit integers a shift.
  const DataType bias = is_float(left) ? left : format_of(requantised ? Precision::kI16 : Precision::kI8, mm.opd2_sign);
  if (mm.opd2_const == 0 && (is_float(left) || requantised || bits(left) == 32))
    set.bias =
        ViewMaker(chip, Role::kOperand2, kRead, bias, mm.opd2_addr).aligned(shape_of(1, mm.res0_c, 1, mm.res0_w));
  return set;
}

Mm2Operands operand_set(const isa::bm1684x::Mm2& mm2, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::Mm2::Op;
  const DataType left = format_of(mm2.opd0_prec, mm2.opd0_sign), right = format_of(mm2.opd0_prec, mm2.opd1_sign);
  const ViewMaker left_maker(chip, Role::kOperand0, kRead, left, mm2.opd0_addr);
  const ViewMaker right_maker(chip, Role::kOperand1, kRead, right, mm2.opd1_addr);

  Mm2Operands set;
  set.inner = static_cast<std::uint32_t>(mm2.operation() == Op::kNn ? mm2.opd1_c : mm2.opd1_w);
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format_of(mm2.res0_prec, 1), mm2.res0_addr)
                   .aligned(shape_of(1, mm2.res0_c, 1, mm2.res0_w));
  if (mm2.res_add != 0) set.previous = as_read(set.result);
  if (mm2.opd0_const == 0)
    set.left = left_maker.aligned(mm2.operation() == Op::kTt ? shape_of(1, set.inner, 1, mm2.res0_w)
                                                             : shape_of(1, mm2.res0_c, 1, set.inner));
  if (mm2.opd1_const == 0) {
    const std::uint64_t rows = mm2.operation() == Op::kNn   ? set.inner
                               : mm2.operation() == Op::kNt ? mm2.res0_w
                                                            : mm2.res0_c;
    const std::uint64_t columns = mm2.operation() == Op::kNn ? mm2.res0_w : set.inner;
    set.right = right_maker.aligned(shape_of(1, rows, 1, columns));
  }
  if (!is_float(left) && mm2.opd2_const == 0) {
    const ViewMaker maker(chip, Role::kOperand2, kRead, right, mm2.opd2_addr);
    // Observed: the lane of a row of the right matrix also holds the zero points for that row: all of its columns when
    // the row is one of K, its own column (see MM2's values) when it is one of N.
    const std::uint64_t rows = mm2.operation() == Op::kNn ? set.inner : mm2.res0_w;
    const std::uint64_t lanes = std::min(rows, static_cast<std::uint64_t>(chip.tiu.lanes));
    set.zero_point = mm2.operation() == Op::kTt ? maker.compact(shape_of(1, mm2.res0_c, 1, 1))
                                                : maker.aligned(shape_of(1, lanes, 1, mm2.res0_w));
  }
  return set;
}

VcOperands operand_set(const isa::bm1684x::Vc& vc, const isa::ChipSpec& chip) {
  const DataType a = format_of(vc.opd0_prec, vc.opd0_sign);
  const DataType b = format_of(vc.opd1_prec, vc.opd1_sign);
  const std::uint64_t length = (vc.opd0_c - 1) * vc.opd0_w + vc.opd1_w;
  VcOperands set;
  // Observed: a saturating difference is signed even when both operands are not.
  const std::uint64_t is_signed =
      vc.opd0_sign | vc.opd1_sign | std::uint64_t{vc.operation() == isa::bm1684x::Ar::Op::kSubSaturating};
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format_of(vc.res0_prec, is_signed), vc.res0_addr)
                   .aligned(shape_of(length, vc.res0_c, 1, vc.res0_w));
  set.a = matrix(ViewMaker(chip, Role::kOperand0, kRead, a, vc.opd0_addr), 1, vc.opd0_c, vc.opd0_w, vc.opd1_w, chip);
  set.b = ViewMaker(chip, Role::kOperand1, kRead, b, vc.opd1_addr).aligned(shape_of(1, vc.res0_c, 1, vc.res0_w));
  return set;
}

}  // namespace bmemu::emulator::bm1684x
