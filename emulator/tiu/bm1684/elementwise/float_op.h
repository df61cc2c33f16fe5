// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Elementwise float32 operations of the BM1684 TIU, shared by the instruction classes that have them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/tiu_fields.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::bm1684 {

/// Codes of `tsk_eu_typ`.
enum EuType : std::uint64_t {
  kMul = 0,
  kMac = 1,
  kAdd = 2,
  kSub = 3,
  kMax = 4,
  kMin = 5,
  kShift = 6,
  kAnd = 7,
  kOr = 8,
  kXor = 9,
  kSelectGreater = 10,
  kSelectEqual = 11,
  kDivide = 12,
  kTaylor = 13,
  kFloatToInt = 14,
  kIntNormalize = 15,
  kFloatNormalize = 16,
  kRsqrt = 17,
  kAddTree = 18,
  kCopy = 19,
  kSquareSum = 20,
  kSquareDifference = 21,
  kCompare = 22,
  kSelect = 23,
  kCompareSelect = 24,
};

inline constexpr int kNewtonIterations = 3;  ///< of reciprocal square root and division on this chip

/// mul, add, sub, max, min, divide on `count` values; `a` or `b` may be `out`. Returns false for another code.
bool float_operation(std::uint64_t code, const float* a, const float* b, float* out, std::size_t count);

/// A tensor, or the constant `immediate` as often as `shape_of` has elements.
std::vector<float> operand_values(const std::optional<OperandView>& view, std::uint64_t immediate,
                                  const OperandView& shape_of, const isa::ChipSpec& chip,
                                  const memory::ChipMemory& memory);

/// One value per channel, as often as `shape_of` has pixels.
std::vector<float> channel_values(const std::optional<OperandView>& view, std::uint64_t immediate,
                                  const OperandView& shape_of, const isa::ChipSpec& chip,
                                  const memory::ChipMemory& memory);

/// Unknown: how a partial lane mask acts; compilers enable all lanes.
bool all_lanes_enabled(const isa::bm1684::TiuFields& fields);

}  // namespace bmemu::emulator::bm1684
