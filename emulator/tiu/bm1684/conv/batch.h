// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One batch of a fixed-point tensor as dense integers; 2N and 4N tensors keep several batches in a word.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/arithmetic/fixed_point.h"
#include "emulator/operand/gather.h"

namespace bmemu::emulator::bm1684 {

/// Bits of one batch's value.
inline unsigned value_bits(const OperandView& view) { return bits(view.format); }
inline bool is_signed(const OperandView& view) { return view.format == DataType::kI8 || view.format == DataType::kI16; }

/// The bytes of batch `n` alone: a view of one batch whose elements lie a word apart.
inline OperandView batch_view(const OperandView& view, std::uint64_t n) {
  OperandView one = view;
  one.address +=
      n / view.packed * static_cast<std::uint64_t>(view.stride[0]) + n % view.packed * (value_bits(view) / 8);
  one.packed = 1;
  one.shape[0] = 1;
  return one;
}

/// Values of a tensor of 8 or 16 bits, one element after the other, as a wider type.
template <class T>
std::vector<T> gather_wide(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const auto widened = [](const auto& narrow) { return std::vector<T>(narrow.begin(), narrow.end()); };
  switch (view.format) {
    case DataType::kI8: return widened(gathered<std::int8_t>(view, chip, memory));
    case DataType::kU8: return widened(gathered<std::uint8_t>(view, chip, memory));
    case DataType::kI16: return widened(gathered<std::int16_t>(view, chip, memory));
    default: return widened(gathered<std::uint16_t>(view, chip, memory));
  }
}

/// Values of batch `n` of a tensor of 8 or 16 bits.
std::vector<std::int32_t> gather_batch(const OperandView& view, std::uint64_t n, const isa::ChipSpec& chip,
                                       const memory::ChipMemory& memory);

/// Writes the low bits of `values` to batch `n`; other batches of the words keep their bytes.
void scatter_batch(const OperandView& view, std::uint64_t n, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                   const std::vector<std::int32_t>& values);

/// A constant of the width and sign of an operand: the low bits of a field.
std::int32_t immediate_value(std::uint64_t field, unsigned bits, bool is_signed);

/// All batches of an operand, each c*h*w values.
using Batches = std::vector<std::vector<std::int32_t>>;
struct IntegerFormat {
  unsigned bits;
  bool is_signed;
};

/// The values of all batches, `bits` wide each, put back to back and cut anew into values of `format`; as many values
/// as before, missing ones are 0.
Batches recut(const Batches& values, unsigned bits, IntegerFormat format);

/// Values of an operand, or a constant, read as integers of `format`. Observed: where an instruction takes operands of
/// another width than they are stored in, it cuts the stored values anew.
Batches fixed_values(const std::optional<OperandView>& view, std::uint64_t immediate, IntegerFormat format,
                     std::uint64_t batches, std::size_t count, const isa::ChipSpec& chip,
                     const memory::ChipMemory& memory);

}  // namespace bmemu::emulator::bm1684
