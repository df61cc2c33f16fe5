// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of BM1684X special functions.

#include "emulator/tiu/bm1684x/cost.h"
#include "emulator/tiu/bm1684x/row_work.h"

namespace bmemu::emulator {

// Observed: a series takes one pass per coefficient (only the fast form, taylor_4x, is ever emitted), the exponent one;
// a reciprocal square root takes the same with 3 and 4 iterations; a result in the place of the operand costs nothing.
CostBreakdown cost(const isa::bm1684x::Sfu& f, const isa::ChipSpec& chip) {
  using namespace bm1684x;
  using Op = isa::bm1684x::Sfu::Op;
  const Op op = f.operation();
  std::int64_t passes = 1;
  if (op == Op::kTaylor4x || op == Op::kTaylor) passes = std::max<std::int64_t>(i64(f.opd1_n), 1);
  if (op == Op::kRsqrt) passes = std::max<std::int64_t>(chip.ideal_tiu.rsqrt_passes, 1);
  return elementwise(f, chip, std::max(element_bits(f.res0_prec), element_bits(f.opd0_prec)), passes);
}

}  // namespace bmemu::emulator
