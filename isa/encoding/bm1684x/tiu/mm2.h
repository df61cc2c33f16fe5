// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class MM2: matrix multiply with one row per lane.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kMm2ShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd0_sign", 50, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 51, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"res0_prec", 52, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"opd2_const", 63, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"res0_c", 64, 16, &TiuFields::res0_c, ""},
    {"res0_w", 80, 16, &TiuFields::res0_w, ""},
    {"opd1_c", 96, 16, &TiuFields::opd1_c, ""},
    {"opd1_w", 112, 16, &TiuFields::opd1_w, ""},
    {"opd0_prec", 128, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_const", 131, 1, &TiuFields::opd0_const, "1 = operand is an immediate held in the address field"},
    {"opd1_const", 132, 1, &TiuFields::opd1_const, "1 = operand is an immediate held in the address field"},
    {"res_add", 133, 1, &TiuFields::res_add, ""},
    {"res0_addr", 134, 25, &TiuFields::res0_addr, ""},
    {"intr_en", 159, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"opd0_addr", 160, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 192, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 224, 32, &TiuFields::opd2_addr, ""},
};

struct Mm2 : TiuFields {
  static constexpr std::uint8_t kTskTyp = 2;
  static constexpr Operation kOperations[] = {
      {4, "mm2.nn"},
      {5, "mm2.nt"},
      {6, "mm2.tt"},
  };
  static constexpr Layout<TiuFields> kLong{"MM2", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sMM2", 32, 256, kMm2ShortFields, std::size(kMm2ShortFields)};
};

}  // namespace bmemu::isa::bm1684x
