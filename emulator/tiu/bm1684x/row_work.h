// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The unit that BM1684X's TIU works in: one row, what the execution units of all lanes take in one cycle.
// Contract: pure; every count is of whole rows or cycles of the TIU clock.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "emulator/event/cost.h"
#include "emulator/event/counts.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/tiu/tiu_fields.h"
#include "isa/encoding/codes.h"
#include "isa/layout/lanes.h"

namespace bmemu::emulator::bm1684x {

inline constexpr std::int64_t kWordBits = 32;

/// Bits of an element with this precision code.
inline std::int64_t element_bits(std::uint64_t precision) { return isa::bm1684x::precision_bits(precision); }

/// Elements that the execution units of one lane take per cycle.
inline std::int64_t eu_elements(std::int64_t bits, const isa::ChipSpec& chip) {
  return std::max<std::int64_t>(chip.tiu.eu_bytes * 8 / bits, 1);
}

/// Lane of channel 0.
inline std::int64_t start_lane(std::uint64_t address, const isa::ChipSpec& chip) {
  const isa::Lanes lanes(chip);
  return i64(lanes.lane(address) % lanes.count());
}

/// Bank and lane that an address lies in, as one number. Observed: operands in equal banks of different lanes do not
/// disturb each other.
inline std::int64_t bank_of(std::uint64_t address, const isa::ChipSpec& chip) {
  return i64(address) / chip.local_memory.bank_bytes();
}

/// Channel rows that every lane holds of the result.
inline std::int64_t lane_rows(const isa::bm1684x::TiuFields& f, const isa::ChipSpec& chip) {
  return i64(isa::Lanes(chip).rows(f.res0_c, static_cast<std::uint64_t>(start_lane(f.res0_addr, chip))));
}

/// Rows of one channel: a whole plane, or line by line.
inline std::int64_t plane_rows(const isa::bm1684x::TiuFields& f, std::int64_t row_elements) {
  return ceil_div(i64(f.res0_h) * i64(f.res0_w), row_elements);
}

/// `cycles` in total, of which `useful` operations at `peak` operations per cycle are the array's real work.
inline CostBreakdown array_cost(std::int64_t cycles, double useful, double peak) {
  const auto array = static_cast<std::int64_t>(std::min(double(cycles), std::ceil(useful / peak)));
  return CostBreakdown().add(Cause::kArray, array).add(Cause::kPadding, cycles - array);
}

/// Elementwise work: every row of the result takes `passes` cycles.
inline CostBreakdown elementwise(const isa::bm1684x::TiuFields& f, const isa::ChipSpec& chip, std::int64_t bits,
                                 std::int64_t passes) {
  const std::int64_t row = eu_elements(bits, chip);
  const std::int64_t cycles = product(f.res0_n, lane_rows(f, chip), plane_rows(f, row), passes);
  const double elements = double(f.res0_n) * double(f.res0_c) * double(f.res0_h) * double(f.res0_w);
  return array_cost(cycles, elements * double(passes), double(chip.tiu.lanes * row));
}

}  // namespace bmemu::emulator::bm1684x
