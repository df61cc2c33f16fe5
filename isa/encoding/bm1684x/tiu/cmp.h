// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class CMP: compare and select.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kCmpShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd0_const", 50, 1, &TiuFields::opd0_const, "1 = operand is an immediate held in the address field"},
    {"opd1_const", 51, 1, &TiuFields::opd1_const, "1 = operand is an immediate held in the address field"},
    {"opd2_const", 52, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"opd3_const", 53, 1, &TiuFields::opd3_const, "1 = operand is an immediate held in the address field"},
    {"rsvd0", 54, 1, &TiuFields::rsvd0, "reserved"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"intr_en", 63, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"opd0_prec", 64, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd2_prec", 67, 3, &TiuFields::opd2_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_str", 70, 3, &TiuFields::opd0_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"opd1_str", 73, 3, &TiuFields::opd1_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"rsvd1", 76, 51, &TiuFields::rsvd1, "reserved"},
    {"opd0_sign", 127, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"res0_n", 128, 16, &TiuFields::res0_n, ""},
    {"res0_c", 144, 16, &TiuFields::res0_c, ""},
    {"res0_h", 160, 16, &TiuFields::res0_h, ""},
    {"res0_w", 176, 16, &TiuFields::res0_w, ""},
    {"res0_addr", 192, 32, &TiuFields::res0_addr, ""},
    {"res1_addr", 224, 32, &TiuFields::res1_addr, ""},
    {"opd0_addr", 256, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 288, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 320, 32, &TiuFields::opd2_addr, ""},
    {"opd3_addr", 352, 32, &TiuFields::opd3_addr, ""},
};

struct Cmp : TiuFields {
  static constexpr std::uint8_t kTskTyp = 13;
  static constexpr Operation kOperations[] = {
      {22, "cmp.gt_and_sel"}, {23, "cmp.sel_gt"}, {24, "cmp.sel_eq"}, {25, "cmp.lt_and_sel"}, {26, "cmp.sel_lt"},
  };
  static constexpr Layout<TiuFields> kLong{"CMP", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sCMP", 48, 384, kCmpShortFields, std::size(kCmpShortFields)};
};

}  // namespace bmemu::isa::bm1684x
