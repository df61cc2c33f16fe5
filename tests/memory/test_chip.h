// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Chips and patterns of the memory tests.
#pragma once

#include <cstdint>
#include <numeric>

#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"
#include "memory/timing.h"

namespace bmemu::memory {

inline isa::ChipSpec test_chip() { return isa::load_chip("bm1684x"); }

/// One contiguous run of external memory.
inline Pattern contiguous(std::uint64_t bytes, std::uint64_t offset = 0) {
  Pattern pattern;
  pattern.base = isa::kDdrBase + offset;
  pattern.run_bytes = bytes;
  return pattern;
}

inline Pattern strided(std::uint64_t run_bytes, std::uint32_t runs, std::int64_t stride, std::uint64_t offset = 0) {
  Pattern pattern = contiguous(run_bytes, offset);
  pattern.count[3] = runs;
  pattern.stride[3] = stride;
  return pattern;
}

inline Picoseconds of(const Service& service, Rule rule) { return service.by_rule[static_cast<std::size_t>(rule)]; }
inline Picoseconds sum(const Service& service) {
  return std::accumulate(service.by_rule.begin(), service.by_rule.end(), Picoseconds{0});
}

}  // namespace bmemu::memory
