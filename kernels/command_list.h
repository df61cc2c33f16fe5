// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Builds a program command by command: numbers the commands, fills in waits, encodes.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::kernels {

/// One command group under construction.
/// Contract: ids count 1, 2, 3 ... per engine and wrap at the field's width; a command waits for the last id of the
/// other engine that was added before the latest `order()`; without `order()` commands of the two engines are
/// independent.
class CommandList {
 public:
  explicit CommandList(isa::Family family) : family_(family) {}

  /// Appends a command. Its id, dependency and enable fields are set here; everything else is the caller's.
  /// Returns its unwrapped id. Errors: E-ISA-FIELD-RANGE.
  std::uint32_t add(isa::Instruction instruction);
  /// Like `add`, with an explicit unwrapped dependency.
  std::uint32_t add(isa::Instruction instruction, std::uint32_t dependency);

  /// Commands of an engine so far; the unwrapped id of its last one.
  std::uint32_t count(isa::Engine engine) const { return engine == isa::Engine::kTiu ? tiu_.count : gdma_.count; }

  /// Commands added from here on wait for everything that the other engine was given before.
  void order();

  /// The program made of what was added; adds the end commands that BM1684X streams need.
  isa::Program finish(std::string source);

 private:
  struct Stream {
    std::vector<std::uint8_t> bytes;
    std::uint32_t count = 0;    ///< commands so far
    std::uint32_t barrier = 0;  ///< id of the other engine that new commands wait for
  };
  Stream& stream(isa::Engine engine) { return engine == isa::Engine::kTiu ? tiu_ : gdma_; }

  isa::Family family_;
  Stream tiu_;
  Stream gdma_;
};

}  // namespace bmemu::kernels
