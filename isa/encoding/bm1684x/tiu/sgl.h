// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SGL: gather and scatter of whole rows.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSglShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::rsvd0, 50, 3},
    {tiu_register::opd3_const, 53, 1},  {tiu_register::intr_en, 54, 1},     {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},    {tiu_register::opd2_const, 63, 1},  {tiu_register::res0_prec, 64, 3},
    {tiu_register::opd1_prec, 67, 3},   {tiu_register::opd0_str, 70, 3},    {tiu_register::rsvd1, 73, 7},
    {tiu_register::res0_n, 80, 16},     {tiu_register::res0_c, 96, 16},     {tiu_register::res0_h, 112, 16},
    {tiu_register::res0_w, 128, 16},    {tiu_register::opd0_h, 144, 16},    {tiu_register::res0_addr, 160, 32},
    {tiu_register::opd0_addr, 192, 32}, {tiu_register::opd1_addr, 224, 32}, {tiu_register::opd2_addr, 256, 32},
    {tiu_register::res1_addr, 288, 32}, {tiu_register::rsvd2, 320, 64},
};

struct Sgl : TiuClass<Sgl> {
  static constexpr std::uint8_t kTskTyp = 6;
  enum class Op : std::uint8_t {
    kGatherLine = 17,
    kScatterLine = 18,
  };
  static constexpr Operation kOperations[] = {
      {Op::kGatherLine, "sgl.pe_s_gather_line"},
      {Op::kScatterLine, "sgl.pe_s_scatter_line"},
  };
  static constexpr Layout<TiuFields> kLong{"SGL", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSGL", 48, 384, kSglShortFields, std::size(kSglShortFields)};
};

}  // namespace bmemu::isa::bm1684x
