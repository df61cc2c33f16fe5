// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// CONV: convolution.
#include <algorithm>

#include "emulator/arithmetic/fixed_point.h"
#include "emulator/arithmetic/rounding.h"
#include "emulator/tiu/bm1684x/elementwise.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/taps.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"
#include "emulator/unknown_function.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

std::uint32_t field(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

Window window_of(const isa::bm1684x::Conv& conv) {
  Window window;
  window.y = {field(conv.opd0_h),          field(conv.res0_h),      field(conv.opd1_h),      field(conv.res_op_y_str),
              field(conv.opd1_y_ins0) + 1, field(conv.opd0_up_pad), field(conv.opd0_dn_pad), field(conv.opd0_y_ins0)};
  window.x = {field(conv.opd0_w),          field(conv.res0_w),      field(conv.opd1_w),      field(conv.res_op_x_str),
              field(conv.opd1_x_ins0) + 1, field(conv.opd0_lf_pad), field(conv.opd0_rt_pad), field(conv.opd0_x_ins0)};
  window.mode = static_cast<PadMode>(conv.pad_mode);
  return window;
}

/// Everything of a convolution that does not depend on the number format.
class Shape {
 public:
  Shape(const isa::bm1684x::Conv& conv, const ConvOperands& set)
      : window(window_of(conv)),
        batches(set.result.shape[0]),
        outputs(set.result.shape[1]),
        inputs(set.input.shape[1]),
        kernel_rows(field(conv.opd1_h)),
        kernel_columns(field(conv.opd1_w)),
        rotated(conv.kernel_rotate != 0),
        block(kernel_block(set.input.format)) {
    if (window.y.stride == 0 || window.x.stride == 0 || kernel_rows == 0 || kernel_columns == 0)
      throw Error({"E-OPERAND-RANGE", "convolution", "0", "at least 1", "a stride or a kernel size is zero"});
    if (window.y.reach() > window.y.extent() || window.x.reach() > window.x.extent())
      throw Error({"E-OPERAND-RANGE", "convolution",
                   std::to_string(window.y.reach()) + " x " + std::to_string(window.x.reach()),
                   "at most " + std::to_string(window.y.extent()) + " x " + std::to_string(window.x.extent()),
                   "the result reaches beyond the padded input"});
  }

  std::size_t kernel_size() const { return kernel_rows * kernel_columns; }

  /// Where the weight of an input channel and a kernel position lies in the kernel of one output channel.
  std::size_t weight_at(std::size_t channel, std::size_t position) const {
    const std::size_t stored = rotated ? kernel_size() - 1 - position : position;
    return (channel / block * kernel_size() + stored) * block + channel % block;
  }

  Window window;
  std::size_t batches, outputs, inputs, kernel_rows, kernel_columns;
  bool rotated;
  std::size_t block;
};

/// Value and insert value of each channel, or one pair for all.
template <class T>
struct Pads {
  std::vector<T> values;  ///< pad, insert, pad, insert ...
  T pad(std::size_t channel) const { return values[values.size() == 2 ? 0 : 2 * channel]; }
  T insert(std::size_t channel) const { return values[values.size() == 2 ? 1 : 2 * channel + 1]; }
};

/// Accumulators of one batch [outputs][positions] to rows of a dense result, or back.
template <class T>
void unpack(const Shape& shape, std::size_t row, const T* sums, std::size_t stride, T* dense) {
  for (std::size_t c = 0; c < shape.outputs; ++c)
    for (std::size_t y = 0; y < shape.window.y.output; ++y) {
      std::copy_n(sums + c * stride + y * row, shape.window.x.output, dense);
      dense += shape.window.x.output;
    }
}

template <class T>
void pack(const Shape& shape, std::size_t row, const T* dense, std::size_t stride, T* sums) {
  for (std::size_t c = 0; c < shape.outputs; ++c)
    for (std::size_t y = 0; y < shape.window.y.output; ++y) {
      std::copy_n(dense, shape.window.x.output, sums + c * stride + y * row);
      dense += shape.window.x.output;
    }
}

void convolve_floats(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory) {
  const Shape shape(conv, set);
  const Format format = set.input.format;
  const bool single = format == Format::kF32;
  const Floats input = load_factors(set.input, chip, memory);
  const Floats kernel = set.kernel ? load_factors(*set.kernel, chip, memory) : Floats();
  const Floats bias = set.extra ? load_floats(*set.extra, chip, memory)
                                : Floats(shape.outputs, constant_float(conv.opd2_addr, Format::kF32));
  const Floats previous = set.previous ? load_floats(*set.previous, chip, memory) : Floats();
  const Pads<float> pads{set.pad
                             ? load_floats(*set.pad, chip, memory)
                             : Floats{constant_float(conv.opd3_addr, format), constant_float(conv.res1_addr, format)}};

  // Order of the products: f32 channel, position; 16 bits: block of channels, position, channel inside the block.
  Taps<float> taps(shape.window, shape.inputs);
  ProductSum<float, float> sum;
  std::vector<std::size_t> groups, order;
  for (std::size_t first = 0; first < shape.inputs; first += shape.block)
    for (std::size_t k = 0; k < shape.kernel_size(); ++k) {
      const std::size_t count = std::min(shape.block, shape.inputs - first);
      for (std::size_t c = first; c < first + count; ++c) {
        sum.taps.push_back(taps.tap(c, k / shape.kernel_columns, k % shape.kernel_columns));
        order.push_back(shape.weight_at(c, k));
      }
      groups.push_back(count);
    }
  Floats weights(shape.outputs * order.size(), constant_float(conv.opd1_addr, format));
  if (set.kernel)
    for (std::size_t o = 0; o < shape.outputs; ++o)
      for (std::size_t t = 0; t < order.size(); ++t)
        weights[o * order.size() + t] = kernel[o * set.kernel->shape[3] + order[t]];
  sum.weights = weights.data();
  sum.rows = shape.outputs;
  sum.columns = taps.positions();

  const std::size_t stride = accumulator_stride(sum.columns);
  const std::size_t input_plane = std::size_t{set.input.shape[2]} * set.input.shape[3];
  const std::size_t result_batch = element_count(set.result) / shape.batches;
  Floats out(element_count(set.result));
  Floats first(shape.outputs * stride), second(shape.outputs * stride);
  for (std::size_t n = 0; n < shape.batches; ++n) {
    for (std::size_t c = 0; c < shape.inputs; ++c)
      taps.set(c,
               extend(shape.window, input.data() + (n * shape.inputs + c) * input_plane, pads.pad(c), pads.insert(c)));
    // Observed: the accumulator of the odd products starts at the bias; when an old result is added it starts at that
    // one, and the bias moves to the accumulator of the even products.
    Floats& biased = set.previous ? first : second;
    Floats& other = set.previous ? second : first;
    for (std::size_t o = 0; o < shape.outputs; ++o) std::fill_n(biased.begin() + o * stride, stride, bias[o]);
    other.assign(shape.outputs * stride, 0);
    if (set.previous) pack(shape, taps.row(), previous.data() + n * result_batch, stride, other.data());
    if (single) {
      // Observed: of two nan that of the accumulator without the bias stays.
      sum_two_accumulators(sum, first.data(), second.data(), set.previous ? NanOf::kOdd : NanOf::kEven);
    } else {
      for (std::size_t i = 0; i < first.size(); ++i) first[i] += second[i];
      sum_aligned_groups(sum, groups, first.data());
    }
    unpack(shape, taps.row(), first.data(), stride, out.data() + n * result_batch);
  }
  store_sums(set.result, chip, memory, out.data());
}

void convolve_integers(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory) {
  if (bits(set.input.format) != 8) throw unknown_function(conv, "convolution of 16- or 32-bit integers");
  const Shape shape(conv, set);
  const Format format = set.input.format, kernel_format = format_of(0, conv.opd1_sign);
  const Integers input = load_integers(set.input, chip, memory);
  const Integers kernel = set.kernel ? load_integers(*set.kernel, chip, memory) : Integers();
  const bool requantised = conv.tsk_eu_typ != 0;
  const Integers zero_point =
      set.extra
          ? load_integers(*set.extra, chip, memory)
          : Integers(shape.outputs, requantised ? 0 : constant_integer(conv.opd2_addr, format_of(0, conv.opd2_sign)));
  const Integers previous = set.previous ? load_integers(*set.previous, chip, memory) : Integers();
  const Pads<std::int64_t> pads{set.pad ? load_integers(*set.pad, chip, memory)
                                        : Integers{requantised ? 0 : constant_integer(conv.opd3_addr, format),
                                                   requantised ? 0 : constant_integer(conv.res1_addr, format)}};

  const std::size_t pairs = (shape.inputs + 1) / 2;
  Taps<Pair> taps(shape.window, pairs);
  ProductSum<Pair, Pair> sum;
  std::vector<std::size_t> channels, positions;
  for (std::size_t c = 0; c < pairs; ++c)
    for (std::size_t k = 0; k < shape.kernel_size(); ++k) {
      sum.taps.push_back(taps.tap(c, k / shape.kernel_columns, k % shape.kernel_columns));
      channels.push_back(2 * c);
      positions.push_back(k);
    }
  const std::int64_t constant = constant_integer(conv.opd1_addr, kernel_format);
  std::vector<Pair> weights(shape.outputs * channels.size());
  for (std::size_t o = 0; o < shape.outputs; ++o)
    for (std::size_t t = 0; t < channels.size(); ++t) {
      const auto weight = [&](std::size_t channel) {
        if (channel >= shape.inputs) return std::int16_t{0};
        const std::int64_t value =
            set.kernel ? kernel[o * set.kernel->shape[3] + shape.weight_at(channel, positions[t])] : constant;
        return static_cast<std::int16_t>(value - zero_point[o]);
      };
      weights[o * channels.size() + t] = {weight(channels[t]), weight(channels[t] + 1)};
    }
  sum.weights = weights.data();
  sum.rows = shape.outputs;
  sum.columns = taps.positions();

  const std::size_t stride = accumulator_stride(sum.columns);
  const std::size_t input_plane = std::size_t{set.input.shape[2]} * set.input.shape[3];
  const std::size_t result_batch = element_count(set.result) / shape.batches;
  std::vector<std::int32_t> sums(shape.outputs * stride), dense(result_batch);
  Integers out(element_count(set.result));
  const IntegerRange range = range_of(set.result.format);
  for (std::size_t n = 0; n < shape.batches; ++n) {
    for (std::size_t c = 0; c < pairs; ++c) {
      const std::size_t a = 2 * c, b = std::min(2 * c + 1, shape.inputs - 1);
      const auto even =
          extend(shape.window, input.data() + (n * shape.inputs + a) * input_plane, pads.pad(a), pads.insert(a));
      const auto odd =
          extend(shape.window, input.data() + (n * shape.inputs + b) * input_plane, pads.pad(b), pads.insert(b));
      std::vector<Pair> both(even.size());
      for (std::size_t i = 0; i < both.size(); ++i)
        both[i] = {static_cast<std::int16_t>(even[i]), static_cast<std::int16_t>(odd[i])};
      taps.set(c, both);
    }
    std::fill(sums.begin(), sums.end(), 0);
    sum_wrapping(sum, sums.data());
    unpack(shape, taps.row(), sums.data(), stride, dense.data());
    for (std::size_t i = 0; i < result_batch; ++i) {
      std::int64_t value = dense[i];
      if (requantised)  // observed: the shift counts modulo 32
        value = shift_right_rounded(value + static_cast<std::int16_t>(conv.opd2_addr),
                                    static_cast<int>(conv.opd3_addr & 0x1FU), Rounding::kHalfUp);
      if (set.previous) value += previous[n * result_batch + i];
      out[n * result_batch + i] = bits(set.result.format) == 32 ? value : range.clamp(value);
    }
  }
  store_integers(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const ConvOperands set = operand_set(conv, chip);
  const bool float_in = is_float(set.input.format);
  if (float_in != is_float(set.result.format) || (float_in && conv.tsk_eu_typ != 0))
    throw unknown_function(conv, "operand and result formats that do not go together");
  if (float_in)
    convolve_floats(conv, set, chip, memory);
  else
    convolve_integers(conv, set, chip, memory);
}

}  // namespace bmemu::emulator
