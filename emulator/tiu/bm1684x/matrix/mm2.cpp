// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// MM2: product of matrices with one row per lane.
#include <utility>

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/half.h"
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

using Op = isa::bm1684x::Mm2::Op;

/// result = left * right with the operands brought into that order: tt computes opd1 * opd0.
template <class T, class Load>
Product<T> product_of(const isa::bm1684x::Mm2& mm2, const Mm2Operands& set, T left_constant, T right_constant,
                      Load&& load) {
  Product<T> product;
  product.rows = set.result.shape[1];
  product.inner = set.inner;
  product.columns = set.result.shape[3];
  const std::size_t left_size = product.rows * product.inner, right_size = product.inner * product.columns;
  const bool swapped = mm2.operation() == Op::kTt;
  const MaybeView& left = swapped ? set.right : set.left;
  const MaybeView& right = swapped ? set.left : set.right;
  if (swapped) std::swap(left_constant, right_constant);
  product.left = left ? load(*left) : std::vector<T>(left_size, left_constant);
  product.right = right ? load(*right) : std::vector<T>(right_size, right_constant);
  if (mm2.operation() == Op::kNt && right) product.right = transposed(product.right, product.columns, product.inner);
  return product;
}

/// Observed: the functional model takes the words of 32-bit floats for bf16: the elements of a matrix are the halves of
/// its words in order, so that the second half of the matrix is never reached. Unknown: what the chip does. Compilers
/// do not emit this; the f32 product is MM.
Floats load_matrix(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  Floats values = load_factors(view, chip, memory);
  if (view.format != DataType::kF32) return values;
  const Floats words = values;
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = bf16_factor(static_cast<std::uint16_t>(to_bits(words[i / 2]) >> (i % 2 * 16)));
  return values;
}

void multiply_floats(const isa::bm1684x::Mm2& mm2, const Mm2Operands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory, const HostArithmetic& host) {
  const DataType format = format_of(mm2.opd0_prec, 1);
  const auto product =
      product_of<float>(mm2, set, constant_float(mm2.opd0_addr, format), constant_float(mm2.opd1_addr, format),
                        [&](const OperandView& view) { return load_matrix(view, chip, memory); });
  const Floats previous = set.previous ? load_floats(*set.previous, chip, memory) : Floats();
  Floats out = multiply_halves(product, previous, host);
  if (format == DataType::kF32)  // observed: denormals become 0, whatever their sign
    for (float& value : out)
      if (flushed(value) == 0.0F) value = 0.0F;
  store_sums(set.result, chip, memory, out.data());
}

void multiply_integers(const isa::bm1684x::Mm2& mm2, const Mm2Operands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory, const HostArithmetic& host) {
  if (set.previous && bits(set.result.format) != 32) throw unknown_function(mm2, Refusal::kNarrowAccumulation);
  if (mm2.opd0_prec != Precision::kI8) throw unknown_function(mm2, Refusal::kWideMatrix);
  const DataType left = format_of(Precision::kI8, mm2.opd0_sign), right = format_of(Precision::kI8, mm2.opd1_sign);
  auto product =
      product_of<std::int64_t>(mm2, set, constant_integer(mm2.opd0_addr, left), constant_integer(mm2.opd1_addr, right),
                               [&](const OperandView& view) { return load_integers(view, chip, memory); });
  const std::int64_t constant_zero = constant_integer(mm2.opd2_addr, right);
  const Integers zeros = set.zero_point ? load_integers(*set.zero_point, chip, memory) : Integers();
  if (mm2.operation() == Op::kTt) {
    // The matrix whose zero point counts is opd1, the left factor: one value per row of the result.
    for (std::size_t r = 0; r < product.rows; ++r)
      for (std::size_t k = 0; k < product.inner; ++k)
        product.left[r * product.inner + k] -= zeros.empty() ? constant_zero : zeros[r];
  } else {
    const std::size_t lanes = set.zero_point ? set.zero_point->shape[1] : 1;
    for (std::size_t k = 0; k < product.inner; ++k)
      for (std::size_t j = 0; j < product.columns; ++j)
        product.right[k * product.columns + j] -=
            zeros.empty() ? constant_zero : zeros[(mm2.operation() == Op::kNn ? k : j) % lanes * product.columns + j];
  }
  const auto sums = bm1684x::multiply_integers(product, host);
  Integers out(sums.begin(), sums.end());
  if (set.previous) {
    const Integers previous = load_integers(*set.previous, chip, memory);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += previous[i];
  }
  // Observed: as in MM, narrower results are cut from the bytes of the words in order.
  store_words(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::Mm2& mm2, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  const Mm2Operands set = operand_set(mm2, chip);
  const bool float_in = is_float(format_of(mm2.opd0_prec, 1));
  if (float_in != is_float(set.result.format)) throw unknown_function(mm2, Refusal::kOperandAndResult);
  if (float_in)
    multiply_floats(mm2, set, chip, memory, host);
  else
    multiply_integers(mm2, set, chip, memory, host);
}

}  // namespace bmemu::emulator
