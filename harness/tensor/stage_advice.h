// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which stage of a network takes the arrays that another one refused.
#pragma once

#include <string>
#include <vector>

#include "harness/tensor/array.h"
#include "isa/bmodel/bmodel.h"

namespace bmemu::harness {

/// "--net x --stage 1" of the first stage, other than the program's, whose inputs have exactly the shapes of the
/// arrays; empty when none has.
std::string stage_that_fits(const isa::BModel& model, const isa::Program& program, const std::vector<Array>& arrays);

}  // namespace bmemu::harness
