// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a program does to its inputs before the first operator computes, and to its outputs after the last one has.
#pragma once

#include <vector>

#include "harness/compare/side.h"

namespace bmemu::harness {

/// Pieces that move or convert an input on its way to the operators that compute with it, or an output on its way out;
/// and the firmware's copies.
std::vector<std::size_t> port_pieces(const Side& side, const Structure& structure);

}  // namespace bmemu::harness
