// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class CMP: compare and select.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kCmpShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::opd0_const, 50, 1},
    {tiu_register::opd1_const, 51, 1},  {tiu_register::opd2_const, 52, 1},  {tiu_register::opd3_const, 53, 1},
    {tiu_register::rsvd0, 54, 1},       {tiu_register::cmd_id_en, 55, 4},   {tiu_register::pwr_step, 59, 4},
    {tiu_register::intr_en, 63, 1},     {tiu_register::opd0_prec, 64, 3},   {tiu_register::opd2_prec, 67, 3},
    {tiu_register::opd0_str, 70, 3},    {tiu_register::opd1_str, 73, 3},    {tiu_register::rsvd1, 76, 51},
    {tiu_register::opd0_sign, 127, 1},  {tiu_register::res0_n, 128, 16},    {tiu_register::res0_c, 144, 16},
    {tiu_register::res0_h, 160, 16},    {tiu_register::res0_w, 176, 16},    {tiu_register::res0_addr, 192, 32},
    {tiu_register::res1_addr, 224, 32}, {tiu_register::opd0_addr, 256, 32}, {tiu_register::opd1_addr, 288, 32},
    {tiu_register::opd2_addr, 320, 32}, {tiu_register::opd3_addr, 352, 32},
};

struct Cmp : TiuClass<Cmp> {
  static constexpr std::uint8_t kTskTyp = 13;
  enum class Op : std::uint8_t {
    kGreaterAndSelect = 22,
    kGreater = 23,
    kEqual = 24,
    kLessAndSelect = 25,
    kLess = 26,
  };
  static constexpr Operation kOperations[] = {
      {Op::kGreaterAndSelect, "cmp.gt_and_sel"}, {Op::kGreater, "cmp.sel_gt"}, {Op::kEqual, "cmp.sel_eq"},
      {Op::kLessAndSelect, "cmp.lt_and_sel"},    {Op::kLess, "cmp.sel_lt"},
  };
  static constexpr Layout<TiuFields> kLong{"CMP", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sCMP", 48, 384, kCmpShortFields, std::size(kCmpShortFields)};
};

}  // namespace bmemu::isa::bm1684x
