// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The 1024-bit long form that all BM1684X TIU instruction classes share.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_fields.h"
#include "isa/encoding/layout.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kTiuLongFields[] = {
    {tiu_register::cmd_short, 0, 1},       {tiu_register::cmd_id, 1, 20},        {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},        {tiu_register::tsk_eu_typ, 45, 5},    {tiu_register::eu_half_en, 50, 1},
    {tiu_register::tsk_opd_num, 51, 2},    {tiu_register::pad_mode, 53, 2},      {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},       {tiu_register::intr_en, 63, 1},       {tiu_register::res_add, 64, 1},
    {tiu_register::relu, 65, 1},           {tiu_register::left_tran, 66, 1},     {tiu_register::rsvd1, 67, 1},
    {tiu_register::kernel_rotate, 68, 1},  {tiu_register::opd0_sign, 69, 1},     {tiu_register::opd1_sign, 70, 1},
    {tiu_register::opd2_sign, 71, 1},      {tiu_register::res0_prec, 72, 3},     {tiu_register::opd0_prec, 75, 3},
    {tiu_register::opd1_prec, 78, 3},      {tiu_register::opd2_prec, 81, 3},     {tiu_register::opd0_const, 84, 1},
    {tiu_register::opd1_const, 85, 1},     {tiu_register::opd2_const, 86, 1},    {tiu_register::res0_str, 87, 3},
    {tiu_register::opd0_str, 90, 3},       {tiu_register::opd1_str, 93, 3},      {tiu_register::opd2_str, 96, 3},
    {tiu_register::res_add_sign, 99, 1},   {tiu_register::rsvd2, 100, 25},       {tiu_register::rsvd3, 125, 1},
    {tiu_register::opd3_const, 126, 1},    {tiu_register::rsvd4, 127, 1},        {tiu_register::opd0_x_ins0, 128, 4},
    {tiu_register::opd0_y_ins0, 132, 4},   {tiu_register::opd1_x_ins0, 136, 4},  {tiu_register::opd1_y_ins0, 140, 4},
    {tiu_register::opd0_up_pad, 144, 4},   {tiu_register::opd0_dn_pad, 148, 4},  {tiu_register::opd0_lf_pad, 152, 4},
    {tiu_register::opd0_rt_pad, 156, 4},   {tiu_register::res_op_x_str, 160, 4}, {tiu_register::res_op_y_str, 164, 4},
    {tiu_register::res0_h_shift, 168, 4},  {tiu_register::res0_w_shift, 172, 4}, {tiu_register::opd0_h_shift, 176, 4},
    {tiu_register::opd0_w_shift, 180, 4},  {tiu_register::opd1_h_shift, 184, 4}, {tiu_register::opd1_w_shift, 188, 4},
    {tiu_register::tsk_lane_num, 192, 64}, {tiu_register::res0_n, 256, 16},      {tiu_register::res0_c, 272, 16},
    {tiu_register::res0_h, 288, 16},       {tiu_register::res0_w, 304, 16},      {tiu_register::opd0_n, 320, 16},
    {tiu_register::opd0_c, 336, 16},       {tiu_register::opd0_h, 352, 16},      {tiu_register::opd0_w, 368, 16},
    {tiu_register::opd1_n, 384, 16},       {tiu_register::opd1_c, 400, 16},      {tiu_register::opd1_h, 416, 16},
    {tiu_register::opd1_w, 432, 16},       {tiu_register::res0_n_str, 448, 16},  {tiu_register::res0_c_str, 464, 16},
    {tiu_register::opd0_n_str, 480, 16},   {tiu_register::opd0_c_str, 496, 16},  {tiu_register::opd1_n_str, 512, 16},
    {tiu_register::opd1_c_str, 528, 16},   {tiu_register::opd2_n_str, 544, 16},  {tiu_register::opd2_c_str, 560, 16},
    {tiu_register::res0_addr, 576, 32},    {tiu_register::opd0_addr, 608, 32},   {tiu_register::opd1_addr, 640, 32},
    {tiu_register::opd2_addr, 672, 32},    {tiu_register::res0_h_str, 704, 32},  {tiu_register::res0_w_str, 736, 32},
    {tiu_register::opd0_h_str, 768, 32},   {tiu_register::opd0_w_str, 800, 32},  {tiu_register::opd1_h_str, 832, 32},
    {tiu_register::opd1_w_str, 864, 32},   {tiu_register::opd2_h_str, 896, 32},  {tiu_register::opd2_w_str, 928, 32},
    {tiu_register::res1_addr, 960, 32},    {tiu_register::opd3_addr, 992, 32},
};

}  // namespace bmemu::isa::bm1684x
