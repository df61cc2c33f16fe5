// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Float arithmetic that treats denormal operands as zero and gives zero for denormal results.
#pragma once

#include <cstdint>

#include "emulator/arithmetic/bits.h"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace bmemu::emulator {

/// While it lives, the thread's float operations flush denormals (operands and results) to zero of the same sign.
/// Contract: use it around loops over arrays; the barriers keep loads and stores, and with them the arithmetic, inside.
class FlushDenormals {
 public:
  FlushDenormals() : saved_(get()) { set(saved_ | kFlush); }
  ~FlushDenormals() { set(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__SSE__)
  using Control = unsigned;
  static constexpr Control kFlush = 0x8040;  // FTZ and DAZ
  static Control get() { return _mm_getcsr(); }
  static void set(Control control) {
    asm volatile("" ::: "memory");
    _mm_setcsr(control);
    asm volatile("" ::: "memory");
  }
#elif defined(__aarch64__)
  using Control = std::uint64_t;
  static constexpr Control kFlush = std::uint64_t{1} << 24;  // FZ
  static Control get() {
    Control control;
    asm volatile("mrs %0, fpcr" : "=r"(control));
    return control;
  }
  static void set(Control control) { asm volatile("msr fpcr, %0" ::"r"(control) : "memory"); }
#else
#error "bmemu needs to know how this processor flushes denormals"
#endif
  Control saved_;
};

/// A denormal number becomes zero of its sign. Observed: the result of a maximum is flushed, that of a minimum is not;
/// what FlushDenormals does to a maximum depends on the compiler.
inline float flushed(float x) {
  const std::uint32_t bits = to_bits(x);
  return to_float((bits & 0x7F800000U) == 0 ? bits & 0x80000000U : bits);
}

}  // namespace bmemu::emulator
