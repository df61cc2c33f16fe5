// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SFU: special functions.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSfuShortFields[] = {
    {tiu_register::cmd_short, 0, 1},    {tiu_register::cmd_id, 1, 20},      {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},     {tiu_register::tsk_eu_typ, 45, 5},  {tiu_register::rsvd0, 50, 5},
    {tiu_register::cmd_id_en, 55, 4},   {tiu_register::pwr_step, 59, 4},    {tiu_register::intr_en, 63, 1},
    {tiu_register::res0_prec, 64, 3},   {tiu_register::opd0_prec, 67, 3},   {tiu_register::opd2_n_str, 70, 2},
    {tiu_register::rsvd3, 72, 8},       {tiu_register::res0_n, 80, 16},     {tiu_register::res0_c, 96, 16},
    {tiu_register::res0_h, 112, 16},    {tiu_register::res0_w, 128, 16},    {tiu_register::opd1_n, 144, 16},
    {tiu_register::res0_addr, 160, 32}, {tiu_register::opd0_addr, 192, 32}, {tiu_register::opd1_addr, 224, 32},
};

struct Sfu : TiuClass<Sfu> {
  static constexpr std::uint8_t kTskTyp = 9;
  enum class Op : std::uint8_t {
    kTaylor4x = 12,
    kTaylor = 13,
    kNormalize = 15,
    kRsqrt = 17,
  };
  static constexpr Operation kOperations[] = {
      {Op::kTaylor4x, "sfu.taylor_4x"},
      {Op::kTaylor, "sfu.taylor"},
      {Op::kNormalize, "sfu.normalize"},
      {Op::kRsqrt, "sfu.rsqrt"},
  };
  static constexpr Layout<TiuFields> kLong{"SFU", 128, 1024, kTiuLongFields, std::size(kTiuLongFields)};
  static constexpr Layout<TiuFields> kShort{"sSFU", 32, 256, kSfuShortFields, std::size(kSfuShortFields)};
};

}  // namespace bmemu::isa::bm1684x
