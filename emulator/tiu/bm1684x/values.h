// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operand values as numbers: floats of any width as float, integers of any width as 64 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/operand/gather.h"
#include "emulator/operand/operands.h"

namespace bmemu::emulator::bm1684x {

using Floats = std::vector<float>;
using Integers = std::vector<std::int64_t>;

/// An operation met an operand of the other kind: integers in float arithmetic, or floats as integers or indices.
/// Errors: E-OPERAND-FORMAT, always.
[[noreturn]] void refuse_format(DataType format, const char* wanted);

/// `count` dense elements of a format as numbers. Errors: E-OPERAND-FORMAT unless the format is of the numbers' kind.
void decode(DataType format, const std::uint8_t* stored, std::size_t count, std::int64_t* out);
void decode(DataType format, const std::uint8_t* stored, std::size_t count, float* out);
/// The reverse: floats are rounded (nearest even), integers keep their low bits. Contract: a format of 8 bits or more.
void encode(DataType format, const std::int64_t* values, std::size_t count, std::uint8_t* stored);
/// Errors: E-OPERAND-FORMAT unless it is a float format.
void encode(DataType format, const float* values, std::size_t count, std::uint8_t* stored);

/// Errors: E-OPERAND-FORMAT unless it is a float format.
Floats load_floats(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory);
/// The same for factors of sums of products. Observed: denormal bf16 count as zero there.
Floats load_factors(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory);
float bf16_factor(std::uint16_t half);
/// Errors: E-OPERAND-FORMAT unless it is an integer format.
Integers load_integers(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory);

/// Rounds to the view's format (nearest even). Contract: a float format; element_count(view) values.
void store_floats(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const float* values);
/// The same for results of convolutions and matrix products. Observed: their nan keep the sign.
void store_sums(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const float* values);
/// Keeps the low bits. Contract: an integer format; element_count(view) values.
void store_integers(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                    const std::int64_t* values);

/// x rounded to a float format (nearest even).
float round_to(DataType format, float x);

/// Values of 32 bits. Observed: when the result's elements are narrower, they are cut from the bytes of the words in
/// order. Contract: an integer format; element_count(view) values.
void store_words(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                 const std::int64_t* values);

/// The value that a command holds in an address field: 16-bit formats in the low half, bytes in the low byte.
float constant_float(std::uint64_t field, DataType format);
std::int64_t constant_integer(std::uint64_t field, DataType format);

}  // namespace bmemu::emulator::bm1684x
