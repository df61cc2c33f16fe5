// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/threads.h"

#include <atomic>

namespace bmemu::runtime {

std::mutex& simulation_mutex() {
  static std::mutex mutex;
  return mutex;
}

std::uint64_t thread_number() {
  static std::atomic<std::uint64_t> count{0};
  thread_local const std::uint64_t kMine = ++count;
  return kMine;
}

}  // namespace bmemu::runtime
