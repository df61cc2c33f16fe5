// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/event/cost.h"

namespace bmemu::emulator {

std::string_view name(Cause cause) {
  switch (cause) {
    case Cause::kArray: return "array";
    case Cause::kPadding: return "padding";
    case Cause::kBankConflict: return "bank_conflict";
    case Cause::kFill: return "fill";
    case Cause::kSupply: return "supply";
    case Cause::kTransfer: return "transfer";
    case Cause::kRow: return "row";
    case Cause::kDescriptor: return "descriptor";
    case Cause::kDdr: return "ddr";
    case Cause::kDdrRow: return "ddr_row";
    case Cause::kDdrTurnaround: return "ddr_turnaround";
    case Cause::kDdrRefresh: return "ddr_refresh";
    case Cause::kDdrBurst: return "ddr_burst";
    case Cause::kDdrInterleave: return "ddr_interleave";
    case Cause::kSync: return "sync";
    case Cause::kFetch: return "fetch";
    case Cause::kLaunch: return "launch";
    case Cause::kIdle: return "idle";
  }
  return "?";
}

}  // namespace bmemu::emulator
