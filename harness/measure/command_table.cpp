// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/command_table.h"

#include <fmt/format.h>

#include <ostream>

namespace bmemu::harness {

std::string nanoseconds(emulator::Picoseconds time) { return fmt::format("{}.{:03}", time / 1000, time % 1000); }

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void CommandTable::on_start(const emulator::RunStart& start) {
  program_ = start.program;
  layers_ = LayerIndex(*start.program);
  out_ << "index,group,engine,id,dep,op,layer,ideal_cycles,begin_ns,end_ns,bytes\n";
}

void CommandTable::on_command(const emulator::CommandEvent& event) {
  const auto layer = layers_.layer(event.engine, event.group, event.index);
  out_ << fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", event.index, event.group, name(event.engine), event.id,
                      event.dependency, isa::operation_name(*event.instruction),
                      layer == isa::LayerMap::kNone ? "" : csv_cell(program_->layers.names[layer]), event.ideal_cycles,
                      nanoseconds(event.begin_ps), nanoseconds(event.end_ps), event.bytes);
}

}  // namespace bmemu::harness
