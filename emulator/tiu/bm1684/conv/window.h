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

/// Errors: those of check_sizes.
inline Window make_window(const isa::bm1684::TiuFields& i) {
  Window window = window_of(i);
  check_sizes(window, "window");
  pad_to_reach(window);
  return window;
}

}  // namespace bmemu::emulator::bm1684
