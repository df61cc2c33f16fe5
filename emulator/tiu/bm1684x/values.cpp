// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/values.h"

#include <fmt/format.h>

#include "emulator/arithmetic/half.h"
#include "emulator/tiu/bm1684x/views.h"
#include "isa/error.h"

namespace bmemu::emulator::bm1684x {
namespace {

template <class T>
Integers widen(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const auto raw = gathered<T>(view, chip, memory);
  return Integers(raw.begin(), raw.end());
}

template <class T>
void narrow(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
            const std::int64_t* values) {
  std::vector<T> raw(element_count(view));
  for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = static_cast<T>(static_cast<std::uint64_t>(values[i]));
  scatter(view, chip, memory, raw.data());
}

}  // namespace

void refuse_format(Format format, const char* wanted) {
  throw Error({"E-OPERAND-FORMAT", "operand",
               fmt::format("{} of {} bits", is_float(format) ? "float" : "integer", bits(format)), wanted,
               "the operation does not take operands of this format"});
}

Floats load_floats(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  if (view.format == Format::kF32) return gathered<float>(view, chip, memory);
  if (view.format != Format::kF16 && view.format != Format::kBf16) refuse_format(view.format, "a float format");
  const auto raw = gathered<std::uint16_t>(view, chip, memory);
  Floats values(raw.size());
  if (view.format == Format::kF16)
    for (std::size_t i = 0; i < raw.size(); ++i) values[i] = f16_to_f32(raw[i]);
  else
    for (std::size_t i = 0; i < raw.size(); ++i) values[i] = bf16_to_f32(raw[i]);
  return values;
}

float bf16_factor(std::uint16_t half) { return bf16_to_f32((half & 0x7F80U) == 0 ? half & 0x8000U : half); }

Floats load_factors(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  if (view.format != Format::kBf16) return load_floats(view, chip, memory);
  const auto raw = gathered<std::uint16_t>(view, chip, memory);
  Floats values(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) values[i] = bf16_factor(raw[i]);
  return values;
}

Integers load_integers(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  switch (view.format) {
    case Format::kI8: return widen<std::int8_t>(view, chip, memory);
    case Format::kU8: return widen<std::uint8_t>(view, chip, memory);
    case Format::kI16: return widen<std::int16_t>(view, chip, memory);
    case Format::kU16: return widen<std::uint16_t>(view, chip, memory);
    case Format::kI32: return widen<std::int32_t>(view, chip, memory);
    case Format::kU32: return widen<std::uint32_t>(view, chip, memory);
    default: refuse_format(view.format, "an integer format");
  }
}

void store_floats(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const float* values) {
  if (view.format == Format::kF32) {
    scatter(view, chip, memory, values);
    return;
  }
  if (view.format != Format::kF16 && view.format != Format::kBf16) refuse_format(view.format, "a float format");
  std::vector<std::uint16_t> raw(element_count(view));
  if (view.format == Format::kF16)
    for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = f32_to_f16(values[i]);
  else
    for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = f32_to_bf16(values[i]);
  scatter(view, chip, memory, raw.data());
}

void store_integers(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                    const std::int64_t* values) {
  switch (bits(view.format)) {
    case 8: return narrow<std::uint8_t>(view, chip, memory, values);
    case 16: return narrow<std::uint16_t>(view, chip, memory, values);
    default: return narrow<std::uint32_t>(view, chip, memory, values);
  }
}

void store_sums(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const float* values) {
  if (view.format == Format::kF32) {
    scatter(view, chip, memory, values);
    return;
  }
  std::vector<std::uint16_t> raw(element_count(view));
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto sign = static_cast<std::uint16_t>((to_bits(values[i]) >> 16) & 0x8000U);
    raw[i] = view.format == Format::kF16 ? f32_to_f16(values[i]) : f32_to_bf16(values[i]);
    if (values[i] != values[i]) raw[i] |= sign;
  }
  scatter(view, chip, memory, raw.data());
}

float round_to(Format format, float x) {
  switch (format) {
    case Format::kF16: return f16_to_f32(f32_to_f16(x));
    case Format::kBf16: return bf16_to_f32(f32_to_bf16(x));
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

float constant_float(std::uint64_t field, Format format) {
  switch (format) {
    case Format::kF16: return f16_to_f32(static_cast<std::uint16_t>(field));
    case Format::kBf16: return bf16_to_f32(static_cast<std::uint16_t>(field));
    default: return to_float(static_cast<std::uint32_t>(field));
  }
}

std::int64_t constant_integer(std::uint64_t field, Format format) {
  switch (format) {
    case Format::kI8: return static_cast<std::int8_t>(field);
    case Format::kU8: return static_cast<std::uint8_t>(field);
    case Format::kI16: return static_cast<std::int16_t>(field);
    case Format::kU16: return static_cast<std::uint16_t>(field);
    case Format::kI32: return static_cast<std::int32_t>(field);
    default: return static_cast<std::uint32_t>(field);
  }
}

}  // namespace bmemu::emulator::bm1684x
