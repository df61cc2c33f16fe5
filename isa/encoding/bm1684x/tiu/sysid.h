// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SYSID: system: end of stream and barriers.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSysIdShortFields[] = {
    {tiu_register::rsvd0, 0, 1},         {tiu_register::cmd_id, 1, 20},       {tiu_register::cmd_id_dep, 21, 20},
    {tiu_register::tsk_typ, 41, 4},      {tiu_register::tsk_eu_typ, 45, 5},   {tiu_register::rsvd1, 50, 5},
    {tiu_register::cmd_id_en, 55, 4},    {tiu_register::pwr_step, 59, 4},     {tiu_register::intr_en, 63, 1},
    {tiu_register::cmd_id_eng1, 64, 20}, {tiu_register::cmd_id_eng2, 84, 20}, {tiu_register::cmd_id_eng3, 104, 20},
    {tiu_register::rsvd3, 124, 4},
};

struct SysId : TiuClass<SysId> {
  static constexpr std::uint8_t kTskTyp = 15;
  enum class Op : std::uint8_t {
    kInterruptBarrier = 0,
    kSpb = 1,
    kSwr = 2,
    kSwrFromLocal = 3,
    kSwrCollectFromLocal = 4,
    kDataBarrier = 5,
    kNop = 30,
    kEnd = 31,
  };
  static constexpr Operation kOperations[] = {
      {Op::kInterruptBarrier, "sys.intr_barrier"},
      {Op::kSpb, "sys.spb"},
      {Op::kSwr, "sys.swr"},
      {Op::kSwrFromLocal, "sys.swr_from_lmem"},
      {Op::kSwrCollectFromLocal, "sys.swr_collect_from_lmem"},
      {Op::kDataBarrier, "sys.data_barrier"},
      {Op::kNop, "sys.nop"},
      {Op::kEnd, "sys.end"},
  };
  static constexpr Layout<TiuFields> kShort{"SYSID", 16, 128, kSysIdShortFields, std::size(kSysIdShortFields)};
};

}  // namespace bmemu::isa::bm1684x
