// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/timing.h"

namespace bmemu::memory {

std::string_view name(Rule rule) {
  switch (rule) {
    case Rule::kBandwidth: return "bandwidth";
    case Rule::kRow: return "row";
    case Rule::kTurnaround: return "turnaround";
    case Rule::kRefresh: return "refresh";
    case Rule::kBurst: return "burst";
    case Rule::kInterleave: return "interleave";
  }
  return "?";
}

}  // namespace bmemu::memory
