// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The tables of claim 6.4: what its verdicts are taken from.
#pragma once

#include <vector>

#include "harness/claims/speed/low_end.h"

namespace bmemu::harness {

EvidenceTable pair_table(const std::vector<ProductPair>& pairs);
/// `unfit`: the rows that do not fit their stated product; else the others.
EvidenceTable row_table(const std::vector<ProductRow>& rows, bool unfit);
EvidenceTable answer_table(const ProductAnswer& answer);

}  // namespace bmemu::harness
