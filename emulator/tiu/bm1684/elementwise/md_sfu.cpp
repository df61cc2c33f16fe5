// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Special functions and table look-up.
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/newton.h"
#include "emulator/operand/gather.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/elementwise/float_op.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684/operand_sets.h"
#include "isa/error.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

/// x * (c0 + x * (c1 + ...)): Horner from the last coefficient, every operation rounded. No constant term on this chip.
void taylor(std::vector<std::uint32_t>& words, const std::vector<std::uint32_t>& coefficients) {
  std::vector<float> c;
  c.reserve(coefficients.size());
  for (const auto bits : coefficients) c.push_back(to_float(bits));
  for (auto& word : words) {
    const float x = to_float(word);
    float y = 0.0F;
    for (std::size_t k = c.size(); k-- > 0;) y = (y + c[k]) * x;
    word = to_bits(y);
  }
}

/// Truncates toward zero and saturates. Observed: a NaN saturates by its sign.
std::uint32_t float_to_int(std::uint32_t bits) {
  const float x = to_float(bits);
  if (!(x < 2147483648.0F && x > -2147483904.0F)) return bits >> 31 == 0 ? 0x7FFFFFFFU : 0x80000000U;
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(x));
}

/// Biased exponent of the power of two nearest in ratio; 256 for a positive NaN whose mantissa rounds up. Observed:
/// only positive values round up, at a mantissa above 4/3 as float32.
std::uint32_t normalized_exponent(std::uint32_t bits) {
  const std::uint32_t exponent = (bits >> 23) & 0xFFU;
  const bool up = (bits >> 31) == 0 && (bits & 0x7FFFFFU) > 0x2AAAABU;
  return exponent + (up ? 1U : 0U);
}

/// The same as a float; an exponent of 256 gives 0.
std::uint32_t normalized_float(std::uint32_t bits) {
  return (bits & 0x80000000U) | (normalized_exponent(bits) & 0xFFU) << 23;
}

}  // namespace

void execute(const isa::bm1684::MdSfu& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const FlushDenormals flush;
  auto words = gathered<std::uint32_t>(*set.a, chip, memory);
  switch (i.operation()) {
    case EuOp::kTaylor: taylor(words, gathered<std::uint32_t>(*set.b, chip, memory)); break;
    case EuOp::kFloatToInt:
      for (auto& word : words) word = float_to_int(word);
      break;
    case EuOp::kIntNormalize:
      for (auto& word : words) word = normalized_exponent(word);
      break;
    case EuOp::kFloatNormalize:
      for (auto& word : words) word = normalized_float(word);
      break;
    case EuOp::kRsqrt:
      for (auto& word : words) word = to_bits(newton_rsqrt(to_float(word), kNewtonIterations));
      break;
    default: throw unknown_function(i);
  }
  scatter(set.result, chip, memory, words.data());
}

void execute(const isa::bm1684::Lut& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const FlushDenormals flush;
  auto words = gathered<std::uint32_t>(*set.a, chip, memory);
  const auto table = gathered<std::uint32_t>(*set.b, chip, memory);
  for (auto& word : words) {
    const std::uint32_t index = word & 0xFFU;
    if (index >= table.size())
      throw Error({"E-OPERAND-RANGE", "lut index", std::to_string(index), "0.." + std::to_string(table.size() - 1),
                   "an index leaves the table"});
    word = table[index];
  }
  scatter(set.result, chip, memory, words.data());
}

}  // namespace bmemu::emulator
