// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684 TIU command, decoded. All instruction classes share one layout.
#pragma once

#include <cstdint>

namespace bmemu::isa::bm1684 {

/// Names are the vendor's.
struct TiuFields {
  std::uint64_t cmd_en = 0;             ///< 1 bit: command valid (1 in real streams)
  std::uint64_t cmd_end = 0;            ///< 1 bit: 1 = last command of the stream
  std::uint64_t cmd_id_en = 0;          ///< 1 bit: 1 = honour cmd_id_gdma
  std::uint64_t cmd_id_tpu = 0;         ///< 16 bits: number of this command (16 bit)
  std::uint64_t cmd_id_gdma = 0;        ///< 16 bits: wait until GDMA has completed this id (16 bit)
  std::uint64_t cmd_keep = 0;           ///< 1 bit
  std::uint64_t cmd_intr_en = 0;        ///< 1 bit
  std::uint64_t tsk_typ = 0;            ///< 4 bits: instruction class
  std::uint64_t tsk_eu_typ = 0;         ///< 5 bits: operation
  std::uint64_t tsk_opd_num = 0;        ///< 2 bits: number of source operands
  std::uint64_t opt_right_shift = 0;    ///< 5 bits: right shift amount 0-31
  std::uint64_t opt_left_shift = 0;     ///< 5 bits: left shift amount 0-31
  std::uint64_t opt_shift_typ = 0;      ///< 1 bit: 1 arithmetic shift, 0 logic shift (default 1)
  std::uint64_t opt_res_add = 0;        ///< 1 bit: accumulate onto the old result
  std::uint64_t opt_relu = 0;           ///< 1 bit: clamp result at 0
  std::uint64_t opt_left_tran = 0;      ///< 1 bit: left matrix transposed
  std::uint64_t opt_winograd = 0;       ///< 1 bit: Winograd convolution
  std::uint64_t opt_kernel_rotate = 0;  ///< 1 bit: kernel rotated by 180 degrees
  std::uint64_t opt_opd0_sign = 0;      ///< 1 bit: 1 = signed integer
  std::uint64_t opt_opd1_sign = 0;      ///< 1 bit: 1 = signed integer
  std::uint64_t opt_opd2_sign = 0;      ///< 1 bit: 1 = signed integer
  std::uint64_t opt_res0_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opt_opd0_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opt_opd1_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opt_opd2_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opt_opd0_const = 0;     ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t opt_opd1_const = 0;     ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t opt_opd2_const = 0;     ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t short_res0_str = 0;     ///< 3 bits
  std::uint64_t short_opd0_str = 0;     ///< 3 bits
  std::uint64_t short_opd1_str = 0;     ///< 3 bits
  std::uint64_t short_opd2_str = 0;     ///< 3 bits
  std::uint64_t opd0_x_ins0 = 0;        ///< 4 bits
  std::uint64_t opd0_y_ins0 = 0;        ///< 4 bits
  std::uint64_t opd1_x_ins0 = 0;        ///< 4 bits
  std::uint64_t opd1_y_ins0 = 0;        ///< 4 bits
  std::uint64_t opd0_up_pad = 0;        ///< 4 bits
  std::uint64_t opd0_dn_pad = 0;        ///< 4 bits
  std::uint64_t opd0_lf_pad = 0;        ///< 4 bits
  std::uint64_t opd0_rt_pad = 0;        ///< 4 bits
  std::uint64_t res_op_x_str = 0;       ///< 4 bits
  std::uint64_t res_op_y_str = 0;       ///< 4 bits
  std::uint64_t tsk_lane_num = ~std::uint64_t{0};  ///< 64 bits: 64-bit lane enable mask
  std::uint64_t res0_n = 0;                        ///< 16 bits
  std::uint64_t res0_c = 0;                        ///< 12 bits
  std::uint64_t res0_h = 0;                        ///< 16 bits
  std::uint64_t res0_w = 0;                        ///< 16 bits
  std::uint64_t opd0_n = 0;                        ///< 16 bits
  std::uint64_t opd0_c = 0;                        ///< 12 bits
  std::uint64_t opd0_h = 0;                        ///< 16 bits
  std::uint64_t opd0_w = 0;                        ///< 16 bits
  std::uint64_t opd1_n = 0;                        ///< 12 bits
  std::uint64_t opd1_c = 0;                        ///< 12 bits
  std::uint64_t opd1_h = 0;                        ///< 16 bits
  std::uint64_t opd1_w = 0;                        ///< 16 bits
  std::uint64_t res0_h_shift = 0;                  ///< 4 bits
  std::uint64_t res0_w_shift = 0;                  ///< 4 bits
  std::uint64_t opd0_h_shift = 0;                  ///< 4 bits
  std::uint64_t opd0_w_shift = 0;                  ///< 4 bits
  std::uint64_t opd1_h_shift = 0;                  ///< 4 bits
  std::uint64_t opd1_w_shift = 0;                  ///< 4 bits
  std::uint64_t res0_n_str = 0;                    ///< 19 bits
  std::uint64_t res0_c_str = 0;                    ///< 19 bits
  std::uint64_t opd0_n_str = 0;                    ///< 19 bits
  std::uint64_t opd0_c_str = 0;                    ///< 19 bits
  std::uint64_t opd1_n_str = 0;                    ///< 19 bits
  std::uint64_t opd1_c_str = 0;                    ///< 19 bits
  std::uint64_t opd2_n_str = 0;                    ///< 19 bits
  std::uint64_t opd2_c_str = 0;                    ///< 19 bits
  std::uint64_t opt_res_add_sign = 0;              ///< 1 bit: 1 = signed integer
  std::uint64_t opd0_neq1 = 0;                     ///< 1 bit: 1 = packed operand of one batch, used for all (observed)
  std::uint64_t opd1_neq1 = 0;                     ///< 1 bit: 1 = packed operand of one batch, used for all (observed)
  std::uint64_t opt_opd3_const = 0;                ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t rsvd0 = 0;                         ///< 22 bits: reserved
  std::uint64_t res0_addr = 0;                     ///< 32 bits
  std::uint64_t opd0_addr = 0;                     ///< 32 bits
  std::uint64_t opd1_addr = 0;                     ///< 32 bits
  std::uint64_t opd2_addr = 0;                     ///< 32 bits
  std::uint64_t res0_h_str = 0;                    ///< 32 bits
  std::uint64_t res0_w_str = 0;                    ///< 32 bits
  std::uint64_t opd0_h_str = 0;                    ///< 32 bits
  std::uint64_t opd0_w_str = 0;                    ///< 32 bits
  std::uint64_t opd1_h_str = 0;                    ///< 32 bits
  std::uint64_t opd1_w_str = 0;                    ///< 32 bits
  std::uint64_t opd2_h_str = 0;                    ///< 32 bits
  std::uint64_t opd2_w_str = 0;                    ///< 32 bits
  std::uint64_t res1_addr = 0;                     ///< 32 bits
  std::uint64_t opd3_addr = 0;                     ///< 32 bits
};

}  // namespace bmemu::isa::bm1684
