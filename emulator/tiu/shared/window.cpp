// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/shared/window.h"

#include <algorithm>
#include <string>

#include "isa/error.h"

namespace bmemu::emulator {
namespace {

/// Position in [0, inner) that stands for `position`, or -1 for a constant.
std::int64_t wrapped(std::int64_t position, std::int64_t inner, PadMode mode) {
  if (position >= 0 && position < inner) return position;
  switch (mode) {
    case PadMode::kReflection: {
      if (inner == 1) return 0;
      const std::int64_t period = 2 * (inner - 1);
      const std::int64_t inside = ((position % period) + period) % period;
      return inside < inner ? inside : period - inside;
    }
    case PadMode::kReplication: return std::clamp<std::int64_t>(position, 0, inner - 1);
    // Observed: wraps once; a pad longer than the input then meets its inserts.
    case PadMode::kCircular: return position < 0 ? position + inner : position - inner;
    case PadMode::kConstant: break;
  }
  return -1;
}

}  // namespace

std::vector<std::int32_t> axis_sources(const WindowAxis& axis, PadMode mode) {
  std::vector<std::int32_t> sources(axis.extent());
  for (std::size_t e = 0; e < sources.size(); ++e) {
    const std::int64_t position =
        wrapped(static_cast<std::int64_t>(e) - axis.pad_before, static_cast<std::int64_t>(axis.inner()), mode);
    const std::int64_t step = axis.inserts + 1;
    sources[e] = position < 0 ? kPadded : position % step != 0 ? kInserted : static_cast<std::int32_t>(position / step);
  }
  return sources;
}

void check_sizes(const Window& window, const char* what) {
  if (window.y.stride == 0 || window.x.stride == 0 || window.kernel_positions() == 0)
    throw Error({"E-OPERAND-RANGE", what, "0", "at least 1", "a stride or a kernel size is zero"});
}

void check_reach(const Window& window, const char* what) {
  if (window.y.reach() <= window.y.extent() && window.x.reach() <= window.x.extent()) return;
  throw Error({"E-OPERAND-RANGE", what, std::to_string(window.y.reach()) + " x " + std::to_string(window.x.reach()),
               "at most " + std::to_string(window.y.extent()) + " x " + std::to_string(window.x.extent()),
               "the result reaches beyond the padded input"});
}

}  // namespace bmemu::emulator
