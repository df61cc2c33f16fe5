// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class AR: elementwise arithmetic.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

/// Strides have 18 bits, as addresses in a lane do. Those of n and c keep their upper two above those of h and w.
/// Source: the vendor's functional model, one command at a time; seen in Real-ESRGAN's 8-bit program.
inline constexpr Field<TiuFields> kArShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd0_const", 50, 1, &TiuFields::opd0_const, "1 = operand is an immediate held in the address field"},
    {"opd1_const", 51, 1, &TiuFields::opd1_const, "1 = operand is an immediate held in the address field"},
    {"opd2_const", 52, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"tsk_opd_num", 53, 2, &TiuFields::tsk_opd_num, "number of source operands"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"intr_en", 63, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"res0_prec", 64, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 67, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd1_prec", 70, 3, &TiuFields::opd1_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd2_prec", 73, 3, &TiuFields::opd2_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_sign", 76, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 77, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"res0_str", 78, 3, &TiuFields::res0_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"opd0_str", 81, 3, &TiuFields::opd0_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"opd1_str", 84, 3, &TiuFields::opd1_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"opd2_n_str", 87, 3, &TiuFields::opd2_n_str, ""},
    {"rsvd0", 90, 6, &TiuFields::rsvd0, "reserved"},
    {"res0_n", 96, 16, &TiuFields::res0_n, ""},
    {"res0_c", 112, 16, &TiuFields::res0_c, ""},
    {"res0_h", 128, 16, &TiuFields::res0_h, ""},
    {"res0_w", 144, 16, &TiuFields::res0_w, ""},
    {"res0_addr", 160, 32, &TiuFields::res0_addr, ""},
    {"opd0_addr", 192, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 224, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 256, 32, &TiuFields::opd2_addr, ""},
    {"res0_n_str", 288, 16, &TiuFields::res0_n_str, "", 402, 2},
    {"res0_c_str", 304, 16, &TiuFields::res0_c_str, "", 422, 2},
    {"opd0_n_str", 320, 16, &TiuFields::opd0_n_str, "", 442, 2},
    {"opd0_c_str", 336, 16, &TiuFields::opd0_c_str, "", 466, 2},
    {"opd1_n_str", 352, 16, &TiuFields::opd1_n_str, "", 486, 2},
    {"opd1_c_str", 368, 16, &TiuFields::opd1_c_str, "", 506, 2},
    {"res0_h_str", 384, 18, &TiuFields::res0_h_str, ""},
    {"res0_w_str", 404, 18, &TiuFields::res0_w_str, ""},
    {"opd0_h_str", 424, 18, &TiuFields::opd0_h_str, ""},
    {"opd2_sign", 444, 1, &TiuFields::opd2_sign, "1 = signed integer"},
    {"rsvd1", 445, 3, &TiuFields::rsvd1, "reserved"},
    {"opd0_w_str", 448, 18, &TiuFields::opd0_w_str, ""},
    {"opd1_h_str", 468, 18, &TiuFields::opd1_h_str, ""},
    {"opd1_w_str", 488, 18, &TiuFields::opd1_w_str, ""},
    {"rsvd2", 508, 4, &TiuFields::rsvd2, "reserved"},
};

struct Ar : TiuFields {
  static constexpr std::uint8_t kTskTyp = 3;
  static constexpr Operation kOperations[] = {
      {0, "arith.mul"},          {1, "arith.not"},           {2, "arith.add"},
      {3, "arith.sub"},          {4, "arith.max"},           {5, "arith.min"},
      {6, "arith.logicShift"},   {7, "arith.and"},           {8, "arith.or"},
      {9, "arith.xor"},          {10, "arith.selectGreat"},  {11, "arith.selectEqual"},
      {12, "arith.div"},         {13, "arith.selectLess"},   {14, "arith.cast"},
      {15, "arith.adds"},        {16, "arith.subs"},         {17, "arith.clamp"},
      {18, "arith.mac"},         {19, "arith.copy"},         {20, "arith.muls"},
      {21, "arith.ashift"},      {22, "arith.cshift"},       {23, "arith.mulDHR"},
      {26, "arith.abs"},         {27, "arith.fsubabs"},      {28, "arith.copyMb"},
      {29, "arith.getFirstOne"}, {30, "arith.getFirstZero"},
  };
  static constexpr Layout<TiuFields> kLong{"AR", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sAR", 64, 512, kArShortFields, std::size(kArShortFields)};
};

}  // namespace bmemu::isa::bm1684x
