// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/values.h"

#include <fmt/format.h>

#include <cstring>

#include "emulator/arithmetic/half.h"
#include "emulator/tiu/bm1684x/views.h"
#include "isa/error.h"

namespace bmemu::emulator::bm1684x {
namespace {

template <class Raw, class T, class F>
void each_in(const std::uint8_t* stored, std::size_t count, T* out, F&& convert) {
  for (std::size_t i = 0; i < count; ++i) {
    Raw value;
    std::memcpy(&value, stored + i * sizeof value, sizeof value);
    out[i] = convert(value);
  }
}

template <class Raw>
void widen(const std::uint8_t* stored, std::size_t count, std::int64_t* out) {
  each_in<Raw>(stored, count, out, [](Raw value) { return std::int64_t{value}; });
}

template <class Raw, class T, class F>
void each_out(const T* values, std::size_t count, std::uint8_t* stored, F&& convert) {
  for (std::size_t i = 0; i < count; ++i) {
    const Raw value = convert(values[i]);
    std::memcpy(stored + i * sizeof value, &value, sizeof value);
  }
}

template <class Raw>
void narrow(const std::int64_t* values, std::size_t count, std::uint8_t* stored) {
  each_out<Raw>(values, count, stored, [](std::int64_t x) { return static_cast<Raw>(static_cast<std::uint64_t>(x)); });
}

template <class T>
std::vector<T> load(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  std::vector<T> values(element_count(view));
  std::vector<std::uint8_t> stored(values.size() * (bits(view.format) / 8));
  gather_bytes(view, chip, memory, stored.data());
  decode(view.format, stored.data(), values.size(), values.data());
  return values;
}

template <class T>
void store(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const T* values) {
  const std::size_t count = element_count(view);
  std::vector<std::uint8_t> stored(count * (bits(view.format) / 8));
  encode(view.format, values, count, stored.data());
  scatter_bytes(view, chip, memory, stored.data());
}

}  // namespace

void refuse_format(DataType format, const char* wanted) {
  throw Error({"E-OPERAND-FORMAT", "operand",
               fmt::format("{} of {} bits", is_float(format) ? "float" : "integer", bits(format)), wanted,
               "the operation does not take operands of this format"});
}

void decode(DataType format, const std::uint8_t* stored, std::size_t count, std::int64_t* out) {
  switch (format) {
    case DataType::kI8: return widen<std::int8_t>(stored, count, out);
    case DataType::kU8: return widen<std::uint8_t>(stored, count, out);
    case DataType::kI16: return widen<std::int16_t>(stored, count, out);
    case DataType::kU16: return widen<std::uint16_t>(stored, count, out);
    case DataType::kI32: return widen<std::int32_t>(stored, count, out);
    case DataType::kU32: return widen<std::uint32_t>(stored, count, out);
    default: refuse_format(format, "an integer format");
  }
}

void decode(DataType format, const std::uint8_t* stored, std::size_t count, float* out) {
  switch (format) {
    case DataType::kF32: std::memcpy(out, stored, count * sizeof(float)); return;
    case DataType::kF16: return each_in<std::uint16_t>(stored, count, out, f16_to_f32);
    case DataType::kBf16: return each_in<std::uint16_t>(stored, count, out, bf16_to_f32);
    default: refuse_format(format, "a float format");
  }
}

void encode(DataType format, const std::int64_t* values, std::size_t count, std::uint8_t* stored) {
  switch (bits(format)) {
    case 8: return narrow<std::uint8_t>(values, count, stored);
    case 16: return narrow<std::uint16_t>(values, count, stored);
    default: return narrow<std::uint32_t>(values, count, stored);
  }
}

void encode(DataType format, const float* values, std::size_t count, std::uint8_t* stored) {
  switch (format) {
    case DataType::kF32: std::memcpy(stored, values, count * sizeof(float)); return;
    case DataType::kF16: return each_out<std::uint16_t>(values, count, stored, f32_to_f16);
    case DataType::kBf16: return each_out<std::uint16_t>(values, count, stored, f32_to_bf16);
    default: refuse_format(format, "a float format");
  }
}

Floats load_floats(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  return load<float>(view, chip, memory);
}

float bf16_factor(std::uint16_t half) { return bf16_to_f32((half & 0x7F80U) == 0 ? half & 0x8000U : half); }

Floats load_factors(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  if (view.format != DataType::kBf16) return load_floats(view, chip, memory);
  const auto raw = gathered<std::uint16_t>(view, chip, memory);
  Floats values(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) values[i] = bf16_factor(raw[i]);
  return values;
}

Integers load_integers(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  return load<std::int64_t>(view, chip, memory);
}

void store_floats(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const float* values) {
  store(view, chip, memory, values);
}

void store_integers(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                    const std::int64_t* values) {
  store(view, chip, memory, values);
}

void store_sums(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const float* values) {
  if (view.format == DataType::kF32) {
    scatter(view, chip, memory, values);
    return;
  }
  std::vector<std::uint16_t> raw(element_count(view));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto sign = static_cast<std::uint16_t>((to_bits(values[i]) >> 16) & 0x8000U);
    raw[i] = view.format == DataType::kF16 ? f32_to_f16(values[i]) : f32_to_bf16(values[i]);
    if (values[i] != values[i]) raw[i] |= sign;
  }
  scatter(view, chip, memory, raw.data());
}

float round_to(DataType format, float x) {
  switch (format) {
    case DataType::kF16: return f16_to_f32(f32_to_f16(x));
    case DataType::kBf16: return bf16_to_f32(f32_to_bf16(x));
    default: return x;
  }
}

void store_words(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                 const std::int64_t* values) {
  std::vector<std::uint32_t> words(element_count(view));
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = static_cast<std::uint32_t>(values[i]);
  switch (bits(view.format)) {
    case 8: scatter(view, chip, memory, reinterpret_cast<const std::uint8_t*>(words.data())); break;
    case 16: {
      std::vector<std::uint16_t> halves(words.size());
      for (std::size_t i = 0; i < halves.size(); ++i)
        halves[i] = static_cast<std::uint16_t>(words[i / 2] >> (i % 2 * 16));
      scatter(view, chip, memory, halves.data());
      break;
    }
    default: scatter(view, chip, memory, words.data()); break;
  }
}

float constant_float(std::uint64_t field, DataType format) {
  switch (format) {
    case DataType::kF16: return f16_to_f32(static_cast<std::uint16_t>(field));
    case DataType::kBf16: return bf16_to_f32(static_cast<std::uint16_t>(field));
    default: return to_float(static_cast<std::uint32_t>(field));
  }
}

std::int64_t constant_integer(std::uint64_t field, DataType format) {
  switch (format) {
    case DataType::kI8: return static_cast<std::int8_t>(field);
    case DataType::kU8: return static_cast<std::uint8_t>(field);
    case DataType::kI16: return static_cast<std::int16_t>(field);
    case DataType::kU16: return static_cast<std::uint16_t>(field);
    case DataType::kI32: return static_cast<std::int32_t>(field);
    default: return static_cast<std::uint32_t>(field);
  }
}

}  // namespace bmemu::emulator::bm1684x
