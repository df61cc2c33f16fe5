// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/operand/refusals.h"

#include <fmt/format.h>

namespace bmemu::emulator {

std::string refusals_table() {
  std::string table = "| id | where | what |\n|---|---|---|\n";
  for (const RefusalRow& refusal : kRefusals)
    table += fmt::format("| `{}` | {} | {} |\n", refusal.id, refusal.where, refusal.what);
  return table;
}

}  // namespace bmemu::emulator
