// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X gather and scatter inside lanes: one element per lane and cycle.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Observed: 0 and 1 (one list for all lanes), 5 and 13 (a list per lane), 14 (scatter of few elements).
// Unknown: every other operation; taken as one element of the longer side per lane and cycle.
CostBreakdown cost(const isa::bm1684x::Sg& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  using Op = isa::bm1684x::Sg::Op;
  const Op op = f.operation();
  const bool scatters =
      op == Op::kScatter || op == Op::kScatterHazard || op == Op::kListScatter || op == Op::kListScatter2;
  const std::int64_t per_lane = scatters ? i64(f.opd1_w) : i64(f.res0_w) * std::max<std::int64_t>(i64(f.res0_h), 1);
  const std::int64_t elements = product(f.res0_n, lane_rows(f, chip), per_lane);
  CostBreakdown out =
      array_cost(elements, double(f.res0_n) * double(f.res0_c) * double(per_lane), double(chip.tiu.lanes));
  if (op == Op::kGatherHazard) {
    const double ratio = std::max(chip.ideal_tiu.hazard_safe_gather_ratio, 1.0);
    out.add(Cause::kBankConflict, static_cast<std::int64_t>(double(elements) * ratio) - elements);
  }
  return out;
}

}  // namespace bmemu::emulator
