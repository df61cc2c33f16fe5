// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684 TIU command, decoded. All instruction classes share one layout.
#pragma once

#include <cstdint>

namespace bmemu::isa::bm1684 {

/// Names are the vendor's; meanings stand in the table of fields (tiu_layout.h).
struct TiuFields {
  std::uint64_t cmd_en = 0;
  std::uint64_t cmd_end = 0;
  std::uint64_t cmd_id_en = 0;
  std::uint64_t cmd_id_tpu = 0;
  std::uint64_t cmd_id_gdma = 0;
  std::uint64_t cmd_keep = 0;
  std::uint64_t cmd_intr_en = 0;
  std::uint64_t tsk_typ = 0;
  std::uint64_t tsk_eu_typ = 0;
  std::uint64_t tsk_opd_num = 0;
  std::uint64_t opt_right_shift = 0;
  std::uint64_t opt_left_shift = 0;
  std::uint64_t opt_shift_typ = 0;
  std::uint64_t opt_res_add = 0;
  std::uint64_t opt_relu = 0;
  std::uint64_t opt_left_tran = 0;
  std::uint64_t opt_winograd = 0;
  std::uint64_t opt_kernel_rotate = 0;
  std::uint64_t opt_opd0_sign = 0;
  std::uint64_t opt_opd1_sign = 0;
  std::uint64_t opt_opd2_sign = 0;
  std::uint64_t opt_res0_prec = 0;
  std::uint64_t opt_opd0_prec = 0;
  std::uint64_t opt_opd1_prec = 0;
  std::uint64_t opt_opd2_prec = 0;
  std::uint64_t opt_opd0_const = 0;
  std::uint64_t opt_opd1_const = 0;
  std::uint64_t opt_opd2_const = 0;
  std::uint64_t short_res0_str = 0;
  std::uint64_t short_opd0_str = 0;
  std::uint64_t short_opd1_str = 0;
  std::uint64_t short_opd2_str = 0;
  std::uint64_t opd0_x_ins0 = 0;
  std::uint64_t opd0_y_ins0 = 0;
  std::uint64_t opd1_x_ins0 = 0;
  std::uint64_t opd1_y_ins0 = 0;
  std::uint64_t opd0_up_pad = 0;
  std::uint64_t opd0_dn_pad = 0;
  std::uint64_t opd0_lf_pad = 0;
  std::uint64_t opd0_rt_pad = 0;
  std::uint64_t res_op_x_str = 0;
  std::uint64_t res_op_y_str = 0;
  std::uint64_t tsk_lane_num = ~std::uint64_t{0};
  std::uint64_t res0_n = 0;
  std::uint64_t res0_c = 0;
  std::uint64_t res0_h = 0;
  std::uint64_t res0_w = 0;
  std::uint64_t opd0_n = 0;
  std::uint64_t opd0_c = 0;
  std::uint64_t opd0_h = 0;
  std::uint64_t opd0_w = 0;
  std::uint64_t opd1_n = 0;
  std::uint64_t opd1_c = 0;
  std::uint64_t opd1_h = 0;
  std::uint64_t opd1_w = 0;
  std::uint64_t res0_h_shift = 0;
  std::uint64_t res0_w_shift = 0;
  std::uint64_t opd0_h_shift = 0;
  std::uint64_t opd0_w_shift = 0;
  std::uint64_t opd1_h_shift = 0;
  std::uint64_t opd1_w_shift = 0;
  std::uint64_t res0_n_str = 0;
  std::uint64_t res0_c_str = 0;
  std::uint64_t opd0_n_str = 0;
  std::uint64_t opd0_c_str = 0;
  std::uint64_t opd1_n_str = 0;
  std::uint64_t opd1_c_str = 0;
  std::uint64_t opd2_n_str = 0;
  std::uint64_t opd2_c_str = 0;
  std::uint64_t opt_res_add_sign = 0;
  std::uint64_t opd0_neq1 = 0;
  std::uint64_t opd1_neq1 = 0;
  std::uint64_t opt_opd3_const = 0;
  std::uint64_t rsvd0 = 0;
  std::uint64_t res0_addr = 0;
  std::uint64_t opd0_addr = 0;
  std::uint64_t opd1_addr = 0;
  std::uint64_t opd2_addr = 0;
  std::uint64_t res0_h_str = 0;
  std::uint64_t res0_w_str = 0;
  std::uint64_t opd0_h_str = 0;
  std::uint64_t opd0_w_str = 0;
  std::uint64_t opd1_h_str = 0;
  std::uint64_t opd1_w_str = 0;
  std::uint64_t opd2_h_str = 0;
  std::uint64_t opd2_w_str = 0;
  std::uint64_t res1_addr = 0;
  std::uint64_t opd3_addr = 0;
};

}  // namespace bmemu::isa::bm1684
