// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>

#include "emulator/tiu/bm1684/conv/conv.h"
#include "emulator/tiu/shared/taps.h"

namespace bmemu::emulator::bm1684 {
namespace {

// A product of two 8-bit numbers is below 2^16: that many fit 32 bits.
constexpr std::size_t kSafeProducts = 32768;

void load_taps(const IntegerConv& conv, const std::int16_t* input, std::size_t channels, Taps<Pair>& taps) {
  const WindowSources sources(conv.window);
  const std::size_t plane = conv.window.input_pixels();
  std::vector<Pair> extended;
  for (std::size_t c = 0; c < channels; c += 2) {
    // A missing second channel is zero, so that its weight may be anything.
    const std::int16_t* even = input + c * plane;
    const std::int16_t* odd = c + 1 < channels ? even + plane : nullptr;
    const auto copy = [&](std::size_t index, std::size_t count, Pair* to) {
      for (std::size_t i = 0; i < count; ++i)
        to[i] = {even[index + i], odd == nullptr ? std::int16_t{0} : odd[index + i]};
    };
    extend(sources, Pair{0, 0}, Pair{0, 0}, copy, extended);
    taps.set(c / 2, extended);
  }
}

}  // namespace

void IntegerConv::run(const std::int16_t* input, std::int64_t* sums, CpuPath cpu) const {
  const std::size_t positions = window.kernel_positions(), pixels = window.output_pixels();
  const std::size_t group = std::min(input_channels, std::max<std::size_t>(kSafeProducts / positions / 2 * 2, 2));
  std::fill(sums, sums + output_channels * pixels, 0);
  for (std::size_t first = 0; first < input_channels; first += group) {
    const std::size_t channels = std::min(group, input_channels - first);
    Taps<Pair> taps(window, (channels + 1) / 2);
    load_taps(*this, input + first * window.input_pixels(), channels, taps);
    ProductSum<Pair, Pair> sum;
    std::vector<std::size_t> places;  // of the first weight; the second one follows
    for (std::size_t position = 0; position < positions; ++position)
      for (std::size_t c = 0; c < channels; c += 2) {
        sum.taps.push_back(taps.tap(c / 2, position / window.x.kernel, position % window.x.kernel));
        places.push_back(place(position) + first + c);
      }
    sum.weights = [&](std::size_t row, const TapRange& range, Pair* out, std::size_t step) {
      const std::int16_t* from = weights(row);
      for (std::size_t i = 0; i < range.count; ++i) {
        const std::int16_t* pair = from + places[range[i]];
        out[i * step] = {pair[0], pair[1]};
      }
    };
    sum.rows = output_channels;
    sum.columns = taps.positions();
    sum.cpu = cpu;
    const std::size_t stride = accumulator_stride(sum.columns);
    std::vector<std::int32_t> total(output_channels * stride);
    sum_wrapping(sum, total.data());
    taps.for_each_run(output_channels, stride, [&](std::size_t from, std::size_t dense, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) sums[dense + i] += total[from + i];
    });
  }
}

}  // namespace bmemu::emulator::bm1684
