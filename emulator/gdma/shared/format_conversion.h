// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Element arithmetic of the BM1684 GDMA: format conversion and accumulation.
#pragma once

#include <cstdint>

#include "emulator/gdma/shared/rows.h"
#include "emulator/operand/operands.h"

namespace bmemu::emulator::gdma {

/// f32 as bits to 8 bits of the range [lowest, highest]. Observed (functional model): nearest even, saturating; a nan
/// becomes the end of the range that its sign names.
std::uint8_t f32_to_byte(std::uint32_t bits, float lowest, float highest);

/// f32 as bits to f16 as bits. Observed (functional model): truncates; results below the smallest normal number become
/// signed zeros, infinities, nan and everything too large become signed infinities.
std::uint16_t f32_to_f16_truncating(std::uint32_t bits);

/// f16 as bits to f32 as bits. Observed (functional model): every code is taken for a normal number, so that 0 becomes
/// 2^-15 and infinity 65536.
std::uint32_t f16_to_f32_without_specials(std::uint16_t bits);

/// Whether convert_row knows the pair.
bool converts(DataType from, DataType to);

/// Contract: converts(from_format, to_format).
void convert_row(Window& window, const Row& from, DataType from_format, const Row& to, DataType to_format,
                 std::uint32_t count);

/// to += from, f32. Observed (functional model): denormals count as zero; of two nan the old one stays.
void accumulate_row(Window& window, const Row& from, const Row& to, std::uint32_t count);
/// The same with one value, f32 as bits.
void accumulate_constant(Window& window, std::uint32_t constant, const Row& to, std::uint32_t count);

}  // namespace bmemu::emulator::gdma
