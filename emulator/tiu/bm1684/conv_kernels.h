// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Inner kernels of convolutions, chosen by what the processor can do.
#pragma once

#include "emulator/tiu/bm1684/window_panel.h"

namespace bmemu::emulator::bm1684 {

/// Words are floats. Products are rounded; product k is added to accumulator k mod 4 in ascending order; the result is
/// (a2 + a0) + (a3 + a1). Which NaN payload survives is not defined here.
TileKernel float_tile_kernel();

/// Words are pairs of 16-bit integers; results are sums of products in 32 bits, which must not overflow.
TileKernel integer_tile_kernel();

}  // namespace bmemu::emulator::bm1684
