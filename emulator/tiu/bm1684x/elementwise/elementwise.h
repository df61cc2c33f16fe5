// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The elementwise operations of AR and VC on dense values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "emulator/arithmetic/fixed_point.h"
#include "emulator/arithmetic/rounding.h"
#include "emulator/operand/operands.h"
#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/elementwise/sources.h"

namespace bmemu::emulator::bm1684x {

/// Numbers of an integer format.
IntegerRange range_of(DataType format);

/// Newton steps of a division. Observed: the code's low two bits count, for constants and tensors.
inline int division_iterations(std::uint64_t code) { return static_cast<int>(code & 3) + 1; }

struct FloatOperation {
  ArOp op = ArOp::kMul;
  int iterations = 1;  ///< of a division
  DataType format = DataType::kF32;
};

/// `out` holds the old results of a multiply-accumulate. False when the operation has no meaning for floats.
bool apply(const FloatOperation& operation, const Source<float>& a, const Source<float>& b, const Source<float>& c,
           float* out, std::size_t count);

/// Maximum and minimum of 16-bit floats given as bits, so that a nan keeps its payload. False for other operations.
bool choose(ArOp op, DataType format, const Source<std::int64_t>& a, const Source<std::int64_t>& b, std::int64_t* out,
            std::size_t count);

struct IntegerOperation {
  ArOp op = ArOp::kMul;
  Rounding rounding = Rounding::kHalfEven;
  unsigned bits = 32;         ///< width of operand A
  unsigned result_bits = 32;  ///< width of the result
  IntegerRange result{0, 0};  ///< numbers of the result's format
  bool shifted = false;       ///< C is a shift of the exact result
  bool wide_product = false;  ///< the product of two unsigned words, which needs 64 bits without a sign
  /// What a multiply-accumulate saturates to: its result's numbers when both factors are bytes, else nothing
  /// (observed).
  IntegerRange accumulated{INT64_MIN, INT64_MAX};
};

/// Results need not fit the result's format: the low bits count. False when the operation has no meaning for integers.
bool apply(const IntegerOperation& operation, const Source<std::int64_t>& a, const Source<std::int64_t>& b,
           const Source<std::int64_t>& c, std::int64_t* out, std::size_t count);

}  // namespace bmemu::emulator::bm1684x
