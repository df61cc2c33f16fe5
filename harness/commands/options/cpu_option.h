// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The option that chooses the instructions of heavy arithmetic.
#pragma once

#include "emulator/arithmetic/host.h"
#include "harness/commands/options/choice.h"

namespace bmemu::harness {

/// `target` must outlive `app`. Whether this computer can run the choice is checked by emulator::check_cpu_path.
inline CLI::Option* add_cpu_option(CLI::App& app, emulator::CpuPath& target) {
  std::vector<std::pair<std::string, emulator::CpuPath>> choices;
  for (const auto path : {emulator::CpuPath::kBaseline, emulator::CpuPath::kAvx2, emulator::CpuPath::kAvx512})
    choices.emplace_back(name(path), path);
  return add_choice<emulator::CpuPath>(app, "--cpu", target, choices,
                                       "Instructions for heavy arithmetic; default: the best that this computer has. "
                                       "Changes no bit of exact values");
}

}  // namespace bmemu::harness
