// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class RQ&DQ: requantise and dequantise.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kRqDqShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},     {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5}, {tiu_register::opd0_sign, 50, 1},
    {tiu_register::opd2_sign, 51, 1},   {tiu_register::res0_prec, 52, 3},  {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},    {tiu_register::opd1_const, 63, 1}, {tiu_register::opd0_prec, 64, 3},
    {tiu_register::opd2_n_str, 67, 6},  {tiu_register::res0_addr, 73, 27}, {tiu_register::opd0_addr, 100, 27},
    {tiu_register::intr_en, 127, 1},    {tiu_register::res0_n, 128, 16},   {tiu_register::res0_c, 144, 16},
    {tiu_register::res0_h, 160, 16},    {tiu_register::res0_w, 176, 16},   {tiu_register::opd1_addr, 192, 32},
    {tiu_register::opd2_addr, 224, 32},
};

struct RqDq : TiuClass<RqDq> {
  static constexpr std::uint8_t kTskTyp = 4;
  enum class Op : std::uint8_t {
    kRq0 = 0,
    kRq1 = 1,
    kRq2 = 2,
    kDq0 = 3,
    kDq1 = 4,
    kDq2 = 5,
  };
  static constexpr Operation kOperations[] = {
      {Op::kRq0, "quant.rq0"}, {Op::kRq1, "quant.rq1"}, {Op::kDq0, "quant.dq0"},
      {Op::kDq1, "quant.dq1"}, {Op::kRq2, "quant.rq2"}, {Op::kDq2, "quant.dq2"},
  };
  static constexpr Layout<TiuFields> kLong{"RQ&DQ", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sRQ&sDQ", 32, 256, kRqDqShortFields, std::size(kRqDqShortFields)};
};

}  // namespace bmemu::isa::bm1684x
