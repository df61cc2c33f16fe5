// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/local_memory.h"

#include "memory/runs.h"

namespace bmemu::memory {

LocalMap::LocalMap(const isa::ChipSpec& chip)
    : lane_bytes_(static_cast<std::uint64_t>(chip.local_memory.lane_bytes)),
      bank_bytes_(static_cast<std::uint64_t>(chip.local_memory.bank_bytes())),
      all_(chip.local_memory.banks >= 64 ? ~BankSet{0} : (BankSet{1} << chip.local_memory.banks) - 1) {}

/// Banks of the addresses in [from, to).
void LocalMap::add(std::uint64_t from, std::uint64_t to, BankSet& set) const {
  if (to - from >= lane_bytes_) set = all_;
  for (std::uint64_t at = from; at < to && set != all_; at = (at / bank_bytes_ + 1) * bank_bytes_)
    set |= BankSet{1} << bank(at);
}

BankSet LocalMap::banks(const Pattern& pattern) const {
  if (pattern.bytes() == 0) return 0;
  // Walks over whole lanes stay in the bank; gaps of less than a bank skip none.
  Pattern reduced = pattern;
  for (std::size_t k = 0; k < 4; ++k)
    if (reduced.stride[k] % static_cast<std::int64_t>(lane_bytes_) == 0) reduced.count[k] = 1;
  const Runs runs = merged(reduced, bank_bytes_);
  BankSet set = 0;
  const std::uint64_t count = runs.runs();
  for (std::uint64_t i = 0; i < count && set != all_; ++i) {
    std::uint64_t from = runs.base;
    std::uint64_t index = i;
    for (std::size_t k = 4; k-- > 0;) {
      from += index % runs.count[k] * runs.stride[k];
      index /= runs.count[k];
    }
    add(from, from + runs.run_bytes, set);
  }
  return set;
}

}  // namespace bmemu::memory
