// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands and results of chosen commands, written to a folder.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "emulator/dispatch/watch.h"
#include "emulator/operand/operands.h"
#include "harness/measure/layer_index.h"
#include "harness/tensor/array.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// Commands by position: chosen[group][engine][index].
using CommandChoice = std::vector<std::array<std::vector<bool>, 2>>;

/// The commands that texts of a user name: `tiu:ID`, `gdma:FIRST-LAST` (ids of `bmemu disasm`, from 1), with `GROUP/`
/// in front for other groups than the first, or the name of a layer. `first_group` is the program's group 0 where the
/// firmware's copies come before it.
/// Errors: E-DUMP-SELECT (no such command or layer; legal ids and groups).
CommandChoice choose_commands(const std::vector<std::string>& texts, const isa::Program& program,
                              std::uint32_t first_group);

/// Writes `GROUP_ENGINE_ID.npz` per chosen command (arrays `operand0`, `result0` ...; an operand that is also the
/// result has `_before`) and `commands.json` (what each array is and where it lies). Contract: give it to one run, then
/// `finish`.
class CommandDump : public emulator::ExecutionWatcher {
 public:
  /// `folder` exists and is empty.
  CommandDump(std::string folder, CommandChoice choice, const isa::Program& program, const isa::ChipSpec& chip,
              std::uint32_t first_group);

  void before(const emulator::ExecutedCommand& command, const memory::ChipMemory& memory) override;
  void after(const emulator::ExecutedCommand& command, const memory::ChipMemory& memory) override;

  /// Errors: E-FILE-WRITE.
  void finish();
  std::size_t commands() const { return list_.size(); }

 private:
  bool is_chosen(const emulator::ExecutedCommand& command) const;
  void add(const std::string& name, const emulator::OperandView& view, const memory::ChipMemory& memory);

  std::string folder_;
  CommandChoice choice_;
  const isa::Program* program_;
  const isa::ChipSpec* chip_;
  LayerIndex layers_;
  std::uint32_t first_group_;
  std::vector<Array> arrays_;            ///< of the command that computes
  nlohmann::ordered_json descriptions_;  ///< of `arrays_`
  nlohmann::ordered_json list_ = nlohmann::ordered_json::array();
};

}  // namespace bmemu::harness
