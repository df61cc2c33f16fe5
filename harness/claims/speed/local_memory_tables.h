// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The tables of claim 6.1: what its verdicts are taken from.
#pragma once

#include <vector>

#include "harness/claims/speed/local_memory.h"

namespace bmemu::harness {

EvidenceTable counterfactual_table(const std::vector<Fp32Pair>& pairs);
EvidenceTable bytes_table(const std::vector<Fp32Pair>& pairs);
EvidenceTable bandwidth_table(const std::vector<Fp32Pair>& pairs);
EvidenceTable published_table(const std::vector<Fp32Pair>& pairs);
EvidenceTable correlation_table(const std::vector<Fp32Pair>& pairs);

}  // namespace bmemu::harness
