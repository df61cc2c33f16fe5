// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class PorD: pooling and depthwise convolution.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kPorDShortFields[] = {
    {tiu_register::cmd_short, 0, 1},      {tiu_register::cmd_id, 1, 20},        {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},       {tiu_register::tsk_eu_typ, 45, 5},    {tiu_register::kernel_rotate, 50, 1},
    {tiu_register::opd0_sign, 51, 1},     {tiu_register::opd1_sign, 52, 1},     {tiu_register::pad_mode, 53, 2},
    {tiu_register::cmd_id_en, 55, 4},     {tiu_register::pwr_step, 59, 4},      {tiu_register::opd1_const, 63, 1},
    {tiu_register::opd2_const, 64, 1},    {tiu_register::opd3_const, 65, 1},    {tiu_register::res0_prec, 66, 3},
    {tiu_register::opd0_prec, 69, 3},     {tiu_register::opd0_x_ins0, 72, 4},   {tiu_register::opd0_y_ins0, 76, 4},
    {tiu_register::opd1_x_ins0, 80, 4},   {tiu_register::opd1_y_ins0, 84, 4},   {tiu_register::opd0_up_pad, 88, 4},
    {tiu_register::opd0_dn_pad, 92, 4},   {tiu_register::opd0_lf_pad, 96, 4},   {tiu_register::opd0_rt_pad, 100, 4},
    {tiu_register::res_op_x_str, 104, 4}, {tiu_register::res_op_y_str, 108, 4}, {tiu_register::opd2_n_str, 112, 3},
    {tiu_register::rsvd5, 115, 11},       {tiu_register::opd2_sign, 126, 1},    {tiu_register::intr_en, 127, 1},
    {tiu_register::res0_n, 128, 16},      {tiu_register::res0_c, 144, 16},      {tiu_register::res0_h, 160, 16},
    {tiu_register::res0_w, 176, 16},      {tiu_register::opd0_h, 192, 16},      {tiu_register::opd0_w, 208, 16},
    {tiu_register::opd1_h, 224, 16},      {tiu_register::opd1_w, 240, 16},      {tiu_register::res0_addr, 256, 32},
    {tiu_register::opd0_addr, 288, 32},   {tiu_register::opd1_addr, 320, 32},   {tiu_register::opd2_addr, 352, 32},
    {tiu_register::res1_addr, 384, 32},   {tiu_register::opd3_addr, 416, 32},   {tiu_register::rsvd6, 448, 64},
};

struct PorD : TiuClass<PorD> {
  static constexpr std::uint8_t kTskTyp = 1;
  enum class Op : std::uint8_t {
    kDepthwise = 0,
    kAverage = 1,
    kDepthwiseRelu = 2,
    kMaximum = 4,
    kRoiDepthwise = 5,
    kRoiAverage = 6,
    kRoiMaximum = 7,
  };
  static constexpr Operation kOperations[] = {
      {Op::kDepthwise, "pord.depthwise"},         {Op::kAverage, "pord.avgpooling"},
      {Op::kDepthwiseRelu, "pord.depthwiserelu"}, {Op::kMaximum, "pord.maxpooling"},
      {Op::kRoiDepthwise, "pord.roiDepthwise"},   {Op::kRoiAverage, "pord.roiavgpooling"},
      {Op::kRoiMaximum, "pord.roimaxpooling"},
  };
  static constexpr Layout<TiuFields> kLong{"PorD", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sPorD", 64, 512, kPorDShortFields, std::size(kPorDShortFields)};
};

}  // namespace bmemu::isa::bm1684x
