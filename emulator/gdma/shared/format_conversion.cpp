// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/format_conversion.h"

#include <cmath>
#include <cstring>

#include "emulator/arithmetic/nan_order.h"
#include "isa/error.h"

namespace bmemu::emulator::gdma {
namespace {

float as_float(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::uint32_t as_bits(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

std::uint32_t convert(std::uint32_t value, DataType from, DataType to) {
  if (from == to) return value;
  if (from == DataType::kF32 && to == DataType::kI8) return f32_to_i8(value);
  if (from == DataType::kF32 && to == DataType::kF16) return f32_to_f16_truncating(value);
  if (from == DataType::kU8) return as_bits(static_cast<float>(value));
  if (from == DataType::kI8) return as_bits(static_cast<float>(static_cast<std::int8_t>(value)));
  if (from == DataType::kF16) return f16_to_f32_without_specials(static_cast<std::uint16_t>(value));
  BMEMU_CHECK(false, "an element conversion that was not refused");
}

}  // namespace

std::uint8_t f32_to_i8(std::uint32_t bits) {
  const float value = as_float(bits);
  if (std::isnan(value)) return 127;
  const float rounded = std::nearbyint(value);
  return static_cast<std::uint8_t>(static_cast<std::int8_t>(std::fmin(127.0F, std::fmax(-128.0F, rounded))));
}

std::uint16_t f32_to_f16_truncating(std::uint32_t bits) {
  const std::uint32_t sign = bits >> 31 << 15;
  const std::uint32_t exponent = bits >> 23 & 0xFF;
  if (exponent <= 112) return static_cast<std::uint16_t>(sign);
  if (exponent >= 143) return static_cast<std::uint16_t>(sign | 0x7C00);
  return static_cast<std::uint16_t>(sign | (exponent - 112) << 10 | (bits >> 13 & 0x3FF));
}

std::uint32_t f16_to_f32_without_specials(std::uint16_t bits) {
  const std::uint32_t word = bits;
  return word >> 15 << 31 | ((word >> 10 & 0x1F) + 112) << 23 | (word & 0x3FF) << 13;
}

bool converts(DataType from, DataType to) {
  if (from == to) return true;
  if (from == DataType::kF32) return to == DataType::kI8 || to == DataType::kF16;
  return to == DataType::kF32 && (from == DataType::kU8 || from == DataType::kI8 || from == DataType::kF16);
}

void convert_row(Window& window, const Row& from, DataType from_format, const Row& to, DataType to_format,
                 std::uint32_t count) {
  const unsigned from_bytes = bits(from_format) / 8;
  const unsigned to_bytes = bits(to_format) / 8;
  for (std::uint32_t i = 0; i < count; ++i)
    store(window, to.address + static_cast<std::uint64_t>(to.step) * i, to_bytes,
          convert(load(window, from.address + static_cast<std::uint64_t>(from.step) * i, from_bytes), from_format,
                  to_format));
}

void accumulate_row(Window& window, const Row& from, const Row& to, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t at = to.address + static_cast<std::uint64_t>(to.step) * i;
    const float sum = ordered_add(as_float(load(window, from.address + static_cast<std::uint64_t>(from.step) * i, 4)),
                                  as_float(load(window, at, 4)));
    store(window, at, 4, as_bits(sum));
  }
}

}  // namespace bmemu::emulator::gdma
