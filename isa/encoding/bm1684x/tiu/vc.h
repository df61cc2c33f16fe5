// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class VC: vector outer operation.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kVcShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd0_sign", 50, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 51, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"opd2_n_str", 52, 3, &TiuFields::opd2_n_str, ""},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"intr_en", 63, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"res0_prec", 64, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 67, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd1_prec", 70, 3, &TiuFields::opd1_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"res0_addr", 73, 32, &TiuFields::res0_addr, ""},
    {"rsvd1", 105, 23, &TiuFields::rsvd1, "reserved"},
    {"opd0_addr", 128, 32, &TiuFields::opd0_addr, ""},
    {"rsvd2", 160, 16, &TiuFields::rsvd2, "reserved"},
    {"res0_c", 176, 16, &TiuFields::res0_c, ""},
    {"res0_w", 192, 16, &TiuFields::res0_w, ""},
    {"opd0_c", 208, 16, &TiuFields::opd0_c, ""},
    {"opd0_w", 224, 16, &TiuFields::opd0_w, ""},
    {"opd1_w", 240, 16, &TiuFields::opd1_w, ""},
    {"opd1_addr", 256, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 288, 32, &TiuFields::opd2_addr, ""},
    {"rsvd3", 320, 64, &TiuFields::rsvd3, "reserved"},
};

struct Vc : TiuFields {
  static constexpr std::uint8_t kTskTyp = 14;
  static constexpr Operation kOperations[] = {
      {0, "vc.mul"},        {2, "vc.add"},        {3, "vc.sub"},       {4, "vc.max"},
      {5, "vc.min"},        {7, "vc.and"},        {8, "vc.or"},        {9, "vc.xor"},
      {10, "vc.select_gt"}, {11, "vc.select_eq"}, {12, "vc.div"},      {13, "vc.select_lt"},
      {15, "vc.add_satu"},  {16, "vc.sub_satu"},  {20, "vc.mul_satu"}, {23, "vc.mulDHR"},
  };
  static constexpr Layout<TiuFields> kLong{"VC", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sVC", 48, 384, kVcShortFields, std::size(kVcShortFields)};
};

}  // namespace bmemu::isa::bm1684x
