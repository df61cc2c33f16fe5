// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A side of a comparison from a program or a profile.
#pragma once

#include <memory>
#include <string>

#include "harness/compare/side.h"
#include "harness/compile/open_program.h"
#include "harness/profile/vendor_profile.h"

namespace bmemu::harness {

/// A run of `program`, which was opened from `path`; with its network.
Side side_of_run(Run run, std::shared_ptr<const LoadedProgram> program, const std::string& path, const HostModel& host);

/// Runs a program that was opened from `path`. Errors: those of emulator::run.
Side side_of_program(OpenedProgram opened, const std::string& path, const HostModel& host);

/// Operators that one side alone knows would all be gone, or all new: where one side has no layer map, the other is
/// taken without its own. Returns the side that has none, or null where both sides stay as they are.
const Side* drop_layers_of_one(Side& a, Side& b);

/// A profile; `emulated`: see run_of_profile.
Side side_of_profile(const VendorProfile& profile, const Run* emulated);

}  // namespace bmemu::harness
