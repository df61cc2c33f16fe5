// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#pragma once

#include "harness/measure/run.h"

namespace bmemu::harness {

/// The run's operators. Where the layer map does not tell which results lie in local memory, those do whose layer
/// writes nothing to global memory in this run.
void set_network(Run& run, Network network);

}  // namespace bmemu::harness
