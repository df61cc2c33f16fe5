// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The sliding window of a BM1684 command.
#pragma once

#include "emulator/tiu/window.h"
#include "isa/bm1684/tiu_fields.h"
#include "isa/error.h"

namespace bmemu::emulator::bm1684 {

/// Observed: what lies behind the input is padded as far as windows reach; the fields of the pads at the end change
/// nothing.
inline void pad_to_reach(Window& window) {
  for (WindowAxis* axis : {&window.y, &window.x}) {
    axis->pad_after = 0;
    if (axis->reach() > axis->extent()) axis->pad_after = axis->reach() - axis->extent();
  }
}

/// Errors: E-OPERAND-RANGE for a stride or a kernel size of zero.
inline Window make_window(const isa::bm1684::TiuFields& i) {
  const auto u32 = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  Window window;
  window.y = {u32(i.opd0_h),
              u32(i.res0_h),
              u32(i.opd1_h),
              u32(i.res_op_y_str),
              u32(i.opd1_y_ins0) + 1,
              u32(i.opd0_up_pad),
              0,
              u32(i.opd0_y_ins0)};
  window.x = {u32(i.opd0_w),
              u32(i.res0_w),
              u32(i.opd1_w),
              u32(i.res_op_x_str),
              u32(i.opd1_x_ins0) + 1,
              u32(i.opd0_lf_pad),
              0,
              u32(i.opd0_x_ins0)};
  if (window.y.stride == 0 || window.x.stride == 0 || window.kernel_positions() == 0)
    throw Error({"E-OPERAND-RANGE", "window", "0", "at least 1", "a stride or a kernel size is zero"});
  pad_to_reach(window);
  return window;
}

}  // namespace bmemu::emulator::bm1684
