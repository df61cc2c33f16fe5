// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/runs.h"

namespace bmemu::memory {

Runs merged(const Pattern& pattern, std::uint64_t unit_bytes) {
  Runs out;
  out.base = pattern.base;
  out.run_bytes = pattern.run_bytes;
  std::size_t first = 4;  // of the dimensions in `out` that are in use
  for (std::size_t k = 4; k-- > 0;) {
    const std::uint64_t count = pattern.count[k];
    if (count == 1) continue;
    std::int64_t step = pattern.stride[k];
    if (step < 0) {
      out.base -= static_cast<std::uint64_t>(-step) * (count - 1);
      step = -step;
    }
    const auto stride = static_cast<std::uint64_t>(step);
    if (first == 4 && stride >= out.run_bytes && stride - out.run_bytes < unit_bytes && count > 0) {
      out.run_bytes += (count - 1) * stride;
    } else if (first < 4 && stride == out.count[first] * out.stride[first]) {
      out.count[first] *= count;
    } else {
      --first;
      out.count[first] = count;
      out.stride[first] = stride;
    }
  }
  return out;
}

}  // namespace bmemu::memory
