// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class MM2: matrix multiply with one row per lane.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kMm2ShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::opd0_sign, 50, 1},
    {tiu_register::opd1_sign, 51, 1},   {tiu_register::res0_prec, 52, 3},   {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},    {tiu_register::opd2_const, 63, 1},  {tiu_register::res0_c, 64, 16},
    {tiu_register::res0_w, 80, 16},     {tiu_register::opd1_c, 96, 16},     {tiu_register::opd1_w, 112, 16},
    {tiu_register::opd0_prec, 128, 3},  {tiu_register::opd0_const, 131, 1}, {tiu_register::opd1_const, 132, 1},
    {tiu_register::res_add, 133, 1},    {tiu_register::res0_addr, 134, 25}, {tiu_register::intr_en, 159, 1},
    {tiu_register::opd0_addr, 160, 32}, {tiu_register::opd1_addr, 192, 32}, {tiu_register::opd2_addr, 224, 32},
};

struct Mm2 : TiuClass<Mm2> {
  static constexpr std::uint8_t kTskTyp = 2;
  enum class Op : std::uint8_t {
    kNn = 4,
    kNt = 5,
    kTt = 6,
  };
  static constexpr Operation kOperations[] = {
      {Op::kNn, "mm2.nn"},
      {Op::kNt, "mm2.nt"},
      {Op::kTt, "mm2.tt"},
  };
  static constexpr Layout<TiuFields> kLong{"MM2", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sMM2", 32, 256, kMm2ShortFields, std::size(kMm2ShortFields)};
};

}  // namespace bmemu::isa::bm1684x
