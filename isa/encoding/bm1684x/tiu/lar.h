// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class LAR: local arithmetic; never emitted by compilers.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kLarShortFields[] = {
    {"opd0_w_str", 0, 1, &TiuFields::opd0_w_str, ""},
    {"opd1_w_str", 1, 1, &TiuFields::opd1_w_str, ""},
    {"opd2_const", 2, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"res0_prec", 3, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 6, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd1_prec", 9, 3, &TiuFields::opd1_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd2_n_str", 12, 3, &TiuFields::opd2_n_str, ""},
    {"opd0_sign", 15, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 16, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"start_tid", 17, 6, &TiuFields::start_tid, ""},
    {"res0_c", 23, 8, &TiuFields::res0_c, ""},
    {"res0_w", 31, 8, &TiuFields::res0_w, ""},
    {"rsvd0", 39, 2, &TiuFields::rsvd0, "reserved"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"rsvd1", 50, 1, &TiuFields::rsvd1, "reserved"},
    {"tsk_opd_num", 51, 2, &TiuFields::tsk_opd_num, "number of source operands"},
    {"rsvd2", 53, 6, &TiuFields::rsvd2, "reserved"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"rsvd3", 63, 1, &TiuFields::rsvd3, "reserved"},
    {"res0_addr", 64, 16, &TiuFields::res0_addr, ""},
    {"opd0_addr", 80, 16, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 96, 16, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 112, 16, &TiuFields::opd2_addr, ""},
};

struct Lar : TiuFields {
  static constexpr std::uint8_t kTskTyp = 7;
  static constexpr Operation kOperations[] = {
      {0, "lar"},  {1, "lar"},  {2, "lar"},  {3, "lar"},  {4, "lar"},  {5, "lar"},  {6, "lar"},  {7, "lar"},
      {8, "lar"},  {9, "lar"},  {10, "lar"}, {11, "lar"}, {12, "lar"}, {13, "lar"}, {14, "lar"}, {15, "lar"},
      {16, "lar"}, {17, "lar"}, {18, "lar"}, {19, "lar"}, {20, "lar"}, {21, "lar"}, {22, "lar"}, {23, "lar"},
      {24, "lar"}, {25, "lar"}, {26, "lar"}, {27, "lar"}, {28, "lar"}, {29, "lar"}, {30, "lar"},
  };
  static constexpr Layout<TiuFields> kShort{"LAR", 16, 128, kLarShortFields, std::size(kLarShortFields)};
};

}  // namespace bmemu::isa::bm1684x
