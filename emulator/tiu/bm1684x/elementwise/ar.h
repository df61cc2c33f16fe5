// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operation codes of the elementwise arithmetic of the BM1684X (AR; VC uses a subset).
#pragma once

#include <cstdint>

namespace bmemu::emulator::bm1684x {

struct ArCode {
  enum : std::uint64_t {
    kMul = 0,
    kNot = 1,
    kAdd = 2,
    kSub = 3,
    kMax = 4,
    kMin = 5,
    kLogicShift = 6,
    kAnd = 7,
    kOr = 8,
    kXor = 9,
    kSelectGreater = 10,
    kSelectEqual = 11,
    kDivide = 12,
    kSelectLess = 13,
    kCast = 14,
    kAddSaturating = 15,
    kSubSaturating = 16,
    kClamp = 17,
    kMac = 18,
    kCopy = 19,
    kMulSaturating = 20,
    kArithmeticShift = 21,
    kCircularShift = 22,
    kMulDoubleHigh = 23,
    kAbs = 26,
    kAbsDifference = 27,
    kCopyBatch = 28,
    kFirstOne = 29,
    kFirstZero = 30,
  };
};

/// Selections compare A and B; what they select is always the value in the field of C (observed).
inline bool is_selection(std::uint64_t code) {
  return code == ArCode::kSelectGreater || code == ArCode::kSelectEqual || code == ArCode::kSelectLess;
}

}  // namespace bmemu::emulator::bm1684x
