// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class VC: vector outer operation.
#pragma once

#include "isa/encoding/bm1684x/tiu/ar.h"
#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kVcShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::opd0_sign, 50, 1},
    {tiu_register::opd1_sign, 51, 1},   {tiu_register::opd2_n_str, 52, 3},  {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},    {tiu_register::intr_en, 63, 1},     {tiu_register::res0_prec, 64, 3},
    {tiu_register::opd0_prec, 67, 3},   {tiu_register::opd1_prec, 70, 3},   {tiu_register::res0_addr, 73, 32},
    {tiu_register::rsvd1, 105, 23},     {tiu_register::opd0_addr, 128, 32}, {tiu_register::rsvd2, 160, 16},
    {tiu_register::res0_c, 176, 16},    {tiu_register::res0_w, 192, 16},    {tiu_register::opd0_c, 208, 16},
    {tiu_register::opd0_w, 224, 16},    {tiu_register::opd1_w, 240, 16},    {tiu_register::opd1_addr, 256, 32},
    {tiu_register::opd2_addr, 288, 32}, {tiu_register::rsvd3, 320, 64},
};

struct Vc : TiuClass<Vc> {
  static constexpr std::uint8_t kTskTyp = 14;
  using Op = Ar::Op;  ///< a part of them
  static constexpr Operation kOperations[] = {
      {Op::kMul, "vc.mul"},
      {Op::kAdd, "vc.add"},
      {Op::kSub, "vc.sub"},
      {Op::kMax, "vc.max"},
      {Op::kMin, "vc.min"},
      {Op::kAnd, "vc.and"},
      {Op::kOr, "vc.or"},
      {Op::kXor, "vc.xor"},
      {Op::kSelectGreater, "vc.select_gt"},
      {Op::kSelectEqual, "vc.select_eq"},
      {Op::kDivide, "vc.div"},
      {Op::kSelectLess, "vc.select_lt"},
      {Op::kAddSaturating, "vc.add_satu"},
      {Op::kSubSaturating, "vc.sub_satu"},
      {Op::kMulSaturating, "vc.mul_satu"},
      {Op::kMulDoubleHigh, "vc.mulDHR"},
  };
  static constexpr Layout<TiuFields> kLong{"VC", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sVC", 48, 384, kVcShortFields, std::size(kVcShortFields)};
};

}  // namespace bmemu::isa::bm1684x
