// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One CSV row per command, written while the run goes on.
#pragma once

#include <iosfwd>
#include <string>

#include "emulator/event/event.h"
#include "harness/measure/layer_index.h"

namespace bmemu::harness {

/// Columns: index,group,engine,id,dep,op,layer,ideal_cycles,begin_ns,end_ns,bytes; rows in order of completion.
/// `index` is the position in the group's stream, from 0; ids are unwrapped; times are exact to the picosecond.
class CommandTable : public emulator::Listener {
 public:
  /// `out` must outlive the run.
  explicit CommandTable(std::ostream& out) : out_(out) {}
  void on_start(const emulator::RunStart& start) override;
  void on_command(const emulator::CommandEvent& event) override;

 private:
  std::ostream& out_;
  const isa::Program* program_ = nullptr;
  LayerIndex layers_;
};

/// A picosecond count in nanoseconds: "12.345".
std::string nanoseconds(emulator::Picoseconds time);

/// The text as a CSV cell: in quotes when it needs them.
std::string csv_cell(const std::string& text);

}  // namespace bmemu::harness
