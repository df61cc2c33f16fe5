// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How this computer does heavy arithmetic: with which instructions, and whether floats may differ in their last bits.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace bmemu::emulator {

/// Instruction sets with inner loops of their own, from slow to fast. All of them give the same bits.
enum class CpuPath : std::uint8_t {
  kBaseline,  ///< what the compiler's target has
  kAvx2,
  kAvx512,  ///< AVX-512 F, BW, DQ, VL and VNNI (16-bit dot products)
};

std::string_view name(CpuPath path);

/// Those that this computer can run, from slow to fast; never empty.
std::vector<CpuPath> cpu_paths();
CpuPath best_cpu_path();

enum class FloatMode : std::uint8_t {
  kExact,  ///< order and rounding of the chip
  kFast,   ///< sums of products by a library for matrices: the last bits may differ. Integers stay exact.
};

/// Errors: E-HOST-CPU when this computer cannot run it.
void check_cpu_path(CpuPath path);

/// Contract: `cpu` is one of cpu_paths().
struct HostArithmetic {
  CpuPath cpu = best_cpu_path();
  FloatMode floats = FloatMode::kExact;
};

}  // namespace bmemu::emulator
