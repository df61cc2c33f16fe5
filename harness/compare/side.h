// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One side of a comparison: a run, its network, and the program to time again on another chip, where there is one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/measure/network.h"
#include "harness/measure/owners.h"
#include "harness/measure/point.h"

namespace bmemu::harness {

struct Side {
  std::string name;                   ///< file name without folders
  std::string evidence = "emulated";  ///< or "profile"
  Run run;
  std::shared_ptr<const LoadedProgram> program;  ///< null for a saved run or a profile: its chip cannot be exchanged
  HostModel host;
};

/// Roles of loads that read an activation in another order of its channels, or a part of it.
inline constexpr const char* kLoadShuffled = "Load shuffled";
inline constexpr const char* kLoadPart = "Load part";

/// An operator with what its commands cost in the run, and the compute operator that it serves.
struct Piece {
  static constexpr std::size_t kNone = SIZE_MAX;
  std::size_t op = kNone;     ///< index into Network::operators; none: outside the network (copies, launch)
  std::size_t layer = kNone;  ///< index into RunResult::layers; none: no command
  std::size_t unit = kNone;   ///< index into units; none: outside the network
  std::string role;           ///< tells pieces of a unit apart: kind, and what a Load or Store moves
};

/// A compute operator with its loads, stores, casts and rearrangements.
struct Unit {
  std::size_t op = 0;  ///< index into Network::operators
  std::vector<std::size_t> pieces;
  std::vector<std::size_t> consumers;  ///< units
  bool from_input = false;             ///< no convolution or product between an input of the network and it
};

struct Structure {
  std::vector<Piece> pieces;
  std::vector<Unit> units;  ///< in the order of their first commands
  /// Index of a piece for each layer of the run.
  std::vector<std::size_t> piece_of_layer;
};

Structure find_structure(const Side& side);

}  // namespace bmemu::harness
