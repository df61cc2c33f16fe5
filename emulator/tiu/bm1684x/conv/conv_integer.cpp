// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <algorithm>
#include <functional>

#include "emulator/arithmetic/fixed_point.h"
#include "emulator/arithmetic/rounding.h"
#include "emulator/operand/gather.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/conv/conv_shape.h"
#include "emulator/tiu/bm1684x/conv/convolve.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"
#include "emulator/tiu/shared/taps.h"

namespace bmemu::emulator::bm1684x {
namespace {

/// An even channel and its neighbour at one position of the kernel: what a pair of products takes.
struct PairPlace {
  std::size_t channel, position;
};

/// All pairs in the order of the stored weights: sums that wrap around do not depend on the order.
std::vector<PairPlace> pair_places(const ConvShape& shape) {
  std::vector<PairPlace> places;
  places.reserve((shape.inputs + 1) / 2 * shape.kernel_size());
  for (std::size_t first = 0; first < shape.inputs; first += shape.block)
    for (std::size_t k = 0; k < shape.kernel_size(); ++k)
      for (std::size_t c = first; c < std::min(first + shape.block, shape.inputs); c += 2) places.push_back({c, k});
  return places;
}

/// Weights less the zero point of their output channel.
class PairWeights {
 public:
  PairWeights(const isa::bm1684x::Conv& conv, const ConvOperands& set, const ConvShape& shape,
              const std::vector<PairPlace>& places, const isa::ChipSpec& chip, const memory::ChipMemory& memory)
      : signed_(conv.opd1_sign != 0),
        constant_(
            static_cast<std::int16_t>(constant_integer(conv.opd1_addr, format_of(Precision::kI8, conv.opd1_sign)))) {
    for (const PairPlace& place : places)
      at_.push_back(static_cast<std::uint32_t>(shape.weight_at(place.channel, place.position)));
    if (set.kernel) {
      kernel_ = gathered<std::uint8_t>(*set.kernel, chip, memory);
      stride_ = set.kernel->shape[3];
    }
    const bool requantised = conv.operation() != isa::bm1684x::Conv::Op::kNormal;
    const std::int64_t zero =
        requantised ? 0 : constant_integer(conv.opd2_addr, format_of(Precision::kI8, conv.opd2_sign));
    zero_points_ = set.extra ? load_integers(*set.extra, chip, memory) : Integers(set.result.shape[1], zero);
  }

  void operator()(std::size_t row, const TapRange& taps, Pair* out, std::size_t step) const {
    const auto zero = static_cast<std::int16_t>(zero_points_[row]);
    const std::uint8_t* from = kernel_.data() + row * stride_;
    if (kernel_.empty())
      fill([&](std::size_t) { return constant_; }, zero, taps, out, step);
    else if (signed_)
      fill([from](std::size_t i) { return static_cast<std::int8_t>(from[i]); }, zero, taps, out, step);
    else
      fill([from](std::size_t i) { return from[i]; }, zero, taps, out, step);
  }

 private:
  template <class Stored>
  void fill(Stored&& stored, std::int16_t zero, const TapRange& taps, Pair* out, std::size_t step) const {
    const auto weight = [&](std::size_t i) { return static_cast<std::int16_t>(stored(i) - zero); };
    const std::uint32_t* at = at_.data();
    for (std::size_t i = 0; i < taps.count; ++i) {
      const std::size_t place = at[taps[i]];
      out[i * step] = {weight(place), weight(place + 1)};
    }
  }

  std::vector<std::uint32_t> at_;  ///< place of a pair's first weight in the kernel of an output channel
  std::vector<std::uint8_t> kernel_;
  bool signed_;
  std::int16_t constant_;
  std::size_t stride_ = 0;
  Integers zero_points_;
};

/// Without `odd` its values are zero.
template <class Byte>
void interleave(const std::uint8_t* even, const std::uint8_t* odd, std::size_t count, Pair* to) {
  if (odd == nullptr)
    for (std::size_t i = 0; i < count; ++i) to[i] = {static_cast<Byte>(even[i]), 0};
  else
    for (std::size_t i = 0; i < count; ++i) to[i] = {static_cast<Byte>(even[i]), static_cast<Byte>(odd[i])};
}

/// Lays out one batch of the input as pairs of channels.
class PairTaps {
 public:
  PairTaps(const isa::bm1684x::Conv& conv, const ConvOperands& set, const ConvShape& shape, const isa::ChipSpec& chip,
           const memory::ChipMemory& memory)
      : shape_(shape),
        sources_(shape.window),
        taps_(shape.window, (shape.inputs + 1) / 2),
        input_(gathered<std::uint8_t>(set.input, chip, memory)),
        signed_(is_signed(set.input.format)),
        plane_(std::size_t{set.input.shape[2]} * set.input.shape[3]) {
    const auto constant = [&](std::uint64_t field) {
      return conv.operation() != isa::bm1684x::Conv::Op::kNormal ? 0 : constant_integer(field, set.input.format);
    };
    pads_.values =
        set.pad ? load_integers(*set.pad, chip, memory) : Integers{constant(conv.opd3_addr), constant(conv.res1_addr)};
  }

  const Taps<Pair>& taps() const { return taps_; }

  void load(std::size_t batch) {
    for (std::size_t a = 0; a < shape_.inputs; a += 2) {
      // A missing second channel is zero, so that its weight may be anything.
      const bool both = a + 1 < shape_.inputs;
      const auto pair_of = [both](std::int64_t first, std::int64_t second) {
        return Pair{static_cast<std::int16_t>(first), static_cast<std::int16_t>(both ? second : 0)};
      };
      const std::size_t b = both ? a + 1 : a;
      const std::uint8_t* even = input_.data() + (batch * shape_.inputs + a) * plane_;
      const std::uint8_t* odd = both ? even + plane_ : nullptr;
      const auto copy = [&](std::size_t index, std::size_t count, Pair* to) {
        const std::uint8_t* second = odd == nullptr ? nullptr : odd + index;
        if (signed_)
          interleave<std::int8_t>(even + index, second, count, to);
        else
          interleave<std::uint8_t>(even + index, second, count, to);
      };
      extend(sources_, pair_of(pads_.pad(a), pads_.pad(b)), pair_of(pads_.insert(a), pads_.insert(b)), copy, extended_);
      taps_.set(a / 2, extended_);
    }
  }

 private:
  const ConvShape& shape_;
  WindowSources sources_;
  Taps<Pair> taps_;
  std::vector<std::uint8_t> input_;
  bool signed_;
  std::size_t plane_;
  Pads<std::int64_t> pads_;
  std::vector<Pair> extended_;
};

/// Results of sums: saturated when they are narrower, requantised, added to the old result.
class Finish {
 public:
  Finish(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
         const memory::ChipMemory& memory)
      : results_(set.result, chip),
        range_(range_of(set.result.format)),
        wide_(bits(set.result.format) == 32),
        requantised_(conv.operation() != isa::bm1684x::Conv::Op::kNormal),
        offset_(constant_integer(conv.opd2_addr, format_of(Precision::kI16, conv.opd2_sign))),
        shift_(static_cast<std::int32_t>(conv.opd3_addr)) {
    if (set.previous) previous_ = load_integers(*set.previous, chip, memory);
  }

  void put(std::size_t first, std::size_t count, const std::int32_t* sums) {
    if (wide_ && !requantised_ && previous_.empty()) {
      results_.put_words(first, count, sums);
      return;
    }
    Piece<std::int64_t> out;
    in_pieces(count, [&](std::size_t start, std::size_t n) {
      for (std::size_t i = 0; i < n; ++i) {
        std::int64_t value = sums[start + i];
        if (requantised_) value = sum_shifted_right(value + offset_, shift_);
        if (!previous_.empty()) value += previous_[first + start + i];
        out[i] = wide_ ? value : range_.clamp(value);
      }
      results_.put(first + start, n, out.data());
    });
  }
  void store(memory::ChipMemory& memory) const { results_.store(memory); }

 private:
  Results<std::int64_t> results_;
  IntegerRange range_;
  bool wide_, requantised_;
  std::int64_t offset_;
  std::int32_t shift_;
  Integers previous_;
};

}  // namespace

void convolve_integers(const isa::bm1684x::Conv& conv, const ConvOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory, const HostArithmetic& host) {
  if (bits(set.input.format) != 8) throw unknown_function(conv, Refusal::kWideConvolution);
  const ConvShape shape(conv, set);
  PairTaps input(conv, set, shape, chip, memory);
  const auto places = pair_places(shape);
  const PairWeights weights(conv, set, shape, places, chip, memory);
  ProductSum<Pair, Pair> sum;
  for (const PairPlace& place : places)
    sum.taps.push_back(input.taps().tap(place.channel / 2, place.position / shape.window.x.kernel,
                                        place.position % shape.window.x.kernel));
  sum.weights = std::cref(weights);
  sum.rows = shape.outputs;
  sum.cpu = host.cpu;
  sum.columns = input.taps().positions();

  const std::size_t stride = accumulator_stride(sum.columns);
  std::vector<std::int32_t> sums(shape.outputs * stride);
  Finish finish(conv, set, chip, memory);
  for (std::size_t n = 0; n < shape.batches; ++n) {
    input.load(n);
    if (n > 0) std::fill(sums.begin(), sums.end(), 0);
    sum_wrapping(sum, sums.data());
    input.taps().for_each_run(shape.outputs, stride, [&](std::size_t from, std::size_t to, std::size_t count) {
      finish.put(n * shape.outputs * shape.result_plane() + to, count, sums.data() + from);
    });
  }
  finish.store(memory);
}

}  // namespace bmemu::emulator::bm1684x
