// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Why one run takes longer than another: causes that sum exactly to the difference.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/compare/match/commands.h"
#include "harness/compare/match/edits.h"

namespace bmemu::harness {

/// What one side spends on the operators of a cause.
struct CauseSide {
  std::uint64_t commands = 0;
  std::uint64_t bytes = 0;                        ///< moved by the GDMA
  std::int64_t tiu_cycles = 0, gdma_cycles = 0;   ///< ideal, of the TIU clock
  emulator::Picoseconds tiu_ps = 0, gdma_ps = 0;  ///< busy
  std::uint64_t slices = 0;
  std::uint64_t local = 0, operators = 0;  ///< operators with results in local memory, and all
  std::vector<std::string> types;          ///< of results
  emulator::TimeStack stack{};             ///< both engines, own work without waits
};

/// A pair of commands and the row that they belong to.
struct RowCommands {
  std::size_t row = 0;  ///< index into Comparison::layers
  CommandPair pair;
};

struct Cause {
  std::string change;  ///< a word of the closed list in docs/compare.md
  std::string text;
  std::vector<std::string> layers;  ///< that changed, the most expensive difference first
  emulator::Picoseconds delta_ps = 0;
  CauseSide a, b;
  MatchCounts commands{};                 ///< of its layers
  std::vector<RowCommands> most_changed;  ///< commands whose durations differ most, at most kCommandsShown
  std::vector<std::string> settings;      ///< "tiu.clock_mhz: 1000 -> 750"
};

/// Two operators that are the same, or one that only one side has.
struct LayerRow {
  std::string name_a, name_b;  ///< empty where the side has none
  std::string kind;
  emulator::Picoseconds a_ps = 0, b_ps = 0;  ///< parts of the critical path
  emulator::Picoseconds a_busy_ps = 0, b_busy_ps = 0;
  std::string change;                             ///< class of the cause that it belongs to; empty: none
  std::vector<std::uint32_t> layers_a, layers_b;  ///< indices into RunResult::layers
  std::vector<CommandPair> commands;
};

struct Comparison {
  std::vector<Cause> causes;  ///< largest first; they sum to `delta_ps` exactly
  emulator::Picoseconds delta_ps = 0;
  bool is_identical = false;  ///< the same commands at the same times
  double uncertain_ms = 0;    ///< a difference smaller than this may have the other sign on silicon
  std::vector<LayerRow> layers;
  std::vector<std::string> settings;  ///< parameters of the chips that differ: "KEY: A -> B"
};

inline constexpr std::size_t kCommandsShown = 5;  ///< of a cause's evidence

/// Share of A's run below which a cause is not worth a line.
inline constexpr double kSmallShare = 0.002;

/// Errors: those of emulator::run, for runs of one side's program on the other's chip.
Comparison compare(const Side& a, const Side& b);

}  // namespace bmemu::harness
