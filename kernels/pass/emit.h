// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Commands of all units in their order.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/builder/program_builder.h"
#include "kernels/pass/group.h"
#include "kernels/pass/place.h"

namespace bmemu::kernels {

/// The builder's chip may have larger lanes than the setting's, which the plan is for: planned offsets in a lane are
/// multiplied by `scale`, so that everything fits and, where it is the lanes' ratio, stays in its bank.
void emit_program(const Setting& setting, const std::vector<Unit>& units, const Placement& placement,
                  ProgramBuilder& builder, std::int64_t scale);

}  // namespace bmemu::kernels
