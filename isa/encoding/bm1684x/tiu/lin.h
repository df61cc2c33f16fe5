// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class LIN: linear functions.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kLinShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::opd1_const, 50, 1},
    {tiu_register::opd2_const, 51, 1},  {tiu_register::res0_prec, 52, 3},   {tiu_register::cmd_id_en, 55, 4},
    {tiu_register::pwr_step, 59, 4},    {tiu_register::intr_en, 63, 1},     {tiu_register::res0_n, 64, 16},
    {tiu_register::res0_c, 80, 16},     {tiu_register::res0_h, 96, 16},     {tiu_register::res0_w, 112, 16},
    {tiu_register::res0_addr, 128, 32}, {tiu_register::opd0_addr, 160, 32}, {tiu_register::opd1_addr, 192, 32},
    {tiu_register::opd2_addr, 224, 32},
};

struct Lin : TiuClass<Lin> {
  static constexpr std::uint8_t kTskTyp = 10;
  enum class Op : std::uint8_t {
    kMac = 1,
    kSquareSum = 20,
    kSquareDifference = 21,
  };
  static constexpr Operation kOperations[] = {
      {Op::kMac, "lin.mac"},
      {Op::kSquareSum, "lin.square_sum"},
      {Op::kSquareDifference, "lin.square_diff"},
  };
  static constexpr Layout<TiuFields> kLong{"LIN", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sLIN", 32, 256, kLinShortFields, std::size(kLinShortFields)};
};

}  // namespace bmemu::isa::bm1684x
