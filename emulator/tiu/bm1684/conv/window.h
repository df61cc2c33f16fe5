// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The sliding window of a BM1684 command.
#pragma once

#include "emulator/tiu/shared/window.h"
#include "isa/encoding/bm1684/tiu_fields.h"

namespace bmemu::emulator::bm1684 {

/// Observed: what lies behind the input is padded as far as windows reach; the fields of the pads at the end change
/// nothing.
inline void pad_to_reach(Window& window) {
  for (WindowAxis* axis : {&window.y, &window.x}) {
    axis->pad_after = 0;
    if (axis->reach() > axis->extent()) axis->pad_after = axis->reach() - axis->extent();
  }
}

enum class Dilation : std::uint8_t { kUsed, kIgnored };

/// Errors: those of check_sizes and check_reach. Observed: windows that reach beyond the padded input read memory that
/// belongs to no operand.
inline Window make_window(const isa::bm1684::TiuFields& i, Dilation dilation = Dilation::kUsed) {
  Window window = window_of(i);
  if (dilation == Dilation::kIgnored) window.y.dilation = window.x.dilation = 1;
  check_sizes(window, "window");
  check_reach(window, "window");
  pad_to_reach(window);
  return window;
}

}  // namespace bmemu::emulator::bm1684
