// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The registers of a BM1684X TIU command, decoded. Which of them an instruction encodes is in its layout.
#pragma once

#include <cstdint>

#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

/// Names are the vendor's, with alternatives in brackets or after a slash left out. Meanings are in the registers
/// below.
struct TiuFields {
  std::uint64_t cmd_short = 0;
  std::uint64_t cmd_id = 0;
  std::uint64_t cmd_id_dep = 0;
  std::uint64_t tsk_typ = 0;
  std::uint64_t tsk_eu_typ = 0;
  std::uint64_t eu_half_en = 0;
  std::uint64_t tsk_opd_num = 0;
  std::uint64_t pad_mode = 0;
  std::uint64_t cmd_id_en = 0;
  std::uint64_t pwr_step = 0;
  std::uint64_t intr_en = 0;
  std::uint64_t res_add = 0;
  std::uint64_t relu = 0;
  std::uint64_t left_tran = 0;
  std::uint64_t rsvd1 = 0;
  std::uint64_t kernel_rotate = 0;
  std::uint64_t opd0_sign = 0;
  std::uint64_t opd1_sign = 0;
  std::uint64_t opd2_sign = 0;
  std::uint64_t res0_prec = 0;
  std::uint64_t opd0_prec = 0;
  std::uint64_t opd1_prec = 0;
  std::uint64_t opd2_prec = 0;
  std::uint64_t opd0_const = 0;
  std::uint64_t opd1_const = 0;
  std::uint64_t opd2_const = 0;
  std::uint64_t res0_str = 0;
  std::uint64_t opd0_str = 0;
  std::uint64_t opd1_str = 0;
  std::uint64_t opd2_str = 0;
  std::uint64_t res_add_sign = 0;
  std::uint64_t rsvd2 = 0;
  std::uint64_t rsvd3 = 0;
  std::uint64_t opd3_const = 0;
  std::uint64_t rsvd4 = 0;
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
  std::uint64_t res0_h_shift = 0;
  std::uint64_t res0_w_shift = 0;
  std::uint64_t opd0_h_shift = 0;
  std::uint64_t opd0_w_shift = 0;
  std::uint64_t opd1_h_shift = 0;
  std::uint64_t opd1_w_shift = 0;
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
  std::uint64_t res0_n_str = 0;
  std::uint64_t res0_c_str = 0;
  std::uint64_t opd0_n_str = 0;
  std::uint64_t opd0_c_str = 0;
  std::uint64_t opd1_n_str = 0;
  std::uint64_t opd1_c_str = 0;
  std::uint64_t opd2_n_str = 0;
  std::uint64_t opd2_c_str = 0;
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
  std::uint64_t start_tid = 0;
  std::uint64_t rsvd0 = 0;
  std::uint64_t cmd_id_eng1 = 0;
  std::uint64_t cmd_id_eng2 = 0;
  std::uint64_t cmd_id_eng3 = 0;
  std::uint64_t rsvd5 = 0;
  std::uint64_t rsvd6 = 0;
};

/// The registers: name, place in TiuFields, meaning. Encodings say which bits hold them.
namespace tiu_register {  // NOLINTBEGIN(readability-identifier-naming): the names of the members

inline constexpr Register<TiuFields> cmd_short{"cmd_short", &TiuFields::cmd_short,
                                               "short-form selector: 1 = short command, 0 = long command"};
inline constexpr Register<TiuFields> cmd_id{"cmd_id", &TiuFields::cmd_id,
                                            "number of this command in its own engine stream (20 bit)"};
inline constexpr Register<TiuFields> cmd_id_dep{"cmd_id_dep", &TiuFields::cmd_id_dep,
                                                "wait until the other engine has completed this id (20 bit)"};
inline constexpr Register<TiuFields> tsk_typ{"tsk_typ", &TiuFields::tsk_typ, "instruction class selector"};
inline constexpr Register<TiuFields> tsk_eu_typ{"tsk_eu_typ", &TiuFields::tsk_eu_typ,
                                                "operation selector inside the class"};
inline constexpr Register<TiuFields> eu_half_en{"eu_half_en", &TiuFields::eu_half_en, ""};
inline constexpr Register<TiuFields> tsk_opd_num{"tsk_opd_num", &TiuFields::tsk_opd_num, "number of source operands"};
inline constexpr Register<TiuFields> pad_mode{"pad_mode", &TiuFields::pad_mode, ""};
inline constexpr Register<TiuFields> cmd_id_en{
    "cmd_id_en", &TiuFields::cmd_id_en,
    "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"};
inline constexpr Register<TiuFields> pwr_step{"pwr_step", &TiuFields::pwr_step,
                                              "power throttling step, no numeric effect"};
inline constexpr Register<TiuFields> intr_en{"intr_en", &TiuFields::intr_en, "raise interrupt on completion"};
inline constexpr Register<TiuFields> res_add{"res_add", &TiuFields::res_add, ""};
inline constexpr Register<TiuFields> relu{"relu", &TiuFields::relu, ""};
inline constexpr Register<TiuFields> left_tran{"left_tran", &TiuFields::left_tran, ""};
inline constexpr Register<TiuFields> rsvd1{"rsvd1", &TiuFields::rsvd1, "reserved"};
inline constexpr Register<TiuFields> kernel_rotate{"kernel_rotate", &TiuFields::kernel_rotate, ""};
inline constexpr Register<TiuFields> opd0_sign{"opd0_sign", &TiuFields::opd0_sign, "1 = signed integer"};
inline constexpr Register<TiuFields> opd1_sign{"opd1_sign", &TiuFields::opd1_sign, "1 = signed integer"};
inline constexpr Register<TiuFields> opd2_sign{"opd2_sign", &TiuFields::opd2_sign, "1 = signed integer"};
inline constexpr Register<TiuFields> res0_prec{"res0_prec", &TiuFields::res0_prec,
                                               "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"};
inline constexpr Register<TiuFields> opd0_prec{"opd0_prec", &TiuFields::opd0_prec,
                                               "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"};
inline constexpr Register<TiuFields> opd1_prec{"opd1_prec", &TiuFields::opd1_prec,
                                               "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"};
inline constexpr Register<TiuFields> opd2_prec{"opd2_prec", &TiuFields::opd2_prec,
                                               "precision code: 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16, 6 i4"};
inline constexpr Register<TiuFields> opd0_const{"opd0_const", &TiuFields::opd0_const,
                                                "1 = operand is an immediate held in the address field"};
inline constexpr Register<TiuFields> opd1_const{"opd1_const", &TiuFields::opd1_const,
                                                "1 = operand is an immediate held in the address field"};
inline constexpr Register<TiuFields> opd2_const{"opd2_const", &TiuFields::opd2_const,
                                                "1 = operand is an immediate held in the address field"};
inline constexpr Register<TiuFields> res0_str{"res0_str", &TiuFields::res0_str,
                                              "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 "
                                              "free (explicit strides), 4 row-broadcast (SG/SGL)"};
inline constexpr Register<TiuFields> opd0_str{"opd0_str", &TiuFields::opd0_str,
                                              "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 "
                                              "free (explicit strides), 4 row-broadcast (SG/SGL)"};
inline constexpr Register<TiuFields> opd1_str{"opd1_str", &TiuFields::opd1_str,
                                              "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 "
                                              "free (explicit strides), 4 row-broadcast (SG/SGL)"};
inline constexpr Register<TiuFields> opd2_str{"opd2_str", &TiuFields::opd2_str,
                                              "short stride mode: 0 aligned, 1 compact, 2 offset/broadcast-per-lane, 3 "
                                              "free (explicit strides), 4 row-broadcast (SG/SGL)"};
inline constexpr Register<TiuFields> res_add_sign{"res_add_sign", &TiuFields::res_add_sign, "1 = signed integer"};
inline constexpr Register<TiuFields> rsvd2{"rsvd2", &TiuFields::rsvd2, "reserved"};
inline constexpr Register<TiuFields> rsvd3{"rsvd3", &TiuFields::rsvd3, "reserved"};
inline constexpr Register<TiuFields> opd3_const{"opd3_const", &TiuFields::opd3_const,
                                                "1 = operand is an immediate held in the address field"};
inline constexpr Register<TiuFields> rsvd4{"rsvd4", &TiuFields::rsvd4, "reserved"};
inline constexpr Register<TiuFields> opd0_x_ins0{"opd0_x_ins0", &TiuFields::opd0_x_ins0, ""};
inline constexpr Register<TiuFields> opd0_y_ins0{"opd0_y_ins0", &TiuFields::opd0_y_ins0, ""};
inline constexpr Register<TiuFields> opd1_x_ins0{"opd1_x_ins0", &TiuFields::opd1_x_ins0, ""};
inline constexpr Register<TiuFields> opd1_y_ins0{"opd1_y_ins0", &TiuFields::opd1_y_ins0, ""};
inline constexpr Register<TiuFields> opd0_up_pad{"opd0_up_pad", &TiuFields::opd0_up_pad, ""};
inline constexpr Register<TiuFields> opd0_dn_pad{"opd0_dn_pad", &TiuFields::opd0_dn_pad, ""};
inline constexpr Register<TiuFields> opd0_lf_pad{"opd0_lf_pad", &TiuFields::opd0_lf_pad, ""};
inline constexpr Register<TiuFields> opd0_rt_pad{"opd0_rt_pad", &TiuFields::opd0_rt_pad, ""};
inline constexpr Register<TiuFields> res_op_x_str{"res_op_x_str", &TiuFields::res_op_x_str, ""};
inline constexpr Register<TiuFields> res_op_y_str{"res_op_y_str", &TiuFields::res_op_y_str, ""};
inline constexpr Register<TiuFields> res0_h_shift{"res0_h_shift", &TiuFields::res0_h_shift, ""};
inline constexpr Register<TiuFields> res0_w_shift{"res0_w_shift", &TiuFields::res0_w_shift, ""};
inline constexpr Register<TiuFields> opd0_h_shift{"opd0_h_shift", &TiuFields::opd0_h_shift, ""};
inline constexpr Register<TiuFields> opd0_w_shift{"opd0_w_shift", &TiuFields::opd0_w_shift, ""};
inline constexpr Register<TiuFields> opd1_h_shift{"opd1_h_shift", &TiuFields::opd1_h_shift, ""};
inline constexpr Register<TiuFields> opd1_w_shift{"opd1_w_shift", &TiuFields::opd1_w_shift, ""};
inline constexpr Register<TiuFields> tsk_lane_num{"tsk_lane_num", &TiuFields::tsk_lane_num, "64-bit lane enable mask"};
inline constexpr Register<TiuFields> res0_n{"res0_n", &TiuFields::res0_n, ""};
inline constexpr Register<TiuFields> res0_c{"res0_c", &TiuFields::res0_c, ""};
inline constexpr Register<TiuFields> res0_h{"res0_h", &TiuFields::res0_h, ""};
inline constexpr Register<TiuFields> res0_w{"res0_w", &TiuFields::res0_w, ""};
inline constexpr Register<TiuFields> opd0_n{"opd0_n", &TiuFields::opd0_n, ""};
inline constexpr Register<TiuFields> opd0_c{"opd0_c", &TiuFields::opd0_c, ""};
inline constexpr Register<TiuFields> opd0_h{"opd0_h", &TiuFields::opd0_h, ""};
inline constexpr Register<TiuFields> opd0_w{"opd0_w", &TiuFields::opd0_w, ""};
inline constexpr Register<TiuFields> opd1_n{"opd1_n", &TiuFields::opd1_n, ""};
inline constexpr Register<TiuFields> opd1_c{"opd1_c", &TiuFields::opd1_c, ""};
inline constexpr Register<TiuFields> opd1_h{"opd1_h", &TiuFields::opd1_h, ""};
inline constexpr Register<TiuFields> opd1_w{"opd1_w", &TiuFields::opd1_w, ""};
inline constexpr Register<TiuFields> res0_n_str{"res0_n_str", &TiuFields::res0_n_str, ""};
inline constexpr Register<TiuFields> res0_c_str{"res0_c_str", &TiuFields::res0_c_str, ""};
inline constexpr Register<TiuFields> opd0_n_str{"opd0_n_str", &TiuFields::opd0_n_str, ""};
inline constexpr Register<TiuFields> opd0_c_str{"opd0_c_str", &TiuFields::opd0_c_str, ""};
inline constexpr Register<TiuFields> opd1_n_str{"opd1_n_str", &TiuFields::opd1_n_str, ""};
inline constexpr Register<TiuFields> opd1_c_str{"opd1_c_str", &TiuFields::opd1_c_str, ""};
inline constexpr Register<TiuFields> opd2_n_str{"opd2_n_str", &TiuFields::opd2_n_str, ""};
inline constexpr Register<TiuFields> opd2_c_str{"opd2_c_str", &TiuFields::opd2_c_str, ""};
inline constexpr Register<TiuFields> res0_addr{"res0_addr", &TiuFields::res0_addr, ""};
inline constexpr Register<TiuFields> opd0_addr{"opd0_addr", &TiuFields::opd0_addr, ""};
inline constexpr Register<TiuFields> opd1_addr{"opd1_addr", &TiuFields::opd1_addr, ""};
inline constexpr Register<TiuFields> opd2_addr{"opd2_addr", &TiuFields::opd2_addr, ""};
inline constexpr Register<TiuFields> res0_h_str{"res0_h_str", &TiuFields::res0_h_str, ""};
inline constexpr Register<TiuFields> res0_w_str{"res0_w_str", &TiuFields::res0_w_str, ""};
inline constexpr Register<TiuFields> opd0_h_str{"opd0_h_str", &TiuFields::opd0_h_str, ""};
inline constexpr Register<TiuFields> opd0_w_str{"opd0_w_str", &TiuFields::opd0_w_str, ""};
inline constexpr Register<TiuFields> opd1_h_str{"opd1_h_str", &TiuFields::opd1_h_str, ""};
inline constexpr Register<TiuFields> opd1_w_str{"opd1_w_str", &TiuFields::opd1_w_str, ""};
inline constexpr Register<TiuFields> opd2_h_str{"opd2_h_str", &TiuFields::opd2_h_str, ""};
inline constexpr Register<TiuFields> opd2_w_str{"opd2_w_str", &TiuFields::opd2_w_str, ""};
inline constexpr Register<TiuFields> res1_addr{"res1_addr", &TiuFields::res1_addr, ""};
inline constexpr Register<TiuFields> opd3_addr{"opd3_addr", &TiuFields::opd3_addr, ""};
inline constexpr Register<TiuFields> start_tid{"start_tid", &TiuFields::start_tid, ""};
inline constexpr Register<TiuFields> rsvd0{"rsvd0", &TiuFields::rsvd0, "reserved"};
inline constexpr Register<TiuFields> cmd_id_eng1{"cmd_id_eng1", &TiuFields::cmd_id_eng1, ""};
inline constexpr Register<TiuFields> cmd_id_eng2{"cmd_id_eng2", &TiuFields::cmd_id_eng2, ""};
inline constexpr Register<TiuFields> cmd_id_eng3{"cmd_id_eng3", &TiuFields::cmd_id_eng3, ""};
inline constexpr Register<TiuFields> rsvd5{"rsvd5", &TiuFields::rsvd5, "reserved"};
inline constexpr Register<TiuFields> rsvd6{"rsvd6", &TiuFields::rsvd6, "reserved"};
// NOLINTEND(readability-identifier-naming)
}  // namespace tiu_register

template <class Class>
using TiuClass = WithOperation<Class, TiuFields, &TiuFields::tsk_eu_typ>;

}  // namespace bmemu::isa::bm1684x
