// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class LAR: local arithmetic; never emitted by compilers.
#pragma once

#include "isa/encoding/bm1684x/tiu/ar.h"
#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kLarShortFields[] = {
    {tiu_register::opd0_w_str, 0, 1},  {tiu_register::opd1_w_str, 1, 1},   {tiu_register::opd2_const, 2, 1},
    {tiu_register::res0_prec, 3, 3},   {tiu_register::opd0_prec, 6, 3},    {tiu_register::opd1_prec, 9, 3},
    {tiu_register::opd2_n_str, 12, 3}, {tiu_register::opd0_sign, 15, 1},   {tiu_register::opd1_sign, 16, 1},
    {tiu_register::start_tid, 17, 6},  {tiu_register::res0_c, 23, 8},      {tiu_register::res0_w, 31, 8},
    {tiu_register::rsvd0, 39, 2},      {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},
    {tiu_register::rsvd1, 50, 1},      {tiu_register::tsk_opd_num, 51, 2}, {tiu_register::rsvd2, 53, 6},
    {tiu_register::pwr_step, 59, 4},   {tiu_register::rsvd3, 63, 1},       {tiu_register::res0_addr, 64, 16},
    {tiu_register::opd0_addr, 80, 16}, {tiu_register::opd1_addr, 96, 16},  {tiu_register::opd2_addr, 112, 16},
};

struct Lar : TiuClass<Lar> {
  static constexpr std::uint8_t kTskTyp = 7;
  using Op = Ar::Op;
  static constexpr Operation kOperations[] = {
      {Op::kMul, "lar"},
      {Op::kNot, "lar"},
      {Op::kAdd, "lar"},
      {Op::kSub, "lar"},
      {Op::kMax, "lar"},
      {Op::kMin, "lar"},
      {Op::kLogicShift, "lar"},
      {Op::kAnd, "lar"},
      {Op::kOr, "lar"},
      {Op::kXor, "lar"},
      {Op::kSelectGreater, "lar"},
      {Op::kSelectEqual, "lar"},
      {Op::kDivide, "lar"},
      {Op::kSelectLess, "lar"},
      {Op::kCast, "lar"},
      {Op::kAddSaturating, "lar"},
      {Op::kSubSaturating, "lar"},
      {Op::kClamp, "lar"},
      {Op::kMac, "lar"},
      {Op::kCopy, "lar"},
      {Op::kMulSaturating, "lar"},
      {Op::kArithmeticShift, "lar"},
      {Op::kCircularShift, "lar"},
      {Op::kMulDoubleHigh, "lar"},
      {static_cast<Op>(24), "lar"},
      {static_cast<Op>(25), "lar"},
      {Op::kAbs, "lar"},
      {Op::kAbsDifference, "lar"},
      {Op::kCopyBatch, "lar"},
      {Op::kFirstOne, "lar"},
      {Op::kFirstZero, "lar"},
  };
  static constexpr Layout<TiuFields> kShort{"LAR", 16, 128, kLarShortFields, std::size(kLarShortFields)};
};

}  // namespace bmemu::isa::bm1684x
