// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each command of a log waited for last: the steps of its critical path.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "harness/measure/listeners/critical_path.h"

namespace bmemu::harness {

/// Contract: the log outlives it.
class PathWalk {
 public:
  static constexpr std::uint32_t kNobody = 0xFFFFFFFFU;

  explicit PathWalk(const CommandLog& log);

  /// The record that ended last of all, or kNobody.
  std::uint32_t last() const;
  /// The record that a record waited for last, or kNobody.
  std::uint32_t before(std::uint32_t record) const;
  /// A record's step behind `before`, and what its waits do not hold of the time that both have in common: 0 in a run.
  std::pair<PathStep, emulator::Picoseconds> step(std::uint32_t record, std::uint32_t before) const;

 private:
  /// The record of the command with this id, or kNobody.
  std::uint32_t command(isa::Engine engine, std::uint32_t group, std::uint32_t id) const;
  /// The last command of an engine in the groups before `group`, or kNobody.
  std::uint32_t last_before(isa::Engine engine, std::uint32_t group) const;
  std::uint32_t later(std::uint32_t a, std::uint32_t b) const;

  const CommandLog& log_;
  std::array<std::vector<std::vector<std::uint32_t>>, 2> places_;  ///< of commands in the log, by engine and group
};

/// Why a log has no critical path: a command waited for one that is not there or that comes behind it, or began before
/// what it waited for had ended. Empty for every log of a run; a file may hold anything.
std::string path_fault(const CommandLog& log);

}  // namespace bmemu::harness
