// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/l2.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "memory/runs.h"

namespace bmemu::memory {

std::uint64_t words(const Pattern& pattern, std::uint64_t word_bytes) {
  if (pattern.bytes() == 0) return 0;
  const Runs runs = merged(pattern, word_bytes);
  std::vector<std::uint64_t> starts(word_bytes);  // number of runs by their start within a word
  starts[runs.base % word_bytes] = 1;
  for (std::size_t k = 0; k < runs.count.size(); ++k) {
    const std::uint64_t step = runs.stride[k] % word_bytes;
    const std::uint64_t period = word_bytes / std::gcd(word_bytes, step);
    std::vector<std::uint64_t> next(word_bytes);
    for (std::uint64_t start = 0; start < word_bytes; ++start)
      for (std::uint64_t i = 0; starts[start] != 0 && i < std::min(period, runs.count[k]); ++i)
        next[(start + i * step) % word_bytes] +=
            starts[start] * (runs.count[k] / period + (i < runs.count[k] % period ? 1 : 0));
    starts.swap(next);
  }
  std::uint64_t sum = 0;
  for (std::uint64_t start = 0; start < word_bytes; ++start)
    sum += starts[start] * ((start + runs.run_bytes - 1) / word_bytes + 1);
  return sum;
}

L2Port::L2Port(const isa::ChipSpec& chip)
    : word_bytes_(static_cast<std::uint64_t>(chip.l2.bytes_per_cycle)), ps_per_word_(1e6 / chip.gdma.clock_mhz) {}

Service L2Port::when(Picoseconds now, const Pattern& pattern, Access) {
  Service service;
  service.start = std::max(now, free_);
  const auto time = [&](double count) { return static_cast<Picoseconds>(std::llround(count * ps_per_word_)); };
  const Picoseconds all = time(static_cast<double>(words(pattern, word_bytes_)));
  const Picoseconds asked =
      std::min(all, time(static_cast<double>(pattern.bytes()) / static_cast<double>(word_bytes_)));
  service.by_rule[static_cast<std::size_t>(Rule::kBandwidth)] = asked;
  service.by_rule[static_cast<std::size_t>(Rule::kBurst)] = all - asked;
  service.end = service.start + all;
  free_ = service.end;
  return service;
}

std::unique_ptr<MemoryTiming> make_l2_timing(const isa::ChipSpec& chip) { return std::make_unique<L2Port>(chip); }

}  // namespace bmemu::memory
