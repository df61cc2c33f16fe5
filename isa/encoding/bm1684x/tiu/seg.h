// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SEG: index generation.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSegShortFields[] = {
    {tiu_register::cmd_short, 0, 1},   {tiu_register::cmd_id, 1, 20},     {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},    {tiu_register::tsk_eu_typ, 45, 5}, {tiu_register::rsvd0, 50, 2},
    {tiu_register::res0_prec, 52, 3},  {tiu_register::cmd_id_en, 55, 4},  {tiu_register::pwr_step, 59, 4},
    {tiu_register::intr_en, 63, 1},    {tiu_register::res0_c, 64, 16},    {tiu_register::res0_w, 80, 16},
    {tiu_register::res0_addr, 96, 32},
};

struct Seg : TiuClass<Seg> {
  static constexpr std::uint8_t kTskTyp = 3;
  enum class Op : std::uint8_t {
    kColumn = 24,
    kLane = 25,
  };
  static constexpr Operation kOperations[] = {
      {Op::kColumn, "arith.euIdxGen"},
      {Op::kLane, "arith.npuIdxGen"},
  };
  static constexpr Layout<TiuFields> kLong{"SEG", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSEG", 16, 128, kSegShortFields, std::size(kSegShortFields)};
};

}  // namespace bmemu::isa::bm1684x
