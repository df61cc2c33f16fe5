// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class CONV: convolution.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kConvShortFields[] = {
    {"cmd_short", 0, 1, &TiuFields::cmd_short, "short-form selector: 1 = short command, 0 = long command"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"opd0_sign", 50, 1, &TiuFields::opd0_sign, "1 = signed integer"},
    {"opd1_sign", 51, 1, &TiuFields::opd1_sign, "1 = signed integer"},
    {"opd2_sign", 52, 1, &TiuFields::opd2_sign, "1 = signed integer"},
    {"pad_mode", 53, 2, &TiuFields::pad_mode, ""},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"res_add", 63, 1, &TiuFields::res_add, ""},
    {"kernel_rotate", 64, 1, &TiuFields::kernel_rotate, ""},
    {"res0_prec", 65, 3, &TiuFields::res0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd0_prec", 68, 3, &TiuFields::opd0_prec, "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"},
    {"opd1_const", 71, 1, &TiuFields::opd1_const, "1 = operand is an immediate held in the address field"},
    {"opd2_const", 72, 1, &TiuFields::opd2_const, "1 = operand is an immediate held in the address field"},
    {"opd0_up_pad", 73, 4, &TiuFields::opd0_up_pad, ""},
    {"opd0_dn_pad", 77, 4, &TiuFields::opd0_dn_pad, ""},
    {"opd0_lf_pad", 81, 4, &TiuFields::opd0_lf_pad, ""},
    {"opd0_rt_pad", 85, 4, &TiuFields::opd0_rt_pad, ""},
    {"res_op_x_str", 89, 4, &TiuFields::res_op_x_str, ""},
    {"res_op_y_str", 93, 4, &TiuFields::res_op_y_str, ""},
    {"opd3_const", 97, 1, &TiuFields::opd3_const, "1 = operand is an immediate held in the address field"},
    {"opd0_str", 98, 3, &TiuFields::opd0_str,
     "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free (explicit strides), 4 row-broadcast "
     "(SG/SGL)"},
    {"res0_addr", 101, 26, &TiuFields::res0_addr, ""},
    {"intr_en", 127, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"opd0_x_ins0", 128, 4, &TiuFields::opd0_x_ins0, ""},
    {"opd0_y_ins0", 132, 4, &TiuFields::opd0_y_ins0, ""},
    {"opd1_x_ins0", 136, 4, &TiuFields::opd1_x_ins0, ""},
    {"opd1_y_ins0", 140, 4, &TiuFields::opd1_y_ins0, ""},
    {"opd0_n_str", 144, 16, &TiuFields::opd0_n_str, ""},
    {"res0_n", 160, 16, &TiuFields::res0_n, ""},
    {"res0_c", 176, 16, &TiuFields::res0_c, ""},
    {"res0_h", 192, 16, &TiuFields::res0_h, ""},
    {"res0_w", 208, 16, &TiuFields::res0_w, ""},
    {"opd0_c", 224, 16, &TiuFields::opd0_c, ""},
    {"opd0_h", 240, 16, &TiuFields::opd0_h, ""},
    {"opd0_w", 256, 16, &TiuFields::opd0_w, ""},
    {"opd1_h", 272, 16, &TiuFields::opd1_h, ""},
    {"opd1_w", 288, 16, &TiuFields::opd1_w, ""},
    {"opd0_c_str", 304, 16, &TiuFields::opd0_c_str, ""},
    {"opd0_addr", 320, 32, &TiuFields::opd0_addr, ""},
    {"opd1_addr", 352, 32, &TiuFields::opd1_addr, ""},
    {"opd2_addr", 384, 32, &TiuFields::opd2_addr, ""},
    {"res1_addr", 416, 32, &TiuFields::res1_addr, ""},
    {"opd3_addr", 448, 32, &TiuFields::opd3_addr, ""},
    {"opd0_h_str", 480, 16, &TiuFields::opd0_h_str, ""},
    {"opd0_w_str", 496, 16, &TiuFields::opd0_w_str, ""},
};

struct Conv : TiuFields {
  static constexpr std::uint8_t kTskTyp = 0;
  static constexpr Operation kOperations[] = {
      {0, "conv.normal"},
      {1, "conv.wrq"},
      {2, "conv.wrqrelu"},
  };
  static constexpr Layout<TiuFields> kLong{"CONV", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sCONV", 64, 512, kConvShortFields, std::size(kConvShortFields)};
};

}  // namespace bmemu::isa::bm1684x
