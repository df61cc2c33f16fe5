// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the threads of a client share, and how they are told apart.
#pragma once

#include <cstdint>
#include <mutex>

namespace bmemu::runtime {

/// Held during a simulation: SystemC has one kernel in a process.
std::mutex& simulation_mutex();

/// A number of the calling thread that no other thread of the process ever has; 1 for the first that asks.
std::uint64_t thread_number();

}  // namespace bmemu::runtime
