// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>

#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/products/sum_fast.h"
#include "emulator/tiu/bm1684x/conv/conv_shape.h"
#include "emulator/tiu/bm1684x/conv/convolve.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/shared/taps.h"

namespace bmemu::emulator::bm1684x {

void convolve_floats(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory, const HostArithmetic& host) {
  const ConvShape shape(conv, set);
  const DataType format = set.input.format;
  const bool single = format == DataType::kF32, fast = host.floats == FloatMode::kFast;
  const Floats input = load_factors(set.input, chip, memory);
  const Floats kernel = set.kernel ? load_factors(*set.kernel, chip, memory) : Floats();
  const Floats bias = set.extra ? load_floats(*set.extra, chip, memory)
                                : Floats(shape.outputs, constant_float(conv.opd2_addr, DataType::kF32));
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
        sum.taps.push_back(taps.tap(c, k / shape.window.x.kernel, k % shape.window.x.kernel));
        order.push_back(shape.weight_at(c, k));
      }
      groups.push_back(count);
    }
  const float constant = constant_float(conv.opd1_addr, format);
  const std::size_t kernel_stride = set.kernel ? set.kernel->shape[3] : 0;
  sum.weights = [&](std::size_t row, const TapRange& range, float* out, std::size_t step) {
    const float* weights = set.kernel ? kernel.data() + row * kernel_stride : nullptr;
    for (std::size_t i = 0; i < range.count; ++i)
      out[i * step] = weights == nullptr ? constant : weights[order[range[i]]];
  };
  sum.rows = shape.outputs;
  sum.cpu = host.cpu;
  sum.columns = taps.positions();

  const std::size_t stride = accumulator_stride(sum.columns);
  const std::size_t input_plane = std::size_t{set.input.shape[2]} * set.input.shape[3];
  const std::size_t result_batch = element_count(set.result) / shape.batches;
  const WindowSources sources(shape.window);
  Floats extended;
  Floats out(element_count(set.result));
  Floats first(shape.outputs * stride), second(shape.outputs * stride);
  for (std::size_t n = 0; n < shape.batches; ++n) {
    for (std::size_t c = 0; c < shape.inputs; ++c) {
      const float* plane = input.data() + (n * shape.inputs + c) * input_plane;
      extend_plane(sources, plane, pads.pad(c), pads.insert(c), extended);
      taps.set(c, extended);
    }
    // Observed: the accumulator of the odd products starts at the bias; when an old result is added it starts at that
    // one, and the bias moves to the accumulator of the even products.
    Floats& biased = set.previous ? first : second;
    Floats& other = set.previous ? second : first;
    for (std::size_t o = 0; o < shape.outputs; ++o) std::fill_n(biased.begin() + o * stride, stride, bias[o]);
    other.assign(shape.outputs * stride, 0);
    if (set.previous)
      taps.for_each_run(shape.outputs, stride, [&](std::size_t sums, std::size_t dense, std::size_t count) {
        std::copy_n(previous.data() + n * result_batch + dense, count, other.data() + sums);
      });
    if (single && !fast) {
      // Observed: of two nan that of the accumulator without the bias stays.
      sum_two_accumulators(sum, first.data(), second.data(), set.previous ? NanOf::kOdd : NanOf::kEven);
    } else {
      // Observed: with 16-bit factors that of the bias does.
      for (std::size_t i = 0; i < first.size(); ++i) first[i] = ordered_add(biased[i], other[i]);
      if (fast)
        sum_fast(sum, first.data());
      else
        sum_aligned_groups(sum, groups, first.data());
    }
    taps.for_each_run(shape.outputs, stride, [&](std::size_t sums, std::size_t dense, std::size_t count) {
      std::copy_n(first.data() + sums, count, out.data() + n * result_batch + dense);
    });
  }
  store_sums(set.result, chip, memory, out.data());
}

}  // namespace bmemu::emulator::bm1684x
