// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X transposes, lane copies and broadcasts.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684x;

/// Observed: operand and result in one bank take every row twice.
CostBreakdown with_bank_conflict(CostBreakdown out, const isa::bm1684x::TransBc& f, const isa::ChipSpec& chip) {
  if (bank_of(f.opd0_addr, chip) == bank_of(f.res0_addr, chip)) out.add(Cause::kBankConflict, out.total());
  return out;
}

}  // namespace

// Observed. A transpose counts one side only: the estimate grows with the channels of the result (cw_ts) or with its
// width (wc_ts), each in rows, and not with the other side; so a transpose is all but free in it.
// Unknown: what silicon takes; it moves n x c x h x w elements.
// A lane copy goes channel by channel, and once more for every row of lanes that the result begins.
CostBreakdown cost(const isa::bm1684x::TransBc& f, const isa::ChipSpec& chip) {
  using Op = isa::bm1684x::TransBc::Op;
  const std::int64_t row = eu_elements(element_bits(f.res0_prec), chip);
  const std::int64_t n = i64(f.res0_n), c = i64(f.res0_c), h = i64(f.res0_h), w = i64(f.res0_w);
  const std::int64_t plane = plane_rows(f, row);
  const double useful_plane = double(n) * double(h) * double(w);
  switch (f.operation()) {
    case Op::kCwTranspose:
      return array_cost(product(n, h, ceil_div(c, row)), double(n) * double(h) * double(c), double(row));
    case Op::kWcTranspose: return array_cost(product(n, h, ceil_div(w, row)), useful_plane, double(row));
    case Op::kLaneCopy:
      return with_bank_conflict(
          array_cost(product(n, lane_rows(f, chip), c, plane), useful_plane * double(c), double(row)), f, chip);
    case Op::kLaneBroadcast:
      return with_bank_conflict(array_cost(product(n, lane_rows(f, chip), plane), useful_plane, double(row)), f, chip);
    case Op::kStaticBroadcast:
      return array_cost(product(n, lane_rows(f, chip), ceil_div(w, row)), double(n * w), double(row));
    default: return array_cost(1, 1, 1);  // one value to every lane
  }
}

}  // namespace bmemu::emulator
