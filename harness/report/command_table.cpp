// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/command_table.h"

#include <fmt/format.h>

#include <ostream>

#include "isa/chip/chip_changes.h"

namespace bmemu::harness {

std::string nanoseconds(emulator::Picoseconds time) { return fmt::format("{}.{:03}", time / 1000, time % 1000); }

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void write_command_table(const Run& run, std::ostream& out) {
  const auto changes = isa::chip_changes(run.result.chip);
  if (!changes.empty()) out << "# chip changed: " << isa::changes_text(changes) << "\n";
  out << "index,group,engine,id,dep,op,layer,ideal_cycles,begin_ns,end_ns,bytes\n";
  for (const CommandRecord& record : run.log.records())
    out << fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", record.index, record.group, name(record.engine), record.id,
                       record.dependency, run.log.operation(record),
                       record.layer < run.result.layers.size() ? csv_cell(run.result.layers[record.layer].name) : "",
                       record.ideal_cycles, nanoseconds(record.begin_ps), nanoseconds(record.end_ps), record.bytes);
}

}  // namespace bmemu::harness
