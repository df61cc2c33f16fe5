// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a compilation leaves behind: a BModel and, beside it, the layer map.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "harness/measure/network.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// `X.bmodel` has its layer map in `X.json`, where isa::find_layer_map looks for it.
std::string layer_map_path(const std::string& program);

/// Writes a compiled program with the chip that it was compiled for, and its layer map with the tensors of `network`.
/// Returns the program's bytes. Errors: those of isa::write_bmodel.
std::size_t write_program(const isa::Program& program, const Network& network, const isa::ChipSpec& chip,
                          std::ostream& bmodel, std::ostream& layers);

}  // namespace bmemu::harness
