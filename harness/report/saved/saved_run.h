// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A run in a file: the result's JSON (schema bmemu.run/1) with the command log as columns, compressed with Zstandard.
#pragma once

#include <iosfwd>
#include <string>

#include "harness/measure/run.h"

namespace bmemu::harness {

/// `out` must be binary.
void save_run(const Run& run, std::ostream& out);

/// The run as it was saved: every report of it has the same bytes as at first.
/// Errors: E-FILE-OPEN, those of isa::decompress_zstd, E-RUN-SAVED (no saved run, or a damaged one).
Run load_run(const std::string& path);

/// Whether the file looks like a saved run. Errors: as load_run, except E-RUN-SAVED.
bool is_saved_run(const std::string& path);

}  // namespace bmemu::harness
