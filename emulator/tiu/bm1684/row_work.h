// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The unit that BM1684's TIU works in: one row, which every lane takes from its local memory at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/tiu_fields.h"
#include "isa/encoding/codes.h"
#include "isa/layout/address_map.h"
#include "isa/layout/lanes.h"

namespace bmemu::emulator::bm1684 {

/// Rows that the TIU goes through, and how many of them the result would fill without a gap.
struct RowWork {
  double rows = 0;
  double useful_rows = 0;
};

constexpr std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

inline constexpr std::uint64_t kWordBytes = 4;       ///< the element of 1N, 2N and 4N storage
inline constexpr std::uint64_t kBatchesPerWord = 4;  ///< fixed-point work always goes by four batches, also on 16 bits

/// Bytes of one lane's local memory that an operand delivers per cycle. Observed: half of what the execution units
/// take, 16 words on the real chip, for every instruction class.
inline std::uint64_t port_bytes(const isa::ChipSpec& chip) {
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(chip.tiu.eu_bytes) / 2, kWordBytes);
}
inline std::uint64_t port_words(const isa::ChipSpec& chip) { return port_bytes(chip) / kWordBytes; }

/// Lane of channel 0 of the result. Observed on grouped convolution: channels that do not start at lane 0 may touch one
/// more row of lanes.
inline std::uint64_t start_lane(std::uint64_t address, const isa::ChipSpec& chip) {
  if (address < isa::kLocalBase) return 0;
  const isa::Lanes lanes(chip);
  return lanes.lane(address - isa::kLocalBase) % lanes.count();
}

/// `planes` tensors of the result's channels, each with `elements` elements, `row_elements` of which make a row.
/// `useful_planes` is what `planes` would be without rounding up.
inline RowWork row_work(const isa::bm1684::TiuFields& f, const isa::ChipSpec& chip, double useful_planes,
                        std::uint64_t planes, std::uint64_t elements, std::uint64_t row_elements) {
  const isa::Lanes lanes(chip);
  const auto lane_rows = lanes.rows(f.res0_c, start_lane(f.res0_addr, chip));
  RowWork work;
  work.rows = double(planes) * double(lane_rows) * double(ceil_div(elements, row_elements));
  work.useful_rows =
      useful_planes * (double(f.res0_c) / double(lanes.count())) * (double(elements) / double(row_elements));
  return work;
}

/// 32-bit data: a batch is a plane. Fixed-point data in packed words: four batches are a plane.
inline bool is_fixed_point(std::uint64_t precision) {
  return precision == isa::Precision::kI8 || precision == isa::Precision::kI16;
}
inline RowWork word_rows(const isa::bm1684::TiuFields& f, const isa::ChipSpec& chip) {
  const bool packed = is_fixed_point(f.opt_opd0_prec);
  const double useful_planes = packed ? double(f.res0_n) / double(kBatchesPerWord) : double(f.res0_n);
  return row_work(f, chip, useful_planes, packed ? ceil_div(f.res0_n, kBatchesPerWord) : f.res0_n, f.res0_h * f.res0_w,
                  port_words(chip));
}

}  // namespace bmemu::emulator::bm1684
