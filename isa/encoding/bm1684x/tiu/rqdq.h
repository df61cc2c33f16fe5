// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class RQ&DQ: requantise and dequantise.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kRqDqShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd0_sign", 50, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd2_sign", 51, 1, &TiuFields::opd2_sign, "1 = signed integer"},
    {"res0_prec", 52, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"opd1_const", 63, 1, &TiuFields::opd1_const, "1 = operand is an immediate held in the address field"},
    {"opd0_prec", 64, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd2_n_str", 67, 6, &TiuFields::opd2_n_str, ""},
    {"res0_addr", 73, 27, &TiuFields::res0_addr, ""},
    {"opd0_addr", 100, 27, &TiuFields::opd0_addr, ""},
    {"intr_en", 127, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"res0_n", 128, 16, &TiuFields::res0_n, ""},
    {"res0_c", 144, 16, &TiuFields::res0_c, ""},
    {"res0_h", 160, 16, &TiuFields::res0_h, ""},
    {"res0_w", 176, 16, &TiuFields::res0_w, ""},
    {"opd1_addr", 192, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 224, 32, &TiuFields::opd2_addr, ""},
};

struct RqDq : TiuFields {
  static constexpr std::uint8_t kTskTyp = 4;
  static constexpr Operation kOperations[] = {
      {0, "quant.rq0"}, {1, "quant.rq1"}, {3, "quant.dq0"}, {4, "quant.dq1"}, {2, "quant.rq2"}, {5, "quant.dq2"},
  };
  static constexpr Layout<TiuFields> kLong{"RQ&DQ", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sRQ&sDQ", 32, 256, kRqDqShortFields, std::size(kRqDqShortFields)};
};

}  // namespace bmemu::isa::bm1684x
