// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class MM: matrix multiply in matrix layout.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kMmShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::res_add, 50, 1},
    {tiu_register::left_tran, 51, 1},   {tiu_register::opd0_const, 52, 1},  {tiu_register::opd2_const, 53, 1},
    {tiu_register::rsvd0, 54, 1},       {tiu_register::cmd_id_en, 55, 4},   {tiu_register::pwr_step, 59, 4},
    {tiu_register::intr_en, 63, 1},     {tiu_register::opd0_sign, 64, 1},   {tiu_register::opd1_sign, 65, 1},
    {tiu_register::opd2_sign, 66, 1},   {tiu_register::res0_prec, 67, 3},   {tiu_register::opd0_prec, 70, 3},
    {tiu_register::opd2_n_str, 73, 3},  {tiu_register::rsvd1, 76, 20},      {tiu_register::rsvd2, 96, 16},
    {tiu_register::res0_c, 112, 16},    {tiu_register::res0_w, 128, 16},    {tiu_register::opd0_n, 144, 16},
    {tiu_register::opd0_c, 160, 16},    {tiu_register::opd0_w, 176, 16},    {tiu_register::rsvd3, 192, 16},
    {tiu_register::opd1_w, 208, 16},    {tiu_register::res0_addr, 224, 32}, {tiu_register::opd0_addr, 256, 32},
    {tiu_register::opd1_addr, 288, 32}, {tiu_register::opd2_addr, 320, 32}, {tiu_register::opd3_addr, 352, 32},
};

struct Mm : TiuClass<Mm> {
  static constexpr std::uint8_t kTskTyp = 2;
  enum class Op : std::uint8_t {
    kNormal = 1,
    kRequantise = 2,
    kRequantiseRelu = 3,
  };
  static constexpr Operation kOperations[] = {
      {Op::kNormal, "mm.normal"},
      {Op::kRequantise, "mm.wrq"},
      {Op::kRequantiseRelu, "mm.wrqrelu"},
  };
  static constexpr Layout<TiuFields> kLong{"MM", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sMM", 48, 384, kMmShortFields, std::size(kMmShortFields)};
};

}  // namespace bmemu::isa::bm1684x
