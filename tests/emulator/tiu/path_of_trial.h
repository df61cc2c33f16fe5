// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Lets the trials of a test take turns between all instruction sets that this computer has.
#pragma once

#include <cstddef>

#include "emulator/arithmetic/host.h"

namespace bmemu::emulator {

inline CpuPath path_of_trial(int trial) {
  const auto paths = cpu_paths();
  return paths[static_cast<std::size_t>(trial) % paths.size()];
}

}  // namespace bmemu::emulator
