// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a program does to its inputs before the first operator computes, and to its outputs after the last one has.
#pragma once

#include <string>
#include <vector>

#include "harness/compare/side.h"

namespace bmemu::harness {

/// Pieces that move or convert an input on its way to the operators that compute with it, or an output on its way out;
/// and the firmware's copies.
std::vector<std::size_t> port_pieces(const Side& side, const Structure& structure);

/// Indices of the outputs that both programs have with the same dimensions in another order.
std::vector<std::size_t> permuted_outputs(const Network& a, const Network& b);

/// Pieces that move, convert or reshape the output of this name behind the operator that computes it.
std::vector<std::size_t> output_pieces(const Network& network, const Structure& structure, const std::string& output);

}  // namespace bmemu::harness
