// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684/conv/batch.h"

namespace bmemu::emulator::bm1684 {
namespace {

template <class T>
void narrow_scatter(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                    const std::vector<std::int32_t>& values) {
  std::vector<T> narrow(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) narrow[k] = static_cast<T>(values[k]);
  scatter(view, chip, memory, narrow.data());
}

}  // namespace

std::vector<std::int32_t> gather_batch(const OperandView& view, std::uint64_t n, const isa::ChipSpec& chip,
                                       const memory::ChipMemory& memory) {
  return gather_wide<std::int32_t>(batch_view(view, n), chip, memory);
}

void scatter_batch(const OperandView& view, std::uint64_t n, const isa::ChipSpec& chip, memory::ChipMemory& memory,
                   const std::vector<std::int32_t>& values) {
  const OperandView one = batch_view(view, n);
  if (value_bits(view) == 8) {
    narrow_scatter<std::uint8_t>(one, chip, memory, values);
  } else {
    narrow_scatter<std::uint16_t>(one, chip, memory, values);
  }
}

std::int32_t immediate_value(std::uint64_t field, unsigned bits, bool is_signed) {
  if (bits == 8) return is_signed ? static_cast<std::int8_t>(field) : static_cast<std::uint8_t>(field);
  return is_signed ? static_cast<std::int16_t>(field) : static_cast<std::uint16_t>(field);
}

Batches recut(const Batches& values, unsigned bits, IntegerFormat format) {
  std::vector<std::uint8_t> bytes;
  for (const auto& batch : values)
    for (const auto value : batch)
      for (unsigned b = 0; b < bits; b += 8) bytes.push_back(static_cast<std::uint8_t>(value >> b));
  const std::size_t count = values.empty() ? 0 : values[0].size();
  const std::size_t width = format.bits / 8;
  bytes.resize(values.size() * count * width);
  Batches cut(values.size(), std::vector<std::int32_t>(count));
  for (std::size_t k = 0; k < values.size() * count; ++k) {
    std::uint64_t word = bytes[k * width];
    if (width == 2) word |= std::uint64_t{bytes[k * width + 1]} << 8;
    cut[k / count][k % count] = immediate_value(word, format.bits, format.is_signed);
  }
  return cut;
}

Batches fixed_values(const std::optional<OperandView>& view, std::uint64_t immediate, IntegerFormat format,
                     std::uint64_t batches, std::size_t count, const isa::ChipSpec& chip,
                     const memory::ChipMemory& memory) {
  if (!view) {
    const std::int32_t value = immediate_value(immediate, format.bits, format.is_signed);
    return Batches(batches, std::vector<std::int32_t>(count, value));
  }
  Batches values;
  for (std::uint64_t n = 0; n < batches; ++n) values.push_back(gather_batch(*view, n, chip, memory));
  if (value_bits(*view) == format.bits && is_signed(*view) == format.is_signed) return values;
  return recut(values, value_bits(*view), format);
}

}  // namespace bmemu::emulator::bm1684
