// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The small codes that several instruction classes share: stride modes, number formats, directions of transfers.
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "isa/layout/data_type.h"

namespace bmemu::isa {

/// The `*_str` fields of TIU commands: how an operand lies in local memory (isa/layout/local_layout.h).
enum class StrideMode : std::uint8_t {
  kAligned = 0,
  kCompact = 1,
  kPerLane = 2,       ///< BM1684X; BM1684 writes it where there is no such operand
  kFree = 3,          ///< the command has stride fields
  kRowBroadcast = 4,  ///< BM1684X, scatter and gather
};
/// Precision codes of TIU commands; a sign bit of the operand tells signed from unsigned integers. BM1684 has kI8,
/// kF32, kI16 and kI32. BM1684X's DMA has the same codes up to kBf16.
enum class Precision : std::uint8_t { kI8 = 0, kF16 = 1, kF32 = 2, kI16 = 3, kI32 = 4, kBf16 = 5, kI4 = 6 };

/// The `direction` field of BM1684's DMA. System: DDR or L2.
enum class DmaDirection : std::uint8_t {
  kSystemToLocal = 0,
  kLocalToSystem = 1,
  kSystemToSystem = 2,
  kLocalToLocal = 3,
};

/// Enums that are values of fields: they convert with `code` and compare with a field's value.
template <class Code>
inline constexpr bool kIsFieldCode = false;
template <>
inline constexpr bool kIsFieldCode<StrideMode> = true;
template <>
inline constexpr bool kIsFieldCode<Precision> = true;
template <>
inline constexpr bool kIsFieldCode<DmaDirection> = true;

template <class Code, std::enable_if_t<kIsFieldCode<Code>, int> = 0>
constexpr std::uint64_t code(Code value) {
  return static_cast<std::uint64_t>(value);
}
template <class Code, std::enable_if_t<kIsFieldCode<Code>, int> = 0>
constexpr bool operator==(std::uint64_t field, Code value) {
  return field == code(value);
}
template <class Code, std::enable_if_t<kIsFieldCode<Code>, int> = 0>
constexpr bool operator!=(std::uint64_t field, Code value) {
  return field != code(value);
}

// Formats as the fields of commands have them. TIU: a precision code and a sign bit; floats have no sign bit (it is
// not read, and false here). DMA: one code for both. A function that finds nothing returns nullopt.

struct TiuFormat {
  Precision precision = Precision::kI8;
  bool is_signed = false;
};

namespace bm1684 {

/// 0 8-bit, 2 f32, 3 16-bit, 4 32-bit.
std::optional<DataType> tiu_data_type(std::uint64_t precision, bool is_signed);
std::optional<TiuFormat> tiu_format(DataType type);
/// 0 f32, 1 i16, 2 u8, 3 i8, 4 f16: not those of the TIU.
std::optional<DataType> dma_data_type(std::uint64_t code);
std::optional<std::uint64_t> dma_format(DataType type);

}  // namespace bm1684

namespace bm1684x {

/// 0 8-bit, 1 f16, 2 f32, 3 16-bit, 4 32-bit, 5 bf16, 6 4-bit.
std::optional<DataType> tiu_data_type(std::uint64_t precision, bool is_signed);
std::optional<TiuFormat> tiu_format(DataType type);
/// 0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16; the DMA moves bits, so unsigned types have the codes of signed ones.
std::optional<DataType> dma_data_type(std::uint64_t code);
std::optional<std::uint64_t> dma_format(DataType type);
/// Bits of an element with this precision code; 8 for a code that means nothing.
unsigned precision_bits(std::uint64_t precision);

}  // namespace bm1684x
}  // namespace bmemu::isa
