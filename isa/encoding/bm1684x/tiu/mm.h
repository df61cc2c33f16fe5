// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class MM: matrix multiply in matrix layout.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kMmShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"res_add", 50, 1, &TiuFields::res_add, ""},
    {"left_tran", 51, 1, &TiuFields::left_tran, ""},
    {"opd0_const", 52, 1, &TiuFields::opd0_const, "1 = operand is an immediate held in the address field"},
    {"opd2_const", 53, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"rsvd0", 54, 1, &TiuFields::rsvd0, "reserved"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"intr_en", 63, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"opd0_sign", 64, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 65, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"opd2_sign", 66, 1, &TiuFields::opd2_sign, "1 = signed integer"},
    {"res0_prec", 67, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 70, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd2_n_str", 73, 3, &TiuFields::opd2_n_str, ""},
    {"rsvd1", 76, 20, &TiuFields::rsvd1, "reserved"},
    {"rsvd2", 96, 16, &TiuFields::rsvd2, "reserved"},
    {"res0_c", 112, 16, &TiuFields::res0_c, ""},
    {"res0_w", 128, 16, &TiuFields::res0_w, ""},
    {"opd0_n", 144, 16, &TiuFields::opd0_n, ""},
    {"opd0_c", 160, 16, &TiuFields::opd0_c, ""},
    {"opd0_w", 176, 16, &TiuFields::opd0_w, ""},
    {"rsvd3", 192, 16, &TiuFields::rsvd3, "reserved"},
    {"opd1_w", 208, 16, &TiuFields::opd1_w, ""},
    {"res0_addr", 224, 32, &TiuFields::res0_addr, ""},
    {"opd0_addr", 256, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 288, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 320, 32, &TiuFields::opd2_addr, ""},
    {"opd3_addr", 352, 32, &TiuFields::opd3_addr, ""},
};

struct Mm : TiuFields {
  static constexpr std::uint8_t kTskTyp = 2;
  static constexpr Operation kOperations[] = {
      {1, "mm.normal"},
      {2, "mm.wrq"},
      {3, "mm.wrqrelu"},
  };
  static constexpr Layout<TiuFields> kLong{"MM", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sMM", 48, 384, kMmShortFields, std::size(kMmShortFields)};
};

}  // namespace bmemu::isa::bm1684x
