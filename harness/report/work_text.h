// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Totals of a run by kind of layer and by kind of command, and all layers as a table for spreadsheets.
#pragma once

#include <iosfwd>
#include <string>

#include "harness/measure/measurement.h"

namespace bmemu::harness {

/// Kinds with a share of the run that shows in one decimal, the largest first.
std::string kinds_text(const RunResult& result);
std::string operations_text(const RunResult& result);

/// One CSV row per layer, in the order of the layer map, then the commands of no layer: layer,kind,ms,percent,tiu_ms,
/// gdma_ms,mb,tiu_commands,gdma_commands and one column of milliseconds of the critical path per cause. A first line
/// that starts with # names what was changed in the chip.
void write_layers_csv(const RunResult& result, std::ostream& out);

}  // namespace bmemu::harness
