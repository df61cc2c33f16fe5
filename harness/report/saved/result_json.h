// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The result of a run as JSON, schema "bmemu.run/1" (docs/results.md).
#pragma once

#include <nlohmann/json.hpp>

#include "harness/measure/measurement.h"

namespace bmemu::harness {

/// Contract: depends on nothing but `result` and the version of bmemu; holds no folder names and no time of day.
nlohmann::ordered_json result_json(const RunResult& result);

/// [{key, from, to, set_by}] of every parameter that differs from the family's reference chip.
nlohmann::ordered_json changes_json(const isa::ChipSpec& chip);

/// [{id, subnet, what, bytes_in, bytes_out}] of parts that were not run.
nlohmann::ordered_json left_out_json(const std::vector<isa::LeftOut>& parts);

/// {cause: picoseconds}, every cause, in the order of emulator::Cause.
nlohmann::ordered_json stack_json(const emulator::TimeStack& stack);

}  // namespace bmemu::harness
