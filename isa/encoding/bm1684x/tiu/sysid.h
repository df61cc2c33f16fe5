// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X TIU instruction class SYSID: system: end of stream and barriers.
#pragma once

#include "isa/encoding/bm1684x/tiu/tiu_long.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<TiuFields> kSysIdShortFields[] = {
    {"rsvd0", 0, 1, &TiuFields::rsvd0, "reserved"},
    {"cmd_id", 1, 20, &TiuFields::cmd_id, "number of this command in its own engine stream (20 bit)"},
    {"cmd_id_dep", 21, 20, &TiuFields::cmd_id_dep, "wait until the other engine has completed this id (20 bit)"},
    {"tsk_typ", 41, 4, &TiuFields::tsk_typ, "instruction class selector"},
    {"tsk_eu_typ", 45, 5, &TiuFields::tsk_eu_typ, "operation selector inside the class"},
    {"rsvd1", 50, 5, &TiuFields::rsvd1, "reserved"},
    {"cmd_id_en", 55, 4, &TiuFields::cmd_id_en,
     "bit0 enables the wait on cmd_id_dep; the other 3 bits belong to three further engines (SYSID cmd_id_eng1..3)"},
    {"pwr_step", 59, 4, &TiuFields::pwr_step, "power throttling step, no numeric effect"},
    {"intr_en", 63, 1, &TiuFields::intr_en, "raise interrupt on completion"},
    {"cmd_id_eng1", 64, 20, &TiuFields::cmd_id_eng1, ""},
    {"cmd_id_eng2", 84, 20, &TiuFields::cmd_id_eng2, ""},
    {"cmd_id_eng3", 104, 20, &TiuFields::cmd_id_eng3, ""},
    {"rsvd3", 124, 4, &TiuFields::rsvd3, "reserved"},
};

struct SysId : TiuFields {
  static constexpr std::uint8_t kTskTyp = 15;
  static constexpr Operation kOperations[] = {
      {0, "sys.intr_barrier"},          {1, "sys.spb"},          {2, "sys.swr"},  {3, "sys.swr_from_lmem"},
      {4, "sys.swr_collect_from_lmem"}, {5, "sys.data_barrier"}, {30, "sys.nop"}, {31, "sys.end"},
  };
  static constexpr Layout<TiuFields> kShort{"SYSID", 16, 128, kSysIdShortFields, std::size(kSysIdShortFields)};
};

}  // namespace bmemu::isa::bm1684x
