// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// PorD: pooling and depthwise convolution.
#include <algorithm>

#include "emulator/arithmetic/fixed_point.h"
#include "emulator/arithmetic/flush_denormals.h"
#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/rounding.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"
#include "emulator/tiu/shared/window.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

using Op = isa::bm1684x::PorD::Op;

Window checked_window(const isa::bm1684x::PorD& pord) {
  Window window = window_of(pord);
  window.mode = static_cast<PadMode>(pord.pad_mode);
  check_sizes(window, "pooling");
  check_reach(window, "pooling");
  return window;
}

/// The inputs of a channel that the kernel positions meet, position by position: `taps(k)[output]`.
template <class T>
class ChannelTaps {
 public:
  explicit ChannelTaps(const Window& window)
      : window_(window),
        outputs_(std::size_t{window.y.output} * window.x.output),
        values_(outputs_ * window.y.kernel * window.x.kernel) {}

  std::size_t outputs() const { return outputs_; }
  std::size_t count() const { return std::size_t{window_.y.kernel} * window_.x.kernel; }
  const T* operator[](std::size_t k) const { return values_.data() + k * outputs_; }

  void set(const std::vector<T>& extended) {
    const std::size_t width = window_.x.extent();
    T* to = values_.data();
    for (std::size_t ky = 0; ky < window_.y.kernel; ++ky)
      for (std::size_t kx = 0; kx < window_.x.kernel; ++kx)
        for (std::size_t y = 0; y < window_.y.output; ++y) {
          const T* from =
              extended.data() + (y * window_.y.stride + ky * window_.y.dilation) * width + kx * window_.x.dilation;
          for (std::size_t x = 0; x < window_.x.output; ++x) *to++ = from[x * window_.x.stride];
        }
  }

 private:
  Window window_;
  std::size_t outputs_;
  std::vector<T> values_;
};

/// Runs `channel(batch and channel index, channel, taps, results)` for every channel.
template <class T, class F>
void for_each_channel(const PorDOperands& set, const Window& window, const std::vector<T>& input,
                      const std::vector<T>& pads, std::vector<T>& out, F&& channel) {
  const std::size_t channels = set.result.shape[1];
  const std::size_t plane = std::size_t{set.input.shape[2]} * set.input.shape[3];
  ChannelTaps<T> taps(window);
  for (std::size_t i = 0; i < set.result.shape[0] * channels; ++i) {
    const std::size_t c = i % channels, pair = pads.size() == 2 ? 0 : 2 * c;
    taps.set(extend(window, input.data() + i * plane, pads[pair], pads[pair + 1]));
    channel(c, taps, out.data() + i * taps.outputs());
  }
}

/// Where the weight of kernel position k lies.
std::size_t weight_at(const isa::bm1684x::PorD& pord, std::size_t k, std::size_t count) {
  return pord.kernel_rotate != 0 ? count - 1 - k : k;
}

/// sum[i] += tap[i] * weight in the format.
void accumulate(DataType format, const float* tap, float weight, float* sum, std::size_t count) {
  if (format == DataType::kF32) {
    const FlushDenormals flush;  // observed, unlike convolution
    for (std::size_t i = 0; i < count; ++i) {
      sum[i] = ordered_add(sum[i], ordered_multiply(tap[i], weight));
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const float product = round_to(format, ordered_multiply(tap[i], weight));
    sum[i] = round_to(format, ordered_add(sum[i], product));
  }
}

void pool_floats(const isa::bm1684x::PorD& pord, const PorDOperands& set, const isa::ChipSpec& chip,
                 memory::ChipMemory& memory) {
  const Window window = checked_window(pord);
  const DataType format = set.input.format;
  const Floats input = load_floats(set.input, chip, memory);
  const Floats pads = set.pad ? load_floats(*set.pad, chip, memory)
                              : Floats{constant_float(pord.opd3_addr, format), constant_float(pord.res1_addr, format)};
  const Floats kernel = set.kernel ? load_floats(*set.kernel, chip, memory) : Floats();
  const Floats bias = set.bias ? load_floats(*set.bias, chip, memory) : Floats();
  const float constant_weight = constant_float(pord.opd1_addr, format);
  const float constant_bias = constant_float(pord.opd2_addr, format);
  const bool average = pord.operation() == Op::kAverage;
  Floats out(element_count(set.result)), odd;
  for_each_channel<float>(
      set, window, input, pads, out, [&](std::size_t c, const ChannelTaps<float>& taps, float* even) {
        const std::size_t count = taps.count(), outputs = taps.outputs();
        // Observed: the bias starts the odd products; with 16-bit floats every product and every sum is rounded to
        // them. An average has no bias: sums start at -0, to which adding is without effect.
        std::fill_n(even, outputs, average ? -0.0F : 0.0F);
        odd.assign(outputs, average ? -0.0F : bias.empty() ? constant_bias : bias[c]);
        for (std::size_t k = 0; k < count; ++k) {
          const float weight = kernel.empty() ? constant_weight : kernel[c * count + weight_at(pord, k, count)];
          accumulate(format, taps[k], weight, k % 2 == 0 ? even : odd.data(), outputs);
        }
        for (std::size_t i = 0; i < outputs; ++i)
          even[i] = round_to(format, average ? ordered_add(even[i], odd[i]) : ordered_add(odd[i], even[i]));
      });
  store_sums(set.result, chip, memory, out.data());
}

/// Floats are compared as numbers and moved as bits.
template <class Number>
void pool_maximum(const isa::bm1684x::PorD& pord, PorDOperands set, DataType raw, std::int64_t lowest,
                  const isa::ChipSpec& chip, memory::ChipMemory& memory, Number&& number) {
  set.input.format = set.result.format = raw;
  if (set.pad) set.pad->format = raw;
  const Integers pads = set.pad
                            ? load_integers(*set.pad, chip, memory)
                            : Integers{constant_integer(pord.opd3_addr, raw), constant_integer(pord.res1_addr, raw)};
  Integers out(element_count(set.result));
  for_each_channel<std::int64_t>(set, checked_window(pord), load_integers(set.input, chip, memory), pads, out,
                                 [&](std::size_t, const ChannelTaps<std::int64_t>& taps, std::int64_t* result) {
                                   std::fill_n(result, taps.outputs(), lowest);
                                   for (std::size_t k = 0; k < taps.count(); ++k)
                                     for (std::size_t i = 0; i < taps.outputs(); ++i)
                                       result[i] = number(result[i]) > number(taps[k][i]) ? result[i] : taps[k][i];
                                 });
  if (raw == DataType::kU32)
    for (auto& word : out)
      if ((word & 0x7F800000) == 0) word &= 0x80000000;
  store_integers(set.result, chip, memory, out.data());
}

std::int64_t lowest_finite(DataType format) {
  switch (format) {
    case DataType::kF16: return 0xFBFF;
    case DataType::kBf16: return 0xFF7F;
    default: return 0xFF7FFFFF;
  }
}

/// Observed: the maximum starts at the lowest finite number. The maximum so far stays only when it is larger, so that a
/// nan gives way to the next number and a number to a nan. Denormals of f32 and bf16 count as zero, and those of f32
/// become zero; those of bf16 are moved as they are.
void pool_maximum(const isa::bm1684x::PorD& pord, const PorDOperands& set, const isa::ChipSpec& chip,
                  memory::ChipMemory& memory) {
  const DataType format = set.input.format;
  if (is_float(format))
    pool_maximum(pord, set, bits(format) == 16 ? DataType::kU16 : DataType::kU32, lowest_finite(format), chip, memory,
                 [format](std::int64_t x) { return flushed(constant_float(static_cast<std::uint64_t>(x), format)); });
  else
    pool_maximum(pord, set, format, range_of(format).low, chip, memory, [](std::int64_t x) { return x; });
}

void pool_integers(const isa::bm1684x::PorD& pord, const PorDOperands& set, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory) {
  const Window window = checked_window(pord);
  const DataType format = set.input.format, kernel_format = format_of(pord.opd0_prec, pord.opd1_sign);
  const Integers input = load_integers(set.input, chip, memory);
  const Integers pads =
      set.pad ? load_integers(*set.pad, chip, memory)
              : Integers{constant_integer(pord.opd3_addr, format), constant_integer(pord.res1_addr, format)};
  const Integers kernel = set.kernel ? load_integers(*set.kernel, chip, memory) : Integers();
  const Integers bias = set.bias ? load_integers(*set.bias, chip, memory) : Integers();
  const std::int64_t constant_weight = constant_integer(pord.opd1_addr, kernel_format);
  const std::int64_t constant_bias = constant_integer(pord.opd2_addr, format_of(Precision::kI32, pord.opd2_sign));
  const bool average = pord.operation() == Op::kAverage;
  const auto shift = static_cast<int>(pord.opd2_addr & 0xFFU);
  // Observed with one amount only (64): bits 8 to 15 shift right. Compilers set none.
  const auto depthwise_shift = static_cast<int>((pord.res1_addr >> 8) & 0xFFU);
  const auto rounding = static_cast<Rounding>(pord.opd2_n_str);
  const IntegerRange range = range_of(set.result.format);
  const bool any_sign = (pord.opd0_sign | pord.opd1_sign | pord.opd2_sign) != 0;
  const auto wrapped = [any_sign](std::int64_t value) {
    return any_sign ? std::int64_t{static_cast<std::int32_t>(value)} : static_cast<std::int64_t>(value & 0xFFFFFFFF);
  };
  Integers out(element_count(set.result));
  for_each_channel<std::int64_t>(
      set, window, input, pads, out, [&](std::size_t c, const ChannelTaps<std::int64_t>& taps, std::int64_t* sum) {
        const std::size_t count = taps.count();
        for (std::size_t k = 0; k < count; ++k) {
          const std::int64_t weight = kernel.empty() ? constant_weight : kernel[c * count + weight_at(pord, k, count)];
          for (std::size_t i = 0; i < taps.outputs(); ++i) sum[i] = wrapping_sum(sum[i], weight, taps[k][i]);
        }
        for (std::size_t i = 0; i < taps.outputs(); ++i) {
          // Observed: an average rounds half up whatever the mode says; depthwise sums wrap around at 32 bits.
          std::int64_t value = sum[i];
          if (average)
            value = shift_right_rounded(value, shift, Rounding::kHalfUp);
          else
            value = shift_right_rounded(wrapped(wrapping_sum(value, bias.empty() ? constant_bias : bias[c], 1)),
                                        depthwise_shift, rounding);
          if (pord.operation() == Op::kDepthwiseRelu) value = std::max<std::int64_t>(value, 0);
          sum[i] = range.clamp(value);
        }
      });
  store_integers(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::PorD& pord, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const PorDOperands set = operand_set(pord, chip);
  const DataType format = set.input.format;
  if (is_float(format) != is_float(set.result.format)) throw unknown_function(pord, Refusal::kOperandAndResult);
  if (pord.operation() == Op::kMaximum)
    pool_maximum(pord, set, chip, memory);
  else if (is_float(format))
    pool_floats(pord, set, chip, memory);
  else
    pool_integers(pord, set, chip, memory);
}

}  // namespace bmemu::emulator
