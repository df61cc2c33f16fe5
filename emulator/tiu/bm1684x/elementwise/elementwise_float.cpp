// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <cmath>

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/half.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/newton.h"
#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/values.h"

namespace bmemu::emulator::bm1684x {

bool choose(ArOp op, DataType format, const Source<std::int64_t>& a, const Source<std::int64_t>& b, std::int64_t* out,
            std::size_t count) {
  // Observed: denormals of bf16, but not those of f16, become zero.
  const bool flushes = format == DataType::kBf16;
  const auto operand = [flushes](std::int64_t x) { return flushes && (x & 0x7F80) == 0 ? x & 0x8000 : x; };
  const auto number = [format](std::int64_t x) { return constant_float(static_cast<std::uint64_t>(x), format); };
  if (op == ArOp::kMax)
    zip(a, b, out, count, [&](std::int64_t x, std::int64_t y) {
      return number(operand(x)) > number(operand(y)) ? operand(x) : operand(y);
    });
  else if (op == ArOp::kMin)
    zip(a, b, out, count, [&](std::int64_t x, std::int64_t y) {
      return number(operand(y)) <= number(operand(x)) ? operand(y) : operand(x);
    });
  else
    return false;
  return true;
}

bool apply(const FloatOperation& operation, const Source<float>& a, const Source<float>& b, const Source<float>&,
           float* out, std::size_t count) {
  const int iterations = operation.iterations;
  const FlushDenormals flush;  // observed
  switch (operation.op) {
    case ArOp::kMul: zip(a, b, out, count, [](float x, float y) { return ordered_multiply(x, y); }); return true;
    case ArOp::kAdd: zip(a, b, out, count, [](float x, float y) { return ordered_add(x, y); }); return true;
    case ArOp::kSub: zip(a, b, out, count, [](float x, float y) { return x - y; }); return true;
    case ArOp::kMax: zip(a, b, out, count, [](float x, float y) { return flushed(x > y ? x : y); }); return true;
    case ArOp::kMin: zip(a, b, out, count, [](float x, float y) { return flushed(y <= x ? y : x); }); return true;
    case ArOp::kDivide:
      zip(a, b, out, count, [iterations](float x, float y) { return newton_divide(x, y, iterations); });
      return true;
    case ArOp::kAbsDifference:  // observed: a nan keeps its sign
      zip(a, b, out, count, [](float x, float y) { return x - y != x - y ? x - y : std::fabs(x - y); });
      return true;
    case ArOp::kCopy:
    case ArOp::kCopyBatch: map(a, out, count, [](float x) { return x; }); return true;
    case ArOp::kAbs: map(a, out, count, [](float x) { return std::fabs(x); }); return true;
    case ArOp::kMac:
      for (std::size_t i = 0; i < count; ++i) {
        const float product = round_to(operation.format, ordered_multiply(a[i], b[i]));
        out[i] = ordered_add(product, out[i]);
      }
      return true;
    default: return false;
  }
}

}  // namespace bmemu::emulator::bm1684x
