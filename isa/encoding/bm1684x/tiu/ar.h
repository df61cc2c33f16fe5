// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class AR: elementwise arithmetic.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

/// Strides have 18 bits, as addresses in a lane do. Those of n and c keep their upper two above those of h and w.
/// Source: the vendor's functional model, one command at a time; seen in Real-ESRGAN's 8-bit program.
inline constexpr Field<TiuFields> kArShortFields[] = {
    {tiu_register::cmd_short, 0, 1},
    {tiu_register::cmd_id, 1, 20},
    {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},
    {tiu_register::tsk_eu_typ, 45, 5},
    {tiu_register::opd0_const, 50, 1},
    {tiu_register::opd1_const, 51, 1},
    {tiu_register::opd2_const, 52, 1},
    {tiu_register::tsk_opd_num, 53, 2},
    {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},
    {tiu_register::intr_en, 63, 1},
    {tiu_register::res0_prec, 64, 3},
    {tiu_register::opd0_prec, 67, 3},
    {tiu_register::opd1_prec, 70, 3},
    {tiu_register::opd2_prec, 73, 3},
    {tiu_register::opd0_sign, 76, 1},
    {tiu_register::opd1_sign, 77, 1},
    {tiu_register::res0_str, 78, 3},
    {tiu_register::opd0_str, 81, 3},
    {tiu_register::opd1_str, 84, 3},
    {tiu_register::opd2_n_str, 87, 3},
    {tiu_register::rsvd0, 90, 6},
    {tiu_register::res0_n, 96, 16},
    {tiu_register::res0_c, 112, 16},
    {tiu_register::res0_h, 128, 16},
    {tiu_register::res0_w, 144, 16},
    {tiu_register::res0_addr, 160, 32},
    {tiu_register::opd0_addr, 192, 32},
    {tiu_register::opd1_addr, 224, 32},
    {tiu_register::opd2_addr, 256, 32},
    {tiu_register::res0_n_str, 288, 16, 402, 2},
    {tiu_register::res0_c_str, 304, 16, 422, 2},
    {tiu_register::opd0_n_str, 320, 16, 442, 2},
    {tiu_register::opd0_c_str, 336, 16, 466, 2},
    {tiu_register::opd1_n_str, 352, 16, 486, 2},
    {tiu_register::opd1_c_str, 368, 16, 506, 2},
    {tiu_register::res0_h_str, 384, 18},
    {tiu_register::res0_w_str, 404, 18},
    {tiu_register::opd0_h_str, 424, 18},
    {tiu_register::opd2_sign, 444, 1},
    {tiu_register::rsvd1, 445, 3},
    {tiu_register::opd0_w_str, 448, 18},
    {tiu_register::opd1_h_str, 468, 18},
    {tiu_register::opd1_w_str, 488, 18},
    {tiu_register::rsvd2, 508, 4},
};

struct Ar : TiuClass<Ar> {
  static constexpr std::uint8_t kTskTyp = 3;
  enum class Op : std::uint8_t {
    kMul = 0,
    kNot = 1,
    kAdd = 2,
    kSub = 3,
    kMax = 4,
    kMin = 5,
    kLogicShift = 6,
    kAnd = 7,
    kOr = 8,
    kXor = 9,
    kSelectGreater = 10,
    kSelectEqual = 11,
    kDivide = 12,
    kSelectLess = 13,
    kCast = 14,
    kAddSaturating = 15,
    kSubSaturating = 16,
    kClamp = 17,
    kMac = 18,
    kCopy = 19,
    kMulSaturating = 20,
    kArithmeticShift = 21,
    kCircularShift = 22,
    kMulDoubleHigh = 23,
    kAbs = 26,
    kAbsDifference = 27,
    kCopyBatch = 28,
    kFirstOne = 29,
    kFirstZero = 30,
  };
  static constexpr Operation kOperations[] = {
      {Op::kMul, "arith.mul"},
      {Op::kNot, "arith.not"},
      {Op::kAdd, "arith.add"},
      {Op::kSub, "arith.sub"},
      {Op::kMax, "arith.max"},
      {Op::kMin, "arith.min"},
      {Op::kLogicShift, "arith.logicShift"},
      {Op::kAnd, "arith.and"},
      {Op::kOr, "arith.or"},
      {Op::kXor, "arith.xor"},
      {Op::kSelectGreater, "arith.selectGreat"},
      {Op::kSelectEqual, "arith.selectEqual"},
      {Op::kDivide, "arith.div"},
      {Op::kSelectLess, "arith.selectLess"},
      {Op::kCast, "arith.cast"},
      {Op::kAddSaturating, "arith.adds"},
      {Op::kSubSaturating, "arith.subs"},
      {Op::kClamp, "arith.clamp"},
      {Op::kMac, "arith.mac"},
      {Op::kCopy, "arith.copy"},
      {Op::kMulSaturating, "arith.muls"},
      {Op::kArithmeticShift, "arith.ashift"},
      {Op::kCircularShift, "arith.cshift"},
      {Op::kMulDoubleHigh, "arith.mulDHR"},
      {Op::kAbs, "arith.abs"},
      {Op::kAbsDifference, "arith.fsubabs"},
      {Op::kCopyBatch, "arith.copyMb"},
      {Op::kFirstOne, "arith.getFirstOne"},
      {Op::kFirstZero, "arith.getFirstZero"},
  };
  static constexpr Layout<TiuFields> kLong{"AR", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sAR", 64, 512, kArShortFields, std::size(kArShortFields)};
};

}  // namespace bmemu::isa::bm1684x
