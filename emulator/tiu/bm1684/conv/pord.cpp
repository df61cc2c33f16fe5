// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Pooling and depthwise convolution: every channel by itself.
#include <algorithm>
#include <limits>

#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684/conv/batch.h"
#include "emulator/tiu/bm1684/conv/window.h"
#include "emulator/tiu/bm1684/elementwise/float_op.h"
#include "emulator/tiu/bm1684/execute.h"
#include "emulator/tiu/bm1684/operand_sets.h"

namespace bmemu::emulator {
namespace {

using namespace bm1684;

/// Calls `f(position, from, to)` for every window position and output pixel of one extended plane: `from` indexes the
/// plane, `to` the output; positions in ascending order for each pixel.
template <class F>
void for_each_product(const Window& w, F f) {
  const std::size_t pitch = w.x.extent();
  for (std::size_t oy = 0; oy < w.y.output; ++oy)
    for (std::size_t y = 0; y < w.y.kernel; ++y)
      for (std::size_t x = 0; x < w.x.kernel; ++x) {
        const std::size_t from = (oy * w.y.stride + y * w.y.dilation) * pitch + x * w.x.dilation;
        for (std::size_t ox = 0; ox < w.x.output; ++ox)
          f(y * w.x.kernel + x, from + ox * w.x.stride, oy * w.x.output + ox);
      }
}

/// The sum of one window with the NaN that survives: products keep their input's payload, sums that of their first
/// term.
float exact_sum(const Window& w, const float* plane, const float* weights, std::size_t pixel) {
  float sum[2] = {};
  const float* corner = plane + pixel / w.x.output * w.y.stride * w.x.extent() + pixel % w.x.output * w.x.stride;
  for (std::size_t y = 0; y < w.y.kernel; ++y)
    for (std::size_t x = 0; x < w.x.kernel; ++x) {
      const std::size_t position = y * w.x.kernel + x;
      const float value = corner[y * w.y.dilation * w.x.extent() + x * w.x.dilation];
      sum[position % 2] = ordered_add(sum[position % 2], ordered_multiply(value, weights[position]));
    }
  return ordered_add(sum[0], sum[1]);
}

/// Product k, rounded, is added to accumulator k mod 2; the result is their sum. Observed: a single product is the
/// result itself, also where it is -0.
void float_sums(const Window& w, const float* plane, const float* weights, float* results) {
  const std::size_t pixels = w.output_pixels();
  std::vector<float> sum(2 * pixels);
  if (w.kernel_positions() == 1) {
    for_each_product(w, [&](std::size_t, std::size_t from, std::size_t to) {
      results[to] = ordered_multiply(plane[from], weights[0]);
    });
    return;
  }
  for_each_product(w, [&](std::size_t position, std::size_t from, std::size_t to) {
    sum[position % 2 * pixels + to] += plane[from] * weights[position];
  });
  for (std::size_t p = 0; p < pixels; ++p) {
    results[p] = sum[p] + sum[pixels + p];
    if (results[p] != results[p]) results[p] = exact_sum(w, plane, weights, p);
  }
}

void integer_sums(const Window& w, const std::int32_t* plane, const std::int32_t* weights, std::int64_t* sums) {
  std::fill(sums, sums + w.output_pixels(), 0);
  for_each_product(w, [&](std::size_t position, std::size_t from, std::size_t to) {
    sums[to] += std::int64_t{plane[from]} * weights[position];
  });
}

/// The factor of an integer average, before the shift. Observed: for kernels of up to 255 places it is, whatever the
/// field says, the largest power of two over their number, rounded, that fits in a byte, without factors of two; from
/// 228 places on there is none, and it is 0. Larger kernels take the field, where compilers put such a number for all.
std::uint64_t average_factor(std::uint64_t places, std::uint64_t field) {
  if (places > 255) return field;
  if (places >= 228) return 0;
  const auto rounded = [places](unsigned power) { return ((std::uint64_t{2} << power) / places + 1) / 2; };
  unsigned power = 0;
  while (rounded(power + 1) <= 255) ++power;
  std::uint64_t factor = rounded(power);
  while (factor % 2 == 0) factor /= 2;
  return factor;
}

/// Observed: the constant of integer average pooling also stands in the gaps of a dilated kernel.
void fill_dilation(WindowAxis& axis) {
  axis.kernel = (axis.kernel - 1) * axis.dilation + 1;
  axis.dilation = 1;
}

/// The weights of every channel, in the order of positions; pooling uses one constant everywhere.
template <class T>
std::vector<T> all_weights(const isa::bm1684::PorD& i, const Window& w, std::vector<T> stored, T constant) {
  const std::size_t positions = w.kernel_positions();
  if (stored.empty()) return std::vector<T>(i.res0_c * positions, constant);
  if (i.opt_kernel_rotate != 0)
    for (std::size_t c = 0; c < i.res0_c; ++c)
      std::reverse(stored.begin() + std::ptrdiff_t(c * positions),
                   stored.begin() + std::ptrdiff_t((c + 1) * positions));
  return stored;
}

void execute_float_sum(const isa::bm1684::PorD& i, const PorDOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory) {
  const Window w = make_window(i);
  const auto input = gathered<float>(set.input, chip, memory);
  const auto weights =
      all_weights<float>(i, w, set.kernel ? gathered<float>(*set.kernel, chip, memory) : std::vector<float>{},
                         to_float(static_cast<std::uint32_t>(i.opd1_addr)));
  const auto bias = set.bias ? gathered<float>(*set.bias, chip, memory) : std::vector<float>{};
  const FlushDenormals flush;
  std::vector<float> results(element_count(set.result));
  for (std::size_t row = 0; row < i.res0_n * i.res0_c; ++row) {
    const std::size_t c = row % i.res0_c;
    const auto plane = extend(w, &input[row * w.input_pixels()], 0.0F, 0.0F);
    float* to = &results[row * w.output_pixels()];
    float_sums(w, plane.data(), &weights[c * w.kernel_positions()], to);
    if (!bias.empty()) add_to_all(to, w.output_pixels(), bias[c]);
  }
  scatter(set.result, chip, memory, results.data());
}

void execute_integer_sum(const isa::bm1684::PorD& i, const PorDOperands& set, const isa::ChipSpec& chip,
                         memory::ChipMemory& memory) {
  Window w = make_window(i);
  const std::uint64_t constant =
      is_depthwise(i) ? i.opd1_addr : average_factor(w.kernel_positions(), i.opd1_addr & 0xFF);
  // Observed: the result of an average has the sign of a sum of products, but that of its input alone when dilated.
  const bool dilated = !is_depthwise(i) && (w.y.dilation > 1 || w.x.dilation > 1);
  const bool result_signed = dilated ? i.opt_opd0_sign != 0 && i.opt_relu == 0 : is_signed(set.result);
  if (!is_depthwise(i)) fill_dilation(w.y), fill_dilation(w.x);
  const auto weights = all_weights<std::int32_t>(
      i, w, set.kernel ? gather_wide<std::int32_t>(*set.kernel, chip, memory) : std::vector<std::int32_t>{},
      immediate_value(constant, 8, i.opt_opd1_sign != 0));
  const auto bias = set.bias ? gather_wide<std::int32_t>(*set.bias, chip, memory) : std::vector<std::int32_t>(i.res0_c);
  const ShiftAndClamp rounding{static_cast<unsigned>(i.opt_right_shift),
                               integer_range(value_bits(set.result), result_signed)};
  Batches results(i.res0_n, std::vector<std::int32_t>(i.res0_c * w.output_pixels()));
  std::vector<std::int64_t> sums(w.output_pixels());
  for (std::size_t n = 0; n < i.res0_n; ++n) {
    const auto input = gather_batch(set.input, n, chip, memory);
    for (std::size_t c = 0; c < i.res0_c; ++c) {
      const auto plane = extend(w, &input[c * w.input_pixels()], 0, 0);
      integer_sums(w, plane.data(), &weights[c * w.kernel_positions()], sums.data());
      rounding.apply(sums.data(), sums.size(), bias[c], &results[n][c * w.output_pixels()]);
    }
  }
  for (std::size_t n = 0; n < i.res0_n; ++n) scatter_batch(set.result, n, chip, memory, results[n]);
}

/// Maximum of every window of `planes` dense planes. `lowest` stands in padded places and is the result where nothing
/// is greater: NaN and minus infinity never win.
template <class T>
std::vector<T> maxima(const Window& w, const T* input, std::size_t planes, T lowest) {
  std::vector<T> results(planes * w.output_pixels(), lowest);
  for (std::size_t k = 0; k < planes; ++k) {
    const auto plane = extend(w, input + k * w.input_pixels(), lowest, lowest);
    T* to = &results[k * w.output_pixels()];
    for_each_product(w, [&](std::size_t, std::size_t from, std::size_t pixel) {
      if (plane[from] > to[pixel]) to[pixel] = plane[from];
    });
  }
  return results;
}

void execute_max(const isa::bm1684::PorD& i, const PorDOperands& set, bool is_float, const isa::ChipSpec& chip,
                 memory::ChipMemory& memory) {
  // Observed: dilation has no effect, nor have inserted places with float32.
  Window w = make_window(i, Dilation::kIgnored);
  if (is_float) {
    w.y.inserts = w.x.inserts = 0;
    pad_to_reach(w);
    const auto input = gathered<float>(set.input, chip, memory);
    const FlushDenormals flush;
    auto results = maxima(w, input.data(), i.res0_n * i.res0_c, std::numeric_limits<float>::lowest());
    for (auto& value : results) value = flushed(value);
    return scatter(set.result, chip, memory, results.data());
  }
  const auto lowest = static_cast<std::int32_t>(integer_range(value_bits(set.input), is_signed(set.input)).low);
  Batches results;
  for (std::size_t n = 0; n < i.res0_n; ++n)
    results.push_back(maxima(w, gather_batch(set.input, n, chip, memory).data(), i.res0_c, lowest));
  // Observed: the relu takes bytes for numbers with a sign, whatever the field says.
  if (i.opt_relu != 0)
    for (auto& batch : results)
      for (auto& value : batch) value = std::max<std::int32_t>(static_cast<std::int8_t>(value), 0);
  for (std::size_t n = 0; n < i.res0_n; ++n) scatter_batch(set.result, n, chip, memory, results[n]);
}

}  // namespace

void execute(const isa::bm1684::PorD& i, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  using isa::bm1684::EuOp;
  const auto set = operand_set(i, chip);
  if (!all_lanes_enabled(i)) throw unknown_function(i, Refusal::kLaneMask);
  if (i.operation() != EuOp::kMac && i.operation() != EuOp::kMax) throw unknown_function(i);
  const bool is_float = i.opt_opd0_prec == Precision::kF32 && i.opt_res0_prec == Precision::kF32;
  const bool is_fixed = i.opt_opd0_prec == Precision::kI8 && value_bits(set.result) <= 16;
  if (!is_float && !is_fixed) throw unknown_function(i, Refusal::kFormats);
  if (i.operation() == EuOp::kMac && i.tsk_opd_num == 3) {
    if (i.opt_opd2_const != 0) throw unknown_function(i, Refusal::kConstantBias);
    if (i.opt_opd2_prec != (is_float ? Precision::kF32 : Precision::kI16))
      throw unknown_function(i, Refusal::kBiasFormat);
    if (!is_depthwise(i)) throw unknown_function(i, Refusal::kAverageBias);
  }
  if (is_depthwise(i) && i.opt_opd1_prec != i.opt_opd0_prec) throw unknown_function(i, Refusal::kFormats);
  if (is_depthwise(i) && i.opt_kernel_rotate != 0 && i.opd1_h != i.opd1_w)
    throw unknown_function(i, Refusal::kKernelRotation);
  if (i.operation() == EuOp::kMax) {
    if (is_fixed && value_bits(set.result) != 8) throw unknown_function(i, Refusal::kFormats);
    execute_max(i, set, is_float, chip, memory);
  } else if (is_float) {
    execute_float_sum(i, set, chip, memory);
  } else {
    execute_integer_sum(i, set, chip, memory);
  }
}

}  // namespace bmemu::emulator
