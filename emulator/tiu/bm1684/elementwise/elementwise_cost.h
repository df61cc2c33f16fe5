// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The common shape of everything that works element by element: a fixed number of cycles per row.
#pragma once

#include "emulator/event/cost_parts.h"
#include "emulator/tiu/bm1684/row_work.h"

namespace bmemu::emulator::bm1684 {

inline CostBreakdown elementwise(const isa::bm1684::TiuFields& f, const isa::ChipSpec& chip, double cycles_per_row) {
  const auto work = word_rows(f, chip);
  return CostParts()
      .add(Cause::kArray, work.useful_rows * cycles_per_row)
      .add(Cause::kPadding, (work.rows - work.useful_rows) * cycles_per_row)
      .breakdown();
}

}  // namespace bmemu::emulator::bm1684
