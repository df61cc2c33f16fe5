// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A side of a comparison from a program.
#pragma once

#include <string>

#include "harness/compare/side.h"

namespace bmemu::harness {

/// Runs `program` (loaded from `path`) on `chip`. `layers`: the layer map's file; empty: operators are not
/// matched. `compiler`: version that the file states. Errors: those of load_layer_map and emulator::run.
Side side_of_program(isa::Program program, const std::string& compiler, const std::string& path,
                     const std::string& layers, const isa::ChipSpec& chip, const HostModel& host);

}  // namespace bmemu::harness
