// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All published times of a program, from other releases and compilers than the one in the table at hand.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/published.h"

namespace bmemu::harness {

/// Sets `fastest_ms` of the rows from a table of publications (columns path, model, batch, dtype, chip, metric,
/// value_ms per image). A publication is of a row's program when it stands in the same sample (the first two folders
/// of `path`), is of the same chip, type and batch, and carries the model name that the row's own time has there.
/// Errors: E-FILE-OPEN, E-ACCURACY-TABLE.
void find_fastest(const std::string& path, std::vector<PublishedRow>& rows);

}  // namespace bmemu::harness
