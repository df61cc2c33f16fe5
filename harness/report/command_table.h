// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One CSV row per command.
#pragma once

#include <iosfwd>
#include <string>

#include "harness/measure/run.h"

namespace bmemu::harness {

/// A first line that starts with # names what was changed in the chip, if something was. Columns:
/// index,group,engine,id,dep,op,layer,ideal_cycles,begin_ns,end_ns,bytes; rows in order of completion. `index` is the
/// position in the group's stream, from 0; ids are unwrapped; times are exact to the picosecond.
void write_command_table(const Run& run, std::ostream& out);

/// A picosecond count in nanoseconds: "12.345".
std::string nanoseconds(emulator::Picoseconds time);

/// The text as a CSV cell: in quotes when it needs them.
std::string csv_cell(const std::string& text);

}  // namespace bmemu::harness
