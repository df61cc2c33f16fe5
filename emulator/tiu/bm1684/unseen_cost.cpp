// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cost of the BM1684 instructions that no compiled program contains.
// Unknown: all of it. The formulas are those of the nearest relative that was observed.
#include "emulator/tiu/bm1684/cost.h"
#include "emulator/tiu/bm1684/elementwise/elementwise_cost.h"

namespace bmemu::emulator {

using namespace bm1684;

/// Like matrix multiply, one step of K per cycle and row of results.
CostBreakdown cost(const isa::bm1684::Mm2& f, const isa::ChipSpec& chip) {
  const auto work = word_rows(f, chip);
  const double steps = double(std::max<std::uint64_t>(f.opd1_c, 1));
  return CostParts()
      .add(Cause::kArray, work.useful_rows * steps)
      .add(Cause::kPadding, (work.rows - work.useful_rows) * steps)
      .breakdown();
}

/// Like convolution with one channel per step.
CostBreakdown cost(const isa::bm1684::Cc& f, const isa::ChipSpec& chip) {
  const auto work = word_rows(f, chip);
  const double steps = double(std::max<std::uint64_t>(f.opd1_h * f.opd1_w, 1));
  return CostParts()
      .add(Cause::kArray, work.useful_rows * steps)
      .add(Cause::kPadding, (work.rows - work.useful_rows) * steps)
      .breakdown();
}

/// Like arithmetic of two tensors.
CostBreakdown cost(const isa::bm1684::Vc& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, chip.ideal_row.f32_cycles);
}

/// Like copies.
CostBreakdown cost(const isa::bm1684::Lma& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, chip.ideal_row.copy_cycles);
}
CostBreakdown cost(const isa::bm1684::Decompress& f, const isa::ChipSpec& chip) {
  return elementwise(f, chip, chip.ideal_row.copy_cycles);
}

}  // namespace bmemu::emulator
