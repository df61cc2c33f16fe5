// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/weights.h"

#include <cstring>
#include <type_traits>
#include <variant>

namespace bmemu::kernels {
namespace {

using isa::DataType;

std::int64_t channel_block(const NodeContext& context, std::int64_t bytes) {
  if (context.is_bm1684()) return bytes == 1 ? 4 : 2;
  return bytes == 4 ? 1 : 64 / bytes;
}

/// Copies element by element to the place that `place(oc, ic, tap)` names.
template <class Place>
std::vector<std::uint8_t> rearranged(const std::vector<std::uint8_t>& from, std::int64_t bytes, std::int64_t oc,
                                     std::int64_t ic, std::int64_t taps, std::size_t size, Place place) {
  std::vector<std::uint8_t> to(size * static_cast<std::size_t>(bytes));
  const std::uint8_t* source = from.data();
  for (std::int64_t o = 0; o < oc; ++o)
    for (std::int64_t i = 0; i < ic; ++i)
      for (std::int64_t t = 0; t < taps; ++t, source += bytes)
        std::memcpy(&to[static_cast<std::size_t>(place(o, i, t) * bytes)], source, static_cast<std::size_t>(bytes));
  return to;
}

}  // namespace

std::uint16_t bfloat_bits(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return 0x7FC0;
  return static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

std::uint16_t half_bits(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return static_cast<std::uint16_t>(sign | 0x7E00);
  if (magnitude >= 0x477FF000) return static_cast<std::uint16_t>(sign | 0x7C00);
  if (magnitude < 0x38800000) {  // denormal in the narrow format
    const std::uint32_t shift = 126 - (magnitude >> 23);
    if (shift > 24) return static_cast<std::uint16_t>(sign);
    const std::uint32_t mantissa = (magnitude & 0x7FFFFF) | 0x800000;
    const std::uint32_t half = 1U << (shift - 1);
    return static_cast<std::uint16_t>(sign | ((mantissa + half - 1 + (mantissa >> shift & 1)) >> shift));
  }
  return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000 + 0xFFF + (magnitude >> 13 & 1)) >> 13));
}

std::vector<std::uint8_t> packed_bytes(const Constant& constant, DataType type) {
  std::vector<std::uint8_t> result;
  std::visit(
      [&](const auto& data) {
        using T = typename std::decay_t<decltype(data)>::value_type;
        if constexpr (std::is_same_v<T, float>) {
          if (type == DataType::kF16 || type == DataType::kBf16) {
            for (const float value : data) {
              const std::uint16_t bits = type == DataType::kF16 ? half_bits(value) : bfloat_bits(value);
              result.push_back(static_cast<std::uint8_t>(bits));
              result.push_back(static_cast<std::uint8_t>(bits >> 8));
            }
            return;
          }
        }
        result.resize(data.size() * sizeof(T));
        if (!data.empty()) std::memcpy(result.data(), data.data(), result.size());
      },
      constant.data);
  return result;
}

Parameter conv_weights(const NodeContext& context, std::int64_t out_channels, std::int64_t in_channels,
                       std::int64_t kernel_h, std::int64_t kernel_w) {
  const DataType type = is_float(context.input(0).type) ? context.input(0).type : DataType::kI8;
  return conv_weights(context, out_channels, in_channels, kernel_h * kernel_w,
                      packed_bytes(*context.input(1).constant, type));
}

Parameter conv_weights(const NodeContext& context, std::int64_t out_channels, std::int64_t in_channels,
                       std::int64_t taps, const std::vector<std::uint8_t>& from) {
  Parameter parameter;
  parameter.type = is_float(context.input(0).type) ? context.input(0).type : DataType::kI8;
  parameter.follows_channels = true;
  const std::int64_t bytes = element_bytes(parameter.type);
  const std::int64_t block = channel_block(context, bytes);
  const std::int64_t blocks = ceil_div(in_channels, block);
  const std::int64_t row = blocks * block * taps;
  parameter.shape = {1, out_channels, 1, row};
  const bool taps_outside = context.is_bm1684();
  parameter.data =
      rearranged(from, bytes, out_channels, in_channels, taps, static_cast<std::size_t>(out_channels * row),
                 [&](std::int64_t o, std::int64_t i, std::int64_t t) {
                   if (taps_outside) return o * row + (t * blocks + i / block) * block + i % block;
                   return o * row + (i / block * taps + t) * block + i % block;
                 });
  return parameter;
}

Parameter depthwise_weights(const NodeContext& context, std::int64_t channels, std::int64_t taps) {
  Parameter parameter;
  parameter.type = is_float(context.input(0).type) ? context.input(0).type : DataType::kI8;
  parameter.follows_channels = true;
  parameter.shape = {1, channels, 1, taps};
  parameter.data = packed_bytes(*context.input(1).constant, parameter.type);
  return parameter;
}

Parameter conv_bias(const NodeContext& context, std::int64_t channels, bool depthwise) {
  Parameter parameter;
  const DataType data = context.input(0).type;
  parameter.type =
      !is_float(data) ? (context.is_bm1684() ? DataType::kI16 : DataType::kI32) : (depthwise ? data : DataType::kF32);
  parameter.follows_channels = true;
  parameter.shape = {1, channels, 1, 1};
  parameter.data = packed_bytes(*context.input(2).constant, parameter.type);
  return parameter;
}

}  // namespace bmemu::kernels
