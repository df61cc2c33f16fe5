// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>

#include "emulator/arithmetic/nan_order.h"
#include "emulator/arithmetic/products/sum_fast.h"
#include "emulator/tiu/bm1684/conv/conv.h"
#include "emulator/tiu/shared/taps.h"

namespace bmemu::emulator::bm1684 {
namespace {

constexpr std::size_t kAccumulators = 4;
constexpr std::size_t kAccumulatorFloats = 512 * 1024;  ///< of a step: they stay in the second-level cache
constexpr std::size_t kNoWeight = static_cast<std::size_t>(-1);

/// Taps in the chip's order and where their weights lie. An odd number of channels counts as one more, of zeros.
struct Products {
  std::vector<const float*> taps;
  std::vector<std::size_t> weights;
};

Products products_of(const FloatConv& conv, const Taps<float>& taps, const float* zeros) {
  Products products;
  for (std::size_t position = 0; position < conv.window.kernel_positions(); ++position) {
    for (std::size_t c = 0; c < conv.input_channels; ++c) {
      products.taps.push_back(taps.tap(c, position / conv.window.x.kernel, position % conv.window.x.kernel));
      products.weights.push_back(conv.place(position) + c);
    }
    if (conv.input_channels % 2 == 0) continue;
    products.taps.push_back(zeros);
    products.weights.push_back(kNoWeight);
  }
  return products;
}

/// One result with the NaN that survives. Observed: products and sums keep the payload of their first operand; the even
/// accumulators come before the odd ones, the later of each pair first.
float exact_sum(const Products& products, const float* weights, std::size_t column) {
  float sum[kAccumulators] = {};
  for (std::size_t t = 0; t < products.taps.size(); ++t)
    if (products.weights[t] != kNoWeight) {
      float& s = sum[t % kAccumulators];
      s = ordered_add(s, ordered_multiply(products.taps[t][column], weights[products.weights[t]]));
    }
  return ordered_add(ordered_add(sum[2], sum[0]), ordered_add(sum[3], sum[1]));
}

void load_taps(const FloatConv& conv, const float* input, Taps<float>& taps) {
  const WindowSources sources(conv.window);
  std::vector<float> extended;
  for (std::size_t c = 0; c < conv.input_channels; ++c) {
    extend_plane(sources, input + c * conv.window.input_pixels(), 0.0F, 0.0F, extended);
    taps.set(c, extended);
  }
}

}  // namespace

void FloatConv::run(const float* input, float* results, const HostArithmetic& host) const {
  Taps<float> taps(window, input_channels);
  load_taps(*this, input, taps);
  const std::vector<float> zeros(taps.positions() + kTapSlack);
  const Products products = products_of(*this, taps, zeros.data());
  const std::size_t stride = accumulator_stride(taps.positions());
  const std::size_t step = std::max<std::size_t>(kAccumulatorFloats / kAccumulators / stride / 8 * 8, 8);
  std::vector<float> total[kAccumulators];
  for (std::size_t first = 0; first < output_channels; first += step) {
    ProductSum<float, float> sum;
    sum.taps = products.taps;
    sum.rows = std::min(step, output_channels - first);
    sum.columns = taps.positions();
    sum.cpu = host.cpu;
    sum.weights = [&](std::size_t row, const TapRange& range, float* out, std::size_t out_step) {
      const float* from = weights(first + row);
      for (std::size_t i = 0; i < range.count; ++i) {
        const std::size_t place = products.weights[range[i]];
        out[i * out_step] = place == kNoWeight ? 0.0F : from[place];
      }
    };
    for (auto& t : total) t.assign(sum.rows * stride, 0.0F);
    const bool fast = host.floats == FloatMode::kFast;
    if (fast)
      sum_fast(sum, total[0].data());
    else
      for (std::size_t a = 0; a < kAccumulators; ++a) sum_in_order(sum, a, kAccumulators, total[a].data());
    float* to = results + first * window.output_pixels();
    taps.for_each_run(sum.rows, stride, [&](std::size_t from, std::size_t dense, std::size_t count) {
      for (std::size_t i = from; i < from + count; ++i) {
        float& result = to[dense + i - from];
        result = (total[2][i] + total[0][i]) + (total[3][i] + total[1][i]);
        if (result != result && !fast) result = exact_sum(products, weights(first + i / stride), i % stride);
      }
    });
  }
}

}  // namespace bmemu::emulator::bm1684
