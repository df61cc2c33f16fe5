// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SFU: special functions.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSfuShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"rsvd0", 50, 5, &TiuFields::rsvd0, "reserved"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"intr_en", 63, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"res0_prec", 64, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 67, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd2_n_str", 70, 2, &TiuFields::opd2_n_str, ""},
    {"rsvd3", 72, 8, &TiuFields::rsvd3, "reserved"},
    {"res0_n", 80, 16, &TiuFields::res0_n, ""},
    {"res0_c", 96, 16, &TiuFields::res0_c, ""},
    {"res0_h", 112, 16, &TiuFields::res0_h, ""},
    {"res0_w", 128, 16, &TiuFields::res0_w, ""},
    {"opd1_n", 144, 16, &TiuFields::opd1_n, ""},
    {"res0_addr", 160, 32, &TiuFields::res0_addr, ""},
    {"opd0_addr", 192, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 224, 32, &TiuFields::opd1_addr, ""},
};

struct Sfu : TiuFields {
  static constexpr std::uint8_t kTskTyp = 9;
  static constexpr Operation kOperations[] = {
      {12, "sfu.taylor_4x"},
      {13, "sfu.taylor"},
      {15, "sfu.normalize"},
      {17, "sfu.rsqrt"},
  };
  static constexpr Layout<TiuFields> kLong{"SFU", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSFU", 32, 256, kSfuShortFields, std::size(kSfuShortFields)};
};

}  // namespace bmemu::isa::bm1684x
