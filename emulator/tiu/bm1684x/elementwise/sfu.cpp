// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// SFU: Taylor series, powers of two, reciprocal square root.
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/newton.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

/// Horner from the highest coefficient; every product and every sum is rounded to the format.
float taylor(const float* coefficients, std::size_t count, float x, DataType format) {
  float y = coefficients[count - 1];
  for (std::size_t k = count - 1; k-- > 0;) {
    const float product = round_to(format, ordered_multiply(y, x));
    y = round_to(format, ordered_add(product, coefficients[k]));
  }
  return y;
}

/// How the bits of a float format are laid out, and the mantissa of 4/3 in it.
struct FloatLayout {
  unsigned mantissa_bits;
  std::uint32_t exponent_mask;
  std::uint32_t four_thirds;
};

FloatLayout layout_of(DataType format) {
  switch (format) {
    case DataType::kF16: return {10, 0x1F, 0x155};
    case DataType::kBf16: return {7, 0xFF, 0x2B};
    default: return {23, 0xFF, 0x2AAAAB};
  }
}

/// Exponent of the power of two that is nearest in ratio, biased as the format biases it.
/// Observed: only positive numbers round up, above 4/3 of a power of two (denormals, too).
std::uint32_t nearest_exponent(std::uint32_t bits, const FloatLayout& layout) {
  const std::uint32_t exponent = (bits >> layout.mantissa_bits) & layout.exponent_mask;
  const std::uint32_t mantissa = bits & ((1U << layout.mantissa_bits) - 1);
  const bool negative = bits > (layout.exponent_mask << layout.mantissa_bits | ((1U << layout.mantissa_bits) - 1));
  return exponent + (!negative && mantissa > layout.four_thirds ? 1 : 0);
}

/// Observed: a nan that rounds up gives the exponent after the largest one as an integer, and zero as a float.
template <class T>
void normalize(const SfuOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const FloatLayout layout = layout_of(set.input.format);
  const auto raw = gathered<T>(set.input, chip, memory);
  if (!is_float(set.result.format)) {
    Integers exponents(raw.begin(), raw.end());
    for (auto& x : exponents) x = nearest_exponent(static_cast<std::uint32_t>(x), layout);
    store_integers(set.result, chip, memory, exponents.data());
    return;
  }
  std::vector<T> powers(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::uint32_t exponent = nearest_exponent(raw[i], layout);
    const std::uint32_t sign = raw[i] & (1U << (8 * sizeof(T) - 1));
    powers[i] = static_cast<T>(sign | (exponent & layout.exponent_mask) << layout.mantissa_bits);
  }
  scatter(set.result, chip, memory, powers.data());
}

/// Observed: 16-bit floats are not converted: their bits are taken for those of a float32, and the low half of the
/// result's bits is kept. Compilers use f32 only.
template <class T>
void reciprocal_roots(const SfuOperands& set, int iterations, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  auto raw = gathered<T>(set.input, chip, memory);
  const FlushDenormals flush;
  for (auto& x : raw) x = static_cast<T>(to_bits(newton_rsqrt(to_float(x), iterations)));
  scatter(set.result, chip, memory, raw.data());
}

}  // namespace

void execute(const isa::bm1684x::Sfu& sfu, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  using Op = isa::bm1684x::Sfu::Op;
  const SfuOperands set = operand_set(sfu, chip);
  const DataType format = format_of(sfu.opd0_prec, 1);
  if (!is_float(format)) throw unknown_function(sfu, Refusal::kIntegerSpecial);
  const bool float_result = is_float(set.result.format);
  if (bits(set.result.format) != bits(format)) throw unknown_function(sfu, Refusal::kSpecialWidth);
  if (float_result && set.result.format != format) throw unknown_function(sfu, Refusal::kSpecialFormat);
  if (sfu.operation() == Op::kNormalize) {
    if (format == DataType::kF32)
      normalize<std::uint32_t>(set, chip, memory);
    else
      normalize<std::uint16_t>(set, chip, memory);
    return;
  }
  if (sfu.operation() == Op::kRsqrt) {
    const int iterations = static_cast<int>(sfu.opd2_n_str) + 1;
    if (bits(format) == 32)
      reciprocal_roots<std::uint32_t>(set, iterations, chip, memory);
    else
      reciprocal_roots<std::uint16_t>(set, iterations, chip, memory);
    return;
  }
  Floats values = load_floats(set.input, chip, memory);
  switch (sfu.operation()) {
    case Op::kTaylor4x:
    case Op::kTaylor: {
      const Floats table = load_floats(*set.table, chip, memory);
      const std::size_t terms = set.table->shape[3];
      const std::size_t lanes = set.table->shape[1];
      const std::size_t plane = std::size_t{set.result.shape[2]} * set.result.shape[3];
      const FlushDenormals flush;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t lane = i / plane % set.result.shape[1] % lanes;
        values[i] = taylor(table.data() + lane * terms, terms, values[i], format);
      }
      break;
    }
    default: throw unknown_function(sfu);
  }
  // Observed: a result called an integer receives the bits of the float.
  OperandView result = set.result;
  if (!float_result) result.format = format;
  store_floats(result, chip, memory, values.data());
}

}  // namespace bmemu::emulator
