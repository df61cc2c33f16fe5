// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which change of a network the pieces belong to that no change is about: those that follow from one.
#pragma once

#include <set>
#include <string>

#include "harness/compare/match/edits.h"

namespace bmemu::harness {

/// A Load or Store of an activation that the partner does not have, and that moves a tensor which an operator of one
/// side alone makes or reads, belongs to that operator's change. Other pieces that nobody owns: those near a local
/// change follow from it, the rest from a change of the whole network.
void spread_edits(const Side& a, const Structure& sa, const Side& b, const Structure& sb, const Alignment& alignment,
                  Edits& edits);

/// A change whose own commands do the same work on both sides has no consequences: beside others it owns nothing.
void release_inert(const Side& a, const Structure& sa, const Side& b, const Structure& sb, Edits& edits);

/// Roles of the pieces of a unit.
std::set<std::string> roles_of(const Structure& structure, std::size_t unit);

}  // namespace bmemu::harness
