// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which operators of two networks are the same.
#pragma once

#include <vector>

#include "harness/compare/side.h"

namespace bmemu::harness {

struct Alignment {
  std::vector<std::size_t> to_b;  ///< unit of B for each unit of A, or Piece::kNone
  std::vector<std::size_t> to_a;
};

/// Global alignment of the two sequences of units that maximises the sum of similarities (name, kind, shapes of results
/// and weights, type), then units left over whose names and kinds are equal and unique, in whatever order.
Alignment align(const Network& a, const Structure& structure_a, const Network& b, const Structure& structure_b);

/// How much of the smaller network the other has too: share of its operators with a partner of the same name, or of the
/// same kind with as many channels and the same weights.
double common_share(const Network& a, const Structure& structure_a, const Network& b, const Structure& structure_b,
                    const Alignment& alignment);

}  // namespace bmemu::harness
