// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// MM: product of matrices in matrix layout.
#include <algorithm>

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/rounding.h"
#include "emulator/operand/gather.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/matrix/matrix.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

/// The left matrix as stored: opd0_n rows; the columns of the full channels, then those of the partial one.
template <class T, class Load>
std::vector<T> stored_left(const MatrixView& view, std::size_t rows, std::size_t columns, Load&& load) {
  std::vector<T> matrix(rows * columns);
  std::size_t start = 0;
  for (const auto* part : {&view.whole, &view.rest}) {
    if (!*part) continue;
    const auto values = load(**part);
    const std::size_t width = values.size() / rows;
    for (std::size_t r = 0; r < rows; ++r)
      std::copy_n(values.data() + r * width, width, matrix.data() + r * columns + start);
    start += width;
  }
  return matrix;
}

template <class T, class Load>
Product<T> product_of(const isa::bm1684x::Mm& mm, const MmOperands& set, T constant, Load&& load) {
  Product<T> product;
  product.rows = set.rows;
  product.inner = set.inner;
  product.columns = set.columns;
  if (mm.opd0_const != 0) {
    product.left.assign(product.rows * product.inner, constant);
  } else if (mm.left_tran != 0) {
    product.left = transposed(stored_left<T>(set.left, set.inner, set.rows, load), set.inner, set.rows);
  } else {
    product.left = stored_left<T>(set.left, set.rows, set.inner, load);
  }
  product.right = load(set.right);
  return product;
}

void multiply_floats(const isa::bm1684x::Mm& mm, const MmOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory, const HostArithmetic& host) {
  const DataType format = set.right.format;
  if (format != DataType::kF32 || mm.operation() != isa::bm1684x::Mm::Op::kNormal)
    throw unknown_function(mm, Refusal::kFloatMatrix);
  const auto product = product_of<float>(mm, set, constant_float(mm.opd0_addr, format),
                                         [&](const OperandView& view) { return load_floats(view, chip, memory); });
  Floats bias(std::size_t{set.rows} * set.columns, constant_float(mm.opd2_addr, format));
  if (set.bias) {
    const Floats row = load_floats(*set.bias, chip, memory);
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = row[i % set.columns];
  }
  const Floats previous = set.previous ? load_floats(*set.previous, chip, memory) : Floats();
  const FlushDenormals flush;  // observed
  // Observed: as in a convolution the bias starts the odd products, and the even ones when an old result is added.
  const Floats out = set.previous ? multiply_f32(product, bias, previous, NanOf::kOdd, host)
                                  : multiply_f32(product, Floats(), bias, NanOf::kEven, host);
  store_sums(set.result, chip, memory, out.data());
}

/// Observed: the old result's bytes, as many as it has elements, are added as words, whatever its width.
void add_previous(const MmOperands& set, const isa::ChipSpec& chip, const memory::ChipMemory& memory, Integers& out) {
  const std::size_t count = element_count(*set.previous);
  std::vector<std::uint8_t> bytes(count * (bits(set.previous->format) / 8));
  gather_bytes(*set.previous, chip, memory, bytes.data());
  for (std::size_t k = 0; k < count; ++k) out[k / 4] += std::int64_t{bytes[k]} << (k % 4 * 8);
}

/// A sum of 64 bits, with a sign when the result has one, shifted and saturated. Observed: amounts to the left count
/// modulo 64 and what leaves the 64 bits is lost.
std::int64_t shifted_sum(std::uint64_t sum, int amount, Rounding rounding, DataType result) {
  const IntegerRange range = range_of(result);
  const bool no_sign = !is_signed(result);
  if (amount <= 0) return range.clamp(amount_shifted(static_cast<std::int64_t>(sum), amount, rounding, true, no_sign));
  const auto shifted = static_cast<std::int64_t>(sum << (amount & 63));
  return no_sign && shifted < 0 ? range.high : range.clamp(shifted);
}

/// 32-bit integers: sums of 64 bits that wrap around, shifted by 8-bit numbers (positive = left) and saturated.
/// Observed: the old result is never added.
void multiply_words(const isa::bm1684x::Mm& mm, const MmOperands& set, const Product<std::int64_t>& product,
                    const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  if (mm.operation() != isa::bm1684x::Mm::Op::kNormal) throw unknown_function(mm, Refusal::kRequantisedWords);
  Integers shifts(product.columns, constant_integer(mm.opd2_addr, format_of(Precision::kI8, mm.opd2_sign)));
  if (set.bias) shifts = load_integers(*set.bias, chip, memory);
  const auto rounding = static_cast<Rounding>(mm.opd2_n_str);
  Integers out(product.rows * product.columns);
  for (std::size_t r = 0; r < product.rows; ++r)
    for (std::size_t j = 0; j < product.columns; ++j) {
      std::uint64_t sum = 0;
      for (std::size_t k = 0; k < product.inner; ++k)
        sum += static_cast<std::uint64_t>(product.left[r * product.inner + k]) *
               static_cast<std::uint64_t>(product.right[k * product.columns + j]);
      out[r * product.columns + j] = shifted_sum(sum, static_cast<int>(shifts[j]), rounding, set.result.format);
    }
  store_integers(set.result, chip, memory, out.data());
}

void multiply_integers(const isa::bm1684x::Mm& mm, const MmOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory, const HostArithmetic& host) {
  if (bits(set.right.format) == 16) throw unknown_function(mm, Refusal::kWideMatrix);
  const auto product =
      product_of<std::int64_t>(mm, set, constant_integer(mm.opd0_addr, format_of(mm.opd0_prec, mm.opd0_sign)),
                               [&](const OperandView& view) { return load_integers(view, chip, memory); });
  if (bits(set.right.format) == 32) {
    multiply_words(mm, set, product, chip, memory);
    return;
  }
  const auto sums = bm1684x::multiply_integers(product, host);
  Integers out(sums.begin(), sums.end());
  if (mm.operation() != isa::bm1684x::Mm::Op::kNormal) {
    Integers bias(set.columns, constant_integer(mm.opd2_addr, format_of(Precision::kI16, mm.opd2_sign)));
    if (set.bias) bias = load_integers(*set.bias, chip, memory);
    const auto shift = static_cast<std::int32_t>((mm.opd3_addr >> 8) & 0xFFU);
    const IntegerRange range = range_of(set.result.format);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = range.clamp(sum_shifted_right(out[i] + bias[i % set.columns], shift));
  }
  if (set.previous) add_previous(set, chip, memory, out);
  if (mm.operation() == isa::bm1684x::Mm::Op::kNormal)
    store_words(set.result, chip, memory, out.data());
  else
    store_integers(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::Mm& mm, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  const MmOperands set = operand_set(mm, chip);
  const bool float_in = is_float(set.right.format);
  if (float_in != is_float(set.result.format)) throw unknown_function(mm, Refusal::kOperandAndResult);
  if (float_in)
    multiply_floats(mm, set, chip, memory, host);
  else
    multiply_integers(mm, set, chip, memory, host);
}

}  // namespace bmemu::emulator
