// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SGL: gather and scatter of whole rows.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSglShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"rsvd0", 50, 3, &TiuFields::rsvd0, "reserved"},
    {"opd3_const", 53, 1, &TiuFields::opd3_const, "1 = operand is an immediate held in the address field"},
    {"intr_en", 54, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"opd2_const", 63, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"res0_prec", 64, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd1_prec", 67, 3, &TiuFields::opd1_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_str", 70, 3, &TiuFields::opd0_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"rsvd1", 73, 7, &TiuFields::rsvd1, "reserved"},
    {"res0_n", 80, 16, &TiuFields::res0_n, ""},
    {"res0_c", 96, 16, &TiuFields::res0_c, ""},
    {"res0_h", 112, 16, &TiuFields::res0_h, ""},
    {"res0_w", 128, 16, &TiuFields::res0_w, ""},
    {"opd0_h", 144, 16, &TiuFields::opd0_h, ""},
    {"res0_addr", 160, 32, &TiuFields::res0_addr, ""},
    {"opd0_addr", 192, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 224, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 256, 32, &TiuFields::opd2_addr, ""},
    {"res1_addr", 288, 32, &TiuFields::res1_addr, ""},
    {"rsvd2", 320, 64, &TiuFields::rsvd2, "reserved"},
};

struct Sgl : TiuFields {
  static constexpr std::uint8_t kTskTyp = 6;
  static constexpr Operation kOperations[] = {
      {17, "sgl.pe_s_gather_line"},
      {18, "sgl.pe_s_scatter_line"},
  };
  static constexpr Layout<TiuFields> kLong{"SGL", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSGL", 48, 384, kSglShortFields, std::size(kSglShortFields)};
};

}  // namespace bmemu::isa::bm1684x
