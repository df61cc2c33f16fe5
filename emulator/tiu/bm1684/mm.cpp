// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix multiplication.
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/products/sum_fast.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/conv/batch.h"
#include "emulator/tiu/bm1684/elementwise/float_op.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684/operand_sets.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

struct Sizes {
  std::size_t rows, depth, columns;
};

/// The left matrix row by row: stored in groups of columns whose last one may be cut, and perhaps transposed.
template <class T>
std::vector<T> left_matrix(const isa::bm1684::Mm& i, const Sizes& size, const std::vector<T>& stored) {
  const std::size_t pitch = i.opd0_c * i.opd0_w;
  std::vector<T> left(size.rows * size.depth);
  for (std::size_t m = 0; m < size.rows; ++m)
    for (std::size_t k = 0; k < size.depth; ++k)
      left[m * size.depth + k] = i.opt_left_tran != 0 ? stored[k * pitch + m] : stored[m * pitch + k];
  return left;
}

float exact_sum(const float* left, const float* right, std::size_t depth, std::size_t columns) {
  float sum[2] = {};
  for (std::size_t k = 0; k < depth; ++k)
    sum[k % 2] = ordered_add(sum[k % 2], ordered_multiply(left[k], right[k * columns]));
  return ordered_add(sum[0], sum[1]);
}

/// Product k, rounded, is added to accumulator k mod 2; the result is their sum.
std::vector<float> multiply(const std::vector<float>& left, std::vector<float> right, const Sizes& size,
                            const HostArithmetic& host) {
  right.resize(size.depth * size.columns + kTapSlack);
  ProductSum<float, float> sum;
  for (std::size_t k = 0; k < size.depth; ++k) sum.taps.push_back(&right[k * size.columns]);
  sum.weights = rows_of(left.data(), size.depth);
  sum.rows = size.rows;
  sum.columns = size.columns;
  sum.cpu = host.cpu;
  const std::size_t stride = accumulator_stride(size.columns);
  std::vector<float> even(size.rows * stride), odd(size.rows * stride), results(size.rows * size.columns);
  const bool fast = host.floats == FloatMode::kFast;
  if (fast) {
    sum_fast(sum, even.data());
  } else {
    sum_in_order(sum, 0, 2, even.data());
    sum_in_order(sum, 1, 2, odd.data());
  }
  for (std::size_t m = 0; m < size.rows; ++m)
    for (std::size_t j = 0; j < size.columns; ++j) {
      float& result = results[m * size.columns + j];
      result = even[m * stride + j] + odd[m * stride + j];
      if (result != result && !fast) result = exact_sum(&left[m * size.depth], &right[j], size.depth, size.columns);
    }
  return results;
}

void execute_float(const isa::bm1684::Mm& i, const MmOperands& set, const Sizes& size, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory, const HostArithmetic& host) {
  const auto left = set.left ? left_matrix(i, size, gathered<float>(*set.left, chip, memory))
                             : std::vector<float>(size.rows * size.depth, to_float(std::uint32_t(i.opd0_addr)));
  const auto right = gathered<float>(set.right, chip, memory);
  const auto bias = set.bias ? gathered<float>(*set.bias, chip, memory) : std::vector<float>{};
  const auto old = set.old ? gathered<float>(*set.old, chip, memory) : std::vector<float>{};
  const FlushDenormals flush;
  std::vector<float> results = multiply(left, right, size, host);
  for (std::size_t m = 0; m < size.rows; ++m) {
    float* row = &results[m * size.columns];
    if (!bias.empty())
      for (std::size_t j = 0; j < size.columns; ++j) row[j] = ordered_add(row[j], bias[j]);
    if (!old.empty())
      for (std::size_t j = 0; j < size.columns; ++j) row[j] = ordered_add(row[j], old[m * size.columns + j]);
  }
  scatter(set.result, chip, memory, results.data());
}

void execute_fixed(const isa::bm1684::Mm& i, const MmOperands& set, const Sizes& size, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory) {
  using Values = std::vector<std::int32_t>;
  const auto left = set.left ? left_matrix(i, size, gather_wide<std::int32_t>(*set.left, chip, memory))
                             : Values(size.rows * size.depth, immediate_value(i.opd0_addr, 8, i.opt_opd0_sign != 0));
  const auto right = gather_wide<std::int32_t>(set.right, chip, memory);
  const auto bias = set.bias ? gather_wide<std::int32_t>(*set.bias, chip, memory) : Values(size.columns);
  const auto old = set.old ? gather_wide<std::int32_t>(*set.old, chip, memory) : Values{};
  const std::int64_t old_factor = std::int64_t{1} << i.opt_left_shift;
  const auto shift = static_cast<unsigned>(i.opt_right_shift);
  const IntegerRange range = integer_range(value_bits(set.result), is_signed(set.result));
  Values results(size.rows * size.columns);
  std::vector<std::int64_t> sums(size.columns);
  for (std::size_t m = 0; m < size.rows; ++m) {
    for (std::size_t j = 0; j < size.columns; ++j)
      sums[j] = bias[j] + (old.empty() ? 0 : old[m * size.columns + j] * old_factor);
    for (std::size_t k = 0; k < size.depth; ++k) {
      const std::int32_t factor = left[m * size.depth + k];
      const std::int32_t* row = &right[k * size.columns];
      for (std::size_t j = 0; j < size.columns; ++j) sums[j] += factor * row[j];
    }
    for (std::size_t j = 0; j < size.columns; ++j)
      results[m * size.columns + j] = static_cast<std::int32_t>(range.clamp(round_half_up_shift(sums[j], shift)));
  }
  if (value_bits(set.result) == 8) {
    scatter(set.result, chip, memory, std::vector<std::uint8_t>(results.begin(), results.end()).data());
  } else {
    scatter(set.result, chip, memory, std::vector<std::uint16_t>(results.begin(), results.end()).data());
  }
}

}  // namespace

void execute(const isa::bm1684::Mm& i, const isa::ChipSpec& chip, memory::ChipMemory& memory,
             const HostArithmetic& host) {
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  const bool transposed = i.opt_left_tran != 0;
  const Sizes size{transposed ? set.left_columns : set.left_rows, transposed ? set.left_rows : set.left_columns,
                   i.res0_c * i.res0_w};
  if (i.opt_opd0_prec == Precision::kF32 && i.opt_opd1_prec == Precision::kF32 && i.opt_res0_prec == Precision::kF32) {
    execute_float(i, set, size, chip, memory, host);
  } else if (i.opt_opd0_prec == Precision::kI8 && i.opt_opd1_prec == Precision::kI8 && value_bits(set.result) <= 16) {
    execute_fixed(i, set, size, chip, memory);
  } else {
    throw unknown_function(i, Refusal::kFormats);
  }
}

}  // namespace bmemu::emulator
