// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class PorD: pooling and depthwise convolution.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kPorDShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"kernel_rotate", 50, 1, &TiuFields::kernel_rotate, ""},
    {"opd0_sign", 51, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 52, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"pad_mode", 53, 2, &TiuFields::pad_mode, ""},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"opd1_const", 63, 1, &TiuFields::opd1_const, "1 = operand is an immediate held in the address field"},
    {"opd2_const", 64, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"opd3_const", 65, 1, &TiuFields::opd3_const, "1 = operand is an immediate held in the address field"},
    {"res0_prec", 66, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 69, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_x_ins0", 72, 4, &TiuFields::opd0_x_ins0, ""},
    {"opd0_y_ins0", 76, 4, &TiuFields::opd0_y_ins0, ""},
    {"opd1_x_ins0", 80, 4, &TiuFields::opd1_x_ins0, ""},
    {"opd1_y_ins0", 84, 4, &TiuFields::opd1_y_ins0, ""},
    {"opd0_up_pad", 88, 4, &TiuFields::opd0_up_pad, ""},
    {"opd0_dn_pad", 92, 4, &TiuFields::opd0_dn_pad, ""},
    {"opd0_lf_pad", 96, 4, &TiuFields::opd0_lf_pad, ""},
    {"opd0_rt_pad", 100, 4, &TiuFields::opd0_rt_pad, ""},
    {"res_op_x_str", 104, 4, &TiuFields::res_op_x_str, ""},
    {"res_op_y_str", 108, 4, &TiuFields::res_op_y_str, ""},
    {"opd2_n_str", 112, 3, &TiuFields::opd2_n_str, ""},
    {"rsvd5", 115, 11, &TiuFields::rsvd5, "reserved"},
    {"opd2_sign", 126, 1, &TiuFields::opd2_sign, "1 = signed integer"},
    {"intr_en", 127, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"res0_n", 128, 16, &TiuFields::res0_n, ""},
    {"res0_c", 144, 16, &TiuFields::res0_c, ""},
    {"res0_h", 160, 16, &TiuFields::res0_h, ""},
    {"res0_w", 176, 16, &TiuFields::res0_w, ""},
    {"opd0_h", 192, 16, &TiuFields::opd0_h, ""},
    {"opd0_w", 208, 16, &TiuFields::opd0_w, ""},
    {"opd1_h", 224, 16, &TiuFields::opd1_h, ""},
    {"opd1_w", 240, 16, &TiuFields::opd1_w, ""},
    {"res0_addr", 256, 32, &TiuFields::res0_addr, ""},
    {"opd0_addr", 288, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 320, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 352, 32, &TiuFields::opd2_addr, ""},
    {"res1_addr", 384, 32, &TiuFields::res1_addr, ""},
    {"opd3_addr", 416, 32, &TiuFields::opd3_addr, ""},
    {"rsvd6", 448, 64, &TiuFields::rsvd6, "reserved"},
};

struct PorD : TiuFields {
  static constexpr std::uint8_t kTskTyp = 1;
  static constexpr Operation kOperations[] = {
      {0, "pord.depthwise"},    {1, "pord.avgpooling"},    {2, "pord.depthwiserelu"}, {4, "pord.maxpooling"},
      {5, "pord.roiDepthwise"}, {6, "pord.roiavgpooling"}, {7, "pord.roimaxpooling"},
  };
  static constexpr Layout<TiuFields> kLong{"PorD", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sPorD", 64, 512, kPorDShortFields, std::size(kPorDShortFields)};
};

}  // namespace bmemu::isa::bm1684x
