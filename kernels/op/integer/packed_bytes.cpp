// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/integer/packed_bytes.h"

#include <algorithm>
#include <cmath>

namespace bmemu::kernels {
namespace {

/// A float at which the lowest bit of the mantissa counts 1: the sum with an integer holds it in its low bits.
constexpr float kIntegersFromHere = 8388608.0F;  // 2^23
constexpr std::uint32_t kItsBits = 0x4B000000;
/// 2^23 + 2^22: the same for negative integers.
constexpr float kSignedFromHere = 12582912.0F;
constexpr std::uint32_t kByteMask = 0xFF, kSignOfByte = 0x80;

bool is_signed(const LocalTensor& t) { return t.type == isa::DataType::kI8; }

}  // namespace

void for_each_byte(const LocalTensor& packed, const std::function<void(std::int64_t, const LocalTensor&)>& body) {
  const LocalTensor words = as_words(packed);
  for (std::int64_t batch = 0; batch < std::min(packed.shape[0], kBytesPerWord); ++batch) {
    LocalTensor those = words;
    those.shape[0] = ceil_div(packed.shape[0] - batch, kBytesPerWord);
    body(batch, those);
  }
}

void take_byte(Bm1684Tiu& tiu, const LocalTensor& to, const LocalTensor& words, std::int64_t batch) {
  LocalTensor from = words;
  if (batch > 0) {
    tiu.arithmetic(Arithmetic::kShift, to, words, Operand::constant_bits(static_cast<std::uint32_t>(-8 * batch)));
    from = to;
  }
  if (batch < kBytesPerWord - 1) tiu.arithmetic(Arithmetic::kAnd, to, from, Operand::constant_bits(kByteMask));
}

void put_byte(Bm1684Tiu& tiu, const LocalTensor& words, const LocalTensor& from, std::int64_t batch) {
  if (batch == 0) return tiu.copy(words, from);
  tiu.arithmetic(Arithmetic::kShift, from, from, Operand::constant_bits(static_cast<std::uint32_t>(8 * batch)));
  tiu.arithmetic(Arithmetic::kOr, words, words, from);
}

void bytes_to_numbers(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& in, float scale) {
  const std::uint32_t flipped = is_signed(in) ? kSignOfByte : 0;
  for_each_byte(in, [&](std::int64_t batch, const LocalTensor& words) {
    LocalTensor to = batches_of(out, batch, kBytesPerWord);
    to.type = isa::DataType::kI32;
    take_byte(tiu, to, words, batch);
    tiu.arithmetic(Arithmetic::kXor, to, to, Operand::constant_bits(kItsBits | flipped));
    to.type = isa::DataType::kF32;
    tiu.arithmetic(Arithmetic::kSub, to, to, Operand::constant(kIntegersFromHere + float(flipped)));
    tiu.arithmetic(Arithmetic::kMul, to, to, Operand::constant(scale));
  });
}

void numbers_to_bytes(Bm1684Tiu& tiu, const LocalTensor& out, const LocalTensor& in, float scale,
                      const LocalTensor& scratch) {
  // The sum below rounds halves to even: a factor that is a little larger takes them away from zero.
  const float factor = std::nextafter(1.0F / scale, std::numeric_limits<float>::infinity());
  const float low = is_signed(out) ? -128.0F : 0.0F, high = is_signed(out) ? 127.0F : 255.0F;
  tiu.arithmetic(Arithmetic::kMul, scratch, in, Operand::constant(factor));
  tiu.arithmetic(Arithmetic::kMax, scratch, scratch, Operand::constant(low));
  tiu.arithmetic(Arithmetic::kMin, scratch, scratch, Operand::constant(high));
  tiu.arithmetic(Arithmetic::kAdd, scratch, scratch, Operand::constant(kSignedFromHere));
  for_each_byte(out, [&](std::int64_t batch, const LocalTensor& words) {
    LocalTensor from = batches_of(scratch, batch, kBytesPerWord);
    from.type = isa::DataType::kI32;
    const Operand mask = Operand::constant_bits(kByteMask);
    if (batch == 0) return tiu.arithmetic(Arithmetic::kAnd, words, from, mask);
    tiu.arithmetic(Arithmetic::kAnd, from, from, mask);
    put_byte(tiu, words, from, batch);
  });
}

}  // namespace bmemu::kernels
