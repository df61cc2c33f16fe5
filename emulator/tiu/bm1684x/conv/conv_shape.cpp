// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/conv/conv_shape.h"

#include "isa/layout/kernel_layout.h"

namespace bmemu::emulator::bm1684x {

ConvShape::ConvShape(const isa::bm1684x::Conv& conv, const ConvOperands& set)
    : window(window_of(conv)),
      batches(set.result.shape[0]),
      outputs(set.result.shape[1]),
      inputs(set.input.shape[1]),
      rotated(conv.kernel_rotate != 0),
      block(isa::block_channels(isa::Family::kBm1684x, set.input.format)) {
  window.mode = static_cast<PadMode>(conv.pad_mode);
  check_sizes(window, "convolution");
  check_reach(window, "convolution");
}

}  // namespace bmemu::emulator::bm1684x
