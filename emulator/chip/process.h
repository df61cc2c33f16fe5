// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The one place that makes SystemC thread processes.
#pragma once

// sc_spawn instead of SC_HAS_PROCESS, which SystemC 3 deprecates.
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include <functional>
#include <systemc>
#include <utility>

namespace bmemu::emulator {

/// Starts a thread process at elaboration; called from a module's constructor.
inline void spawn_process(const char* name, std::function<void()> body) {
  sc_core::sc_spawn(std::move(body), sc_core::sc_gen_unique_name(name));
}

}  // namespace bmemu::emulator
