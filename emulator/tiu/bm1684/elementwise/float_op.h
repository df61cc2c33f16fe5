// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Elementwise float32 operations of the BM1684 TIU, shared by the instruction classes that have them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684/tiu.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::bm1684 {

using isa::bm1684::EuOp;

inline constexpr int kNewtonIterations = 3;  ///< of reciprocal square root and division on this chip

/// mul, add, sub, max, min, divide on `count` values; `a` or `b` may be `out`. Returns false for another operation.
bool float_operation(EuOp op, const float* a, const float* b, float* out, std::size_t count);

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
