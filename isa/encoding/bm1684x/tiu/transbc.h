// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class TRANS&BC: transpose, lane copy and broadcast.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kTransBcShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},     {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5}, {tiu_register::res0_prec, 50, 3},
    {tiu_register::rsvd0, 53, 2},       {tiu_register::cmd_id_en, 55, 4},  {tiu_register::pwr_step, 59, 4},
    {tiu_register::intr_en, 63, 1},     {tiu_register::res0_n, 64, 16},    {tiu_register::res0_c, 80, 16},
    {tiu_register::res0_h, 96, 16},     {tiu_register::res0_w, 112, 16},   {tiu_register::opd0_c, 128, 16},
    {tiu_register::opd0_w, 144, 16},    {tiu_register::rsvd2, 160, 32},    {tiu_register::res0_addr, 192, 32},
    {tiu_register::opd0_addr, 224, 32},
};

struct TransBc : TiuClass<TransBc> {
  static constexpr std::uint8_t kTskTyp = 5;
  enum class Op : std::uint8_t {
    kCwTranspose = 0,
    kWcTranspose = 1,
    kLaneCopy = 2,
    kLaneBroadcast = 3,
    kStaticBroadcast = 4,
    kStaticDistribute = 5,
  };
  static constexpr Operation kOperations[] = {
      {Op::kCwTranspose, "tsbc.cw_ts"},    {Op::kWcTranspose, "tsbc.wc_ts"},
      {Op::kLaneCopy, "tsbc.l_copy"},      {Op::kLaneBroadcast, "tsbc.l_bc"},
      {Op::kStaticBroadcast, "tsbc.s_bc"}, {Op::kStaticDistribute, "tsbc.s_distribute"},
  };
  static constexpr Layout<TiuFields> kLong{"TRANS&BC", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sTRANS&sBC", 32, 256, kTransBcShortFields, std::size(kTransBcShortFields)};
};

}  // namespace bmemu::isa::bm1684x
