// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operations of the elementwise arithmetic of the BM1684X (AR; VC uses a part of them).
#pragma once

#include "isa/encoding/bm1684x/tiu/ar.h"

namespace bmemu::emulator::bm1684x {

using ArOp = isa::bm1684x::Ar::Op;

/// Selections compare A and B; what they select is always the value in the field of C (observed).
inline bool is_selection(ArOp op) {
  return op == ArOp::kSelectGreater || op == ArOp::kSelectEqual || op == ArOp::kSelectLess;
}

}  // namespace bmemu::emulator::bm1684x
