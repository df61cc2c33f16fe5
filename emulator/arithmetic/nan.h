// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which nan an addition of two nan keeps.
#pragma once

namespace bmemu::emulator {

/// a + b, where the nan of a wins. Written out because a compiler may exchange the operands of an addition.
inline float add_keeping_nan(float a, float b) { return a != a ? a : a + b; }

}  // namespace bmemu::emulator
