// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Commands of all units in their order.
#pragma once

#include <vector>

#include "kernels/builder/program_builder.h"
#include "kernels/pass/group.h"
#include "kernels/pass/place.h"

namespace bmemu::kernels {

/// The builder's chip may have larger lanes than the setting's, which the plan is for.
void emit_program(const Setting& setting, const std::vector<Unit>& units, const Placement& placement,
                  ProgramBuilder& builder, Spread spread);

}  // namespace bmemu::kernels
