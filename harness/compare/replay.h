// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run again with other durations of its commands: same order, same waits between the engines.
#pragma once

#include <vector>

#include "harness/measure/run.h"

namespace bmemu::harness {

class LogReplay {
 public:
  explicit LogReplay(const Run& run);
  /// Length when the command of record i takes `durations[i]`. With the run's own durations it is the run's length,
  /// save what commands waited for their own fetch.
  double length(const std::vector<double>& durations) const;
  std::vector<double> durations() const;

 private:
  struct Step {
    std::uint32_t record = 0;
    std::uint32_t same = 0;   ///< step + 1 of the command before it on its engine; 0: none in the group
    std::uint32_t other = 0;  ///< step + 1 of the command it waits for; 0: none
    std::uint32_t group = 0;
  };
  std::vector<Step> steps_;  ///< in an order in which everything waited for comes first
  double lead_ = 0;          ///< before the first command
  const Run& run_;
};

}  // namespace bmemu::harness
