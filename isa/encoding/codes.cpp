// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/encoding/codes.h"

namespace bmemu::isa {
namespace {

/// One precision code of a TIU: the type that it means with the sign bit set, and without.
struct TiuCode {
  Precision precision;
  DataType with_sign;
  DataType without_sign;
};

constexpr TiuCode kBm1684Tiu[] = {
    {Precision::kI8, DataType::kI8, DataType::kU8},
    {Precision::kF32, DataType::kF32, DataType::kF32},
    {Precision::kI16, DataType::kI16, DataType::kU16},
    {Precision::kI32, DataType::kI32, DataType::kU32},
};
constexpr TiuCode kBm1684xTiu[] = {
    {Precision::kI8, DataType::kI8, DataType::kU8},    {Precision::kF16, DataType::kF16, DataType::kF16},
    {Precision::kF32, DataType::kF32, DataType::kF32}, {Precision::kI16, DataType::kI16, DataType::kU16},
    {Precision::kI32, DataType::kI32, DataType::kU32}, {Precision::kBf16, DataType::kBf16, DataType::kBf16},
    {Precision::kI4, DataType::kI4, DataType::kU4},
};

constexpr DataType kBm1684Dma[] = {DataType::kF32, DataType::kI16, DataType::kU8, DataType::kI8, DataType::kF16};
constexpr DataType kBm1684xDma[] = {DataType::kI8,  DataType::kF16, DataType::kF32,
                                    DataType::kI16, DataType::kI32, DataType::kBf16};

template <std::size_t N>
std::optional<DataType> find_type(const TiuCode (&codes)[N], std::uint64_t precision, bool is_signed) {
  for (const TiuCode& row : codes)
    if (precision == row.precision) return is_signed ? row.with_sign : row.without_sign;
  return std::nullopt;
}

template <std::size_t N>
std::optional<TiuFormat> find_format(const TiuCode (&codes)[N], DataType type) {
  for (const TiuCode& row : codes) {
    if (row.without_sign == type) return TiuFormat{row.precision, false};
    if (row.with_sign == type) return TiuFormat{row.precision, true};
  }
  return std::nullopt;
}

template <std::size_t N>
std::optional<DataType> type_at(const DataType (&types)[N], std::uint64_t code) {
  if (code >= N) return std::nullopt;
  return types[code];
}

template <std::size_t N>
std::optional<std::uint64_t> code_of(const DataType (&types)[N], DataType type) {
  for (std::size_t k = 0; k < N; ++k)
    if (types[k] == type) return k;
  return std::nullopt;
}

DataType with_sign(DataType type) {
  switch (type) {
    case DataType::kU8: return DataType::kI8;
    case DataType::kU16: return DataType::kI16;
    case DataType::kU32: return DataType::kI32;
    default: return type;
  }
}

}  // namespace

namespace bm1684 {

std::optional<DataType> tiu_data_type(std::uint64_t precision, bool is_signed) {
  return find_type(kBm1684Tiu, precision, is_signed);
}
std::optional<TiuFormat> tiu_format(DataType type) { return find_format(kBm1684Tiu, type); }
std::optional<DataType> dma_data_type(std::uint64_t code) { return type_at(kBm1684Dma, code); }
std::optional<std::uint64_t> dma_format(DataType type) { return code_of(kBm1684Dma, type); }

}  // namespace bm1684

namespace bm1684x {

std::optional<DataType> tiu_data_type(std::uint64_t precision, bool is_signed) {
  return find_type(kBm1684xTiu, precision, is_signed);
}
std::optional<TiuFormat> tiu_format(DataType type) { return find_format(kBm1684xTiu, type); }
std::optional<DataType> dma_data_type(std::uint64_t code) { return type_at(kBm1684xDma, code); }
std::optional<std::uint64_t> dma_format(DataType type) { return code_of(kBm1684xDma, with_sign(type)); }
unsigned precision_bits(std::uint64_t precision) {
  return bits(tiu_data_type(precision, false).value_or(DataType::kU8));
}

}  // namespace bm1684x
}  // namespace bmemu::isa
