// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SG: gather and scatter inside lanes.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSgShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd3_const", 50, 1, &TiuFields::opd3_const, "1 = operand is an immediate held in the address field"},
    {"intr_en", 51, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"opd0_str", 52, 3, &TiuFields::opd0_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"opd2_const", 63, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"res0_n", 64, 16, &TiuFields::res0_n, ""},
    {"res0_c", 80, 16, &TiuFields::res0_c, ""},
    {"res0_h", 96, 16, &TiuFields::res0_h, ""},
    {"res0_w", 112, 16, &TiuFields::res0_w, ""},
    {"opd0_h", 128, 16, &TiuFields::opd0_h, ""},
    {"opd0_w", 144, 16, &TiuFields::opd0_w, ""},
    {"opd1_c", 160, 16, &TiuFields::opd1_c, ""},
    {"opd1_w", 176, 16, &TiuFields::opd1_w, ""},
    {"res0_prec", 192, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"res0_addr", 195, 29, &TiuFields::res0_addr, ""},
    {"opd0_prec", 224, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_addr", 227, 29, &TiuFields::opd0_addr, ""},
    {"opd1_prec", 256, 3, &TiuFields::opd1_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd1_addr", 259, 29, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 288, 32, &TiuFields::opd2_addr, ""},
    {"res1_addr", 320, 32, &TiuFields::res1_addr, ""},
    {"opd3_addr", 352, 32, &TiuFields::opd3_addr, ""},
};

struct Sg : TiuFields {
  static constexpr std::uint8_t kTskTyp = 6;
  static constexpr Operation kOperations[] = {
      {0, "sg.pl_gather_d1coor"},    {1, "sg.pl_gather_d2coor"},        {2, "sg.pl_gather_rec"},
      {3, "sg.pl_scatter_d1coor"},   {4, "sg.pl_scatter_d2coor"},       {5, "sg.pe_s_gather_d1coor"},
      {6, "sg.pe_s_scatter_d1coor"}, {7, "sg.pe_m_gather_d1coor"},      {8, "sg.pe_s_mask_select"},
      {9, "sg.pe_s_nonzero"},        {10, "sg.pe_s_scatter_pp_d1coor"}, {11, "sg.pl_gather_perw"},
      {12, "sg.pl_scatter_perw"},    {13, "sg.pe_s_gather_hzd"},        {14, "sg.pe_s_scatter_hzd"},
      {15, "sg.pe_s_mask_selhzd"},   {16, "sg.pe_s_nonzero_hzd"},
  };
  static constexpr Layout<TiuFields> kLong{"SG", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSG", 48, 384, kSgShortFields, std::size(kSgShortFields)};
};

}  // namespace bmemu::isa::bm1684x
