// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How well a chip predicts published times of networks that had no part in its fit.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/page.h"

namespace bmemu::harness {

/// The rows' programs on `chip` as it is, with the intervals that it has. Nothing is fitted: times in sample and held
/// out are the same.
CalibratedChip judged(const Predictor& predictor, const isa::ChipSpec& chip);

/// What error there was, by group and by row, as Markdown. `source`: as `made_from` writes it.
std::string judgement_page(const std::vector<CalibratedChip>& chips, const std::string& source);

}  // namespace bmemu::harness
