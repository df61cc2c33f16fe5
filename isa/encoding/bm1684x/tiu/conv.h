// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class CONV: convolution.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kConvShortFields[] = {
    {tiu_register::cmd_short, 0, 1},      {tiu_register::cmd_id, 1, 20},       {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},       {tiu_register::tsk_eu_typ, 45, 5},   {tiu_register::opd0_sign, 50, 1},
    {tiu_register::opd1_sign, 51, 1},     {tiu_register::opd2_sign, 52, 1},    {tiu_register::pad_mode, 53, 2},
    {tiu_register::cmd_id_en, 55, 4},     {tiu_register::pwr_step, 59, 4},     {tiu_register::res_add, 63, 1},
    {tiu_register::kernel_rotate, 64, 1}, {tiu_register::res0_prec, 65, 3},    {tiu_register::opd0_prec, 68, 3},
    {tiu_register::opd1_const, 71, 1},    {tiu_register::opd2_const, 72, 1},   {tiu_register::opd0_up_pad, 73, 4},
    {tiu_register::opd0_dn_pad, 77, 4},   {tiu_register::opd0_lf_pad, 81, 4},  {tiu_register::opd0_rt_pad, 85, 4},
    {tiu_register::res_op_x_str, 89, 4},  {tiu_register::res_op_y_str, 93, 4}, {tiu_register::opd3_const, 97, 1},
    {tiu_register::opd0_str, 98, 3},      {tiu_register::res0_addr, 101, 26},  {tiu_register::intr_en, 127, 1},
    {tiu_register::opd0_x_ins0, 128, 4},  {tiu_register::opd0_y_ins0, 132, 4}, {tiu_register::opd1_x_ins0, 136, 4},
    {tiu_register::opd1_y_ins0, 140, 4},  {tiu_register::opd0_n_str, 144, 16}, {tiu_register::res0_n, 160, 16},
    {tiu_register::res0_c, 176, 16},      {tiu_register::res0_h, 192, 16},     {tiu_register::res0_w, 208, 16},
    {tiu_register::opd0_c, 224, 16},      {tiu_register::opd0_h, 240, 16},     {tiu_register::opd0_w, 256, 16},
    {tiu_register::opd1_h, 272, 16},      {tiu_register::opd1_w, 288, 16},     {tiu_register::opd0_c_str, 304, 16},
    {tiu_register::opd0_addr, 320, 32},   {tiu_register::opd1_addr, 352, 32},  {tiu_register::opd2_addr, 384, 32},
    {tiu_register::res1_addr, 416, 32},   {tiu_register::opd3_addr, 448, 32},  {tiu_register::opd0_h_str, 480, 16},
    {tiu_register::opd0_w_str, 496, 16},
};

struct Conv : TiuClass<Conv> {
  static constexpr std::uint8_t kTskTyp = 0;
  enum class Op : std::uint8_t {
    kNormal = 0,
    kRequantise = 1,
    kRequantiseRelu = 2,
  };
  static constexpr Operation kOperations[] = {
      {Op::kNormal, "conv.normal"},
      {Op::kRequantise, "conv.wrq"},
      {Op::kRequantiseRelu, "conv.wrqrelu"},
  };
  static constexpr Layout<TiuFields> kLong{"CONV", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sCONV", 64, 512, kConvShortFields, std::size(kConvShortFields)};
};

}  // namespace bmemu::isa::bm1684x
