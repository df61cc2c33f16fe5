// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SG: gather and scatter inside lanes.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSgShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::opd3_const, 50, 1},
    {tiu_register::intr_en, 51, 1},     {tiu_register::opd0_str, 52, 3},    {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},    {tiu_register::opd2_const, 63, 1},  {tiu_register::res0_n, 64, 16},
    {tiu_register::res0_c, 80, 16},     {tiu_register::res0_h, 96, 16},     {tiu_register::res0_w, 112, 16},
    {tiu_register::opd0_h, 128, 16},    {tiu_register::opd0_w, 144, 16},    {tiu_register::opd1_c, 160, 16},
    {tiu_register::opd1_w, 176, 16},    {tiu_register::res0_prec, 192, 3},  {tiu_register::res0_addr, 195, 29},
    {tiu_register::opd0_prec, 224, 3},  {tiu_register::opd0_addr, 227, 29}, {tiu_register::opd1_prec, 256, 3},
    {tiu_register::opd1_addr, 259, 29}, {tiu_register::opd2_addr, 288, 32}, {tiu_register::res1_addr, 320, 32},
    {tiu_register::opd3_addr, 352, 32},
};

struct Sg : TiuClass<Sg> {
  static constexpr std::uint8_t kTskTyp = 6;
  enum class Op : std::uint8_t {
    kListGather = 0,
    kListGather2 = 1,
    kListGatherRectangle = 2,
    kListScatter = 3,
    kListScatter2 = 4,
    kGather = 5,
    kScatter = 6,
    kGatherFourTables = 7,
    kMaskSelect = 8,
    kNonzero = 9,
    kScatterPingPong = 10,
    kListGatherPerW = 11,
    kListScatterPerW = 12,
    kGatherHazard = 13,
    kScatterHazard = 14,
    kMaskSelectHazard = 15,
    kNonzeroHazard = 16,
  };
  static constexpr Operation kOperations[] = {
      {Op::kListGather, "sg.pl_gather_d1coor"},
      {Op::kListGather2, "sg.pl_gather_d2coor"},
      {Op::kListGatherRectangle, "sg.pl_gather_rec"},
      {Op::kListScatter, "sg.pl_scatter_d1coor"},
      {Op::kListScatter2, "sg.pl_scatter_d2coor"},
      {Op::kGather, "sg.pe_s_gather_d1coor"},
      {Op::kScatter, "sg.pe_s_scatter_d1coor"},
      {Op::kGatherFourTables, "sg.pe_m_gather_d1coor"},
      {Op::kMaskSelect, "sg.pe_s_mask_select"},
      {Op::kNonzero, "sg.pe_s_nonzero"},
      {Op::kScatterPingPong, "sg.pe_s_scatter_pp_d1coor"},
      {Op::kListGatherPerW, "sg.pl_gather_perw"},
      {Op::kListScatterPerW, "sg.pl_scatter_perw"},
      {Op::kGatherHazard, "sg.pe_s_gather_hzd"},
      {Op::kScatterHazard, "sg.pe_s_scatter_hzd"},
      {Op::kMaskSelectHazard, "sg.pe_s_mask_selhzd"},
      {Op::kNonzeroHazard, "sg.pe_s_nonzero_hzd"},
  };
  static constexpr Layout<TiuFields> kLong{"SG", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSG", 48, 384, kSgShortFields, std::size(kSgShortFields)};
};

}  // namespace bmemu::isa::bm1684x
