// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/format_conversion.h"

#include <cmath>
#include <cstring>

#include "emulator/arithmetic/flush_denormals.h"
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

std::uint32_t to_f32(std::uint32_t value, DataType from) {
  switch (from) {
    case DataType::kU8: return as_bits(static_cast<float>(value));
    case DataType::kI8: return as_bits(static_cast<float>(static_cast<std::int8_t>(value)));
    case DataType::kF16: return f16_to_f32_without_specials(static_cast<std::uint16_t>(value));
    default: return value;
  }
}

std::uint32_t from_f32(std::uint32_t value, DataType to) {
  switch (to) {
    case DataType::kU8: return f32_to_byte(value, 0.0F, 255.0F);
    case DataType::kI8: return f32_to_byte(value, -128.0F, 127.0F);
    case DataType::kF16: return f32_to_f16_truncating(value);
    default: return value;
  }
}

std::uint32_t convert(std::uint32_t value, DataType from, DataType to) { return from_f32(to_f32(value, from), to); }

}  // namespace

std::uint8_t f32_to_byte(std::uint32_t bits, float lowest, float highest) {
  const float value = as_float(bits);
  const float end = std::signbit(value) ? lowest : highest;
  const float number = std::isnan(value) ? end : std::fmin(highest, std::fmax(lowest, std::nearbyint(value)));
  return static_cast<std::uint8_t>(static_cast<int>(number));
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
  const auto is_byte = [](DataType type) { return type == DataType::kU8 || type == DataType::kI8; };
  const auto is_half_or_word = [](DataType type) { return type == DataType::kF16 || type == DataType::kF32; };
  if (is_half_or_word(from)) return from != to && (is_half_or_word(to) || is_byte(to));
  return is_byte(from) && is_half_or_word(to);
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
  const FlushDenormals flush;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t at = to.address + static_cast<std::uint64_t>(to.step) * i;
    const float value = as_float(load(window, from.address + static_cast<std::uint64_t>(from.step) * i, 4));
    store(window, at, 4, as_bits(ordered_add(as_float(load(window, at, 4)), value)));
  }
}

void accumulate_constant(Window& window, std::uint32_t constant, const Row& to, std::uint32_t count) {
  const FlushDenormals flush;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t at = to.address + static_cast<std::uint64_t>(to.step) * i;
    store(window, at, 4, as_bits(ordered_add(as_float(load(window, at, 4)), as_float(constant))));
  }
}

}  // namespace bmemu::emulator::gdma
