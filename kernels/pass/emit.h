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

void emit_program(const Setting& setting, const std::vector<Unit>& units, const Placement& placement,
                  ProgramBuilder& builder);

}  // namespace bmemu::kernels
