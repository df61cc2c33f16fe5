// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684X TIU command, decoded. Which of them an instruction encodes is in its layout.
#pragma once

#include <cstdint>

namespace bmemu::isa::bm1684x {

/// Names are the vendor's. Bit counts are the widest encoding; short forms carry a subset and the rest keeps its
/// default.
struct TiuFields {
  std::uint64_t cmd_short = 0;      ///< 1 bit: short-form selector: 1 = short command, 0 = long command
  std::uint64_t cmd_id = 0;         ///< 20 bits: number of this command in its own engine stream (20 bit)
  std::uint64_t cmd_id_dep = 0;     ///< 20 bits: wait until the other engine has completed this id (20 bit)
  std::uint64_t tsk_typ = 0;        ///< 4 bits: instruction class selector
  std::uint64_t tsk_eu_typ = 0;     ///< 5 bits: operation selector inside the class
  std::uint64_t eu_half_en = 0;     ///< 1 bit
  std::uint64_t tsk_opd_num = 0;    ///< 2 bits: number of source operands
  std::uint64_t pad_mode = 0;       ///< 2 bits
  std::uint64_t cmd_id_en = 0;      ///< 4 bits: bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three
                                    ///< further engines (SYSID cmd_id_eng1..3)
  std::uint64_t pwr_step = 0;       ///< 4 bits: power throttling step, no numeric effect
  std::uint64_t intr_en = 0;        ///< 1 bit: raise interrupt on completion
  std::uint64_t res_add = 0;        ///< 1 bit
  std::uint64_t relu = 0;           ///< 1 bit
  std::uint64_t left_tran = 0;      ///< 1 bit
  std::uint64_t rsvd1 = 0;          ///< 51 bits: reserved
  std::uint64_t kernel_rotate = 0;  ///< 1 bit
  std::uint64_t opd0_sign = 0;      ///< 1 bit: 1 = signed integer
  std::uint64_t opd1_sign = 0;      ///< 1 bit: 1 = signed integer
  std::uint64_t opd2_sign = 0;      ///< 1 bit: 1 = signed integer
  std::uint64_t res0_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opd0_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opd1_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opd2_prec = 0;      ///< 3 bits: precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4
  std::uint64_t opd0_const = 0;     ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t opd1_const = 0;     ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t opd2_const = 0;     ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t res0_str = 0;  ///< 3 bits: short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free
                               ///< (explicit strides), 4 row-broadcast (SG/SGL)
  std::uint64_t opd0_str = 0;  ///< 3 bits: short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free
                               ///< (explicit strides), 4 row-broadcast (SG/SGL)
  std::uint64_t opd1_str = 0;  ///< 3 bits: short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free
                               ///< (explicit strides), 4 row-broadcast (SG/SGL)
  std::uint64_t opd2_str = 0;  ///< 3 bits: short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 free
                               ///< (explicit strides), 4 row-broadcast (SG/SGL)
  std::uint64_t res_add_sign = 0;                  ///< 1 bit: 1 = signed integer
  std::uint64_t rsvd2 = 0;                         ///< 64 bits: reserved
  std::uint64_t rsvd3 = 0;                         ///< 64 bits: reserved
  std::uint64_t opd3_const = 0;                    ///< 1 bit: 1 = operand is an immediate held in the address field
  std::uint64_t rsvd4 = 0;                         ///< 1 bit: reserved
  std::uint64_t opd0_x_ins0 = 0;                   ///< 4 bits
  std::uint64_t opd0_y_ins0 = 0;                   ///< 4 bits
  std::uint64_t opd1_x_ins0 = 0;                   ///< 4 bits
  std::uint64_t opd1_y_ins0 = 0;                   ///< 4 bits
  std::uint64_t opd0_up_pad = 0;                   ///< 4 bits
  std::uint64_t opd0_dn_pad = 0;                   ///< 4 bits
  std::uint64_t opd0_lf_pad = 0;                   ///< 4 bits
  std::uint64_t opd0_rt_pad = 0;                   ///< 4 bits
  std::uint64_t res_op_x_str = 0;                  ///< 4 bits
  std::uint64_t res_op_y_str = 0;                  ///< 4 bits
  std::uint64_t res0_h_shift = 0;                  ///< 4 bits
  std::uint64_t res0_w_shift = 0;                  ///< 4 bits
  std::uint64_t opd0_h_shift = 0;                  ///< 4 bits
  std::uint64_t opd0_w_shift = 0;                  ///< 4 bits
  std::uint64_t opd1_h_shift = 0;                  ///< 4 bits
  std::uint64_t opd1_w_shift = 0;                  ///< 4 bits
  std::uint64_t tsk_lane_num = ~std::uint64_t{0};  ///< 64 bits: 64-bit lane enable mask
  std::uint64_t res0_n = 0;                        ///< 16 bits
  std::uint64_t res0_c = 0;                        ///< 16 bits
  std::uint64_t res0_h = 0;                        ///< 16 bits
  std::uint64_t res0_w = 0;                        ///< 16 bits
  std::uint64_t opd0_n = 0;                        ///< 16 bits
  std::uint64_t opd0_c = 0;                        ///< 16 bits
  std::uint64_t opd0_h = 0;                        ///< 16 bits
  std::uint64_t opd0_w = 0;                        ///< 16 bits
  std::uint64_t opd1_n = 0;                        ///< 16 bits
  std::uint64_t opd1_c = 0;                        ///< 16 bits
  std::uint64_t opd1_h = 0;                        ///< 16 bits
  std::uint64_t opd1_w = 0;                        ///< 16 bits
  std::uint64_t res0_n_str = 0;                    ///< 16 bits
  std::uint64_t res0_c_str = 0;                    ///< 16 bits
  std::uint64_t opd0_n_str = 0;                    ///< 16 bits
  std::uint64_t opd0_c_str = 0;                    ///< 16 bits
  std::uint64_t opd1_n_str = 0;                    ///< 16 bits
  std::uint64_t opd1_c_str = 0;                    ///< 16 bits
  std::uint64_t opd2_n_str = 0;                    ///< 16 bits
  std::uint64_t opd2_c_str = 0;                    ///< 16 bits
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
  std::uint64_t start_tid = 0;                     ///< 6 bits
  std::uint64_t rsvd0 = 0;                         ///< 6 bits: reserved
  std::uint64_t cmd_id_eng1 = 0;                   ///< 20 bits
  std::uint64_t cmd_id_eng2 = 0;                   ///< 20 bits
  std::uint64_t cmd_id_eng3 = 0;                   ///< 20 bits
  std::uint64_t rsvd5 = 0;                         ///< 11 bits: reserved
  std::uint64_t rsvd6 = 0;                         ///< 64 bits: reserved
};

}  // namespace bmemu::isa::bm1684x
