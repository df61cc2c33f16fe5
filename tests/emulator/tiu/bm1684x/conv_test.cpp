// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolution, pooling and depthwise convolution against loops over every element.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "isa/error.h"
#include "tests/emulator/tiu/bm1684x/local_tensor.h"

namespace bmemu::emulator {
namespace {

struct Geometry {
  std::size_t n, ic, oc, h, w, kh, kw, sy, sx, dy, dx, up, dn, lf, rt, iy, ix, oh, ow;
};

Geometry draw(std::mt19937& random) {
  const auto below = [&](std::size_t end) { return random() % end; };
  Geometry g{};
  do {
    g = {1 + below(2),
         1 + below(70),
         1 + below(70),
         1 + below(9),
         1 + below(9),
         1 + below(4),
         1 + below(4),
         1 + below(3),
         1 + below(3),
         1 + below(2),
         1 + below(2),
         below(3),
         below(3),
         below(3),
         below(3),
         below(2),
         below(2),
         0,
         0};
    const std::size_t height = (g.h - 1) * (g.iy + 1) + 1 + g.up + g.dn,
                      width = (g.w - 1) * (g.ix + 1) + 1 + g.lf + g.rt;
    const std::size_t reach_y = g.dy * (g.kh - 1) + 1, reach_x = g.dx * (g.kw - 1) + 1;
    if (height < reach_y || width < reach_x) continue;
    g.oh = (height - reach_y) / g.sy + 1;
    g.ow = (width - reach_x) / g.sx + 1;
  } while (g.oh == 0);
  return g;
}

template <class Instruction>
void set_geometry(Instruction& i, const Geometry& g) {
  i.cmd_short = 1;
  i.res0_n = g.n;
  i.res0_c = g.oc;
  i.res0_h = g.oh;
  i.res0_w = g.ow;
  i.opd0_h = g.h;
  i.opd0_w = g.w;
  i.opd1_h = g.kh;
  i.opd1_w = g.kw;
  i.res_op_y_str = g.sy;
  i.res_op_x_str = g.sx;
  i.opd1_y_ins0 = g.dy - 1;
  i.opd1_x_ins0 = g.dx - 1;
  i.opd0_up_pad = g.up;
  i.opd0_dn_pad = g.dn;
  i.opd0_lf_pad = g.lf;
  i.opd0_rt_pad = g.rt;
  i.opd0_y_ins0 = g.iy;
  i.opd0_x_ins0 = g.ix;
}

/// The input that a kernel position meets, or pad or insert value.
template <class T>
T met(const LocalTensor<T>& input, const Geometry& g, std::size_t n, std::size_t c, std::size_t y, std::size_t x, T pad,
      T insert) {
  const std::size_t height = (g.h - 1) * (g.iy + 1) + 1, width = (g.w - 1) * (g.ix + 1) + 1;
  if (y < g.up || y >= g.up + height || x < g.lf || x >= g.lf + width) return pad;
  if ((y - g.up) % (g.iy + 1) != 0 || (x - g.lf) % (g.ix + 1) != 0) return insert;
  return input.get(n, c, (y - g.up) / (g.iy + 1), (x - g.lf) / (g.ix + 1));
}

/// -128 or 128, and 255 or -1: products and their sums that saturate where arithmetic is too narrow.
constexpr std::uint8_t kExtremes[] = {0x80, 0xFF};

TEST(ConvBm1684x, IntegerSumsMatchALoopOverEveryProduct) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 40; ++trial) {
    const Geometry g = draw(random);
    Bench bench;
    bench.host.cpu = path_of_trial(trial);
    isa::bm1684x::Conv conv;
    set_geometry(conv, g);
    conv.opd0_c = g.ic;
    conv.opd0_sign = random() % 2;
    conv.opd1_sign = 1;
    conv.kernel_rotate = random() % 2;
    conv.res0_prec = kCodeI32;
    conv.opd2_const = conv.opd3_const = 1;
    conv.opd2_addr = random() % 256;  // kernel zero point
    conv.opd3_addr = random() % 256;
    conv.res1_addr = random() % 256;
    conv.opd0_addr = 0;
    conv.opd1_addr = 0x8000;
    conv.res0_addr = 0x20000;
    const LocalTensor<std::uint8_t> input{bench, 0, {g.n, g.ic, g.h, g.w}};
    const bool extreme = trial % 4 == 0;
    const auto byte = [&] { return extreme ? kExtremes[random() % 2] : static_cast<std::uint8_t>(random()); };
    input.fill(byte);
    const std::size_t blocks = (g.ic + 63) / 64;
    const LocalTensor<std::int8_t> kernel{bench, 0x8000, {1, g.oc, 1, blocks * g.kh * g.kw * 64}, Layout::kCompact};
    kernel.fill([&] { return static_cast<std::int8_t>(byte()); });
    bench.run(conv);
    const LocalTensor<std::int32_t> result{bench, 0x20000, {g.n, g.oc, g.oh, g.ow}};
    const auto number = [&](std::uint8_t x) {
      return conv.opd0_sign != 0 ? std::int32_t{static_cast<std::int8_t>(x)} : x;
    };
    const std::int32_t zero = static_cast<std::uint8_t>(conv.opd2_addr);
    result.for_each([&](std::size_t n, std::size_t o, std::size_t y, std::size_t x) {
      std::int32_t expected = 0;
      for (std::size_t c = 0; c < g.ic; ++c)
        for (std::size_t ky = 0; ky < g.kh; ++ky)
          for (std::size_t kx = 0; kx < g.kw; ++kx) {
            const std::size_t k = ky * g.kw + kx, stored = conv.kernel_rotate != 0 ? g.kh * g.kw - 1 - k : k;
            const auto in =
                met<std::uint8_t>(input, g, n, c, y * g.sy + ky * g.dy, x * g.sx + kx * g.dx,
                                  static_cast<std::uint8_t>(conv.opd3_addr), static_cast<std::uint8_t>(conv.res1_addr));
            expected += number(in) * (kernel.get(0, o, 0, (c / 64 * g.kh * g.kw + stored) * 64 + c % 64) - zero);
          }
      ASSERT_EQ(result.get(n, o, y, x), expected) << trial << ": " << n << " " << o << " " << y << " " << x;
    });
  }
}

TEST(ConvBm1684x, F32ProductsTakeTurnsBetweenTwoAccumulators) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 30; ++trial) {
    const Geometry g = draw(random);
    Bench bench;
    bench.host.cpu = path_of_trial(trial);
    isa::bm1684x::Conv conv;
    set_geometry(conv, g);
    conv.opd0_c = g.ic;
    conv.opd0_prec = conv.res0_prec = kCodeF32;
    conv.opd3_const = 1;
    conv.res_add = random() % 2;
    conv.opd1_addr = 0x8000;
    conv.opd2_addr = 0x18000;
    conv.res0_addr = 0x20000;
    const auto draw_float = [&] { return std::ldexp(static_cast<float>(random() % 2001) - 1000, random() % 10); };
    const LocalTensor<float> input{bench, 0, {g.n, g.ic, g.h, g.w}};
    const LocalTensor<float> kernel{bench, 0x8000, {1, g.oc, 1, g.ic * g.kh * g.kw}, Layout::kCompact};
    const LocalTensor<float> bias{bench, 0x18000, {1, g.oc, 1, 1}, Layout::kCompact};
    const LocalTensor<float> result{bench, 0x20000, {g.n, g.oc, g.oh, g.ow}};
    input.fill(draw_float);
    kernel.fill(draw_float);
    bias.fill(draw_float);
    result.fill(draw_float);
    std::vector<float> previous;
    result.for_each([&](auto... at) { previous.push_back(result.get(at...)); });
    bench.run(conv);
    std::size_t i = 0;
    result.for_each([&](std::size_t n, std::size_t o, std::size_t y, std::size_t x) {
      float total[2] = {0, bias.get(0, o, 0, 0)};
      if (conv.res_add != 0) {
        total[0] = bias.get(0, o, 0, 0);
        total[1] = previous[i];
      }
      ++i;
      std::size_t t = 0;
      for (std::size_t c = 0; c < g.ic; ++c)
        for (std::size_t ky = 0; ky < g.kh; ++ky)
          for (std::size_t kx = 0; kx < g.kw; ++kx, ++t) {
            const volatile float product =
                met<float>(input, g, n, c, y * g.sy + ky * g.dy, x * g.sx + kx * g.dx, 0.0F, 0.0F) *
                kernel.get(0, o, 0, (c * g.kh + ky) * g.kw + kx);
            total[t % 2] += product;
          }
      ASSERT_EQ(result.get(n, o, y, x), total[0] + total[1]) << trial;
    });
  }
}

TEST(ConvBm1684x, NarrowResultsSaturate) {
  Bench bench;
  isa::bm1684x::Conv conv;
  set_geometry(conv, {1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1});
  conv.opd0_c = 2;
  conv.opd0_sign = conv.opd1_sign = 1;
  conv.opd2_const = conv.opd3_const = 1;
  conv.opd1_addr = 0x8000;
  conv.res0_addr = 0x20000;
  const LocalTensor<std::int8_t> input{bench, 0, {1, 2, 1, 1}}, kernel{bench, 0x8000, {1, 1, 1, 64}, Layout::kCompact},
      narrow{bench, 0x20000, {1, 1, 1, 1}};
  input.fill([] { return 100; });
  kernel.fill([] { return -100; });
  bench.run(conv);
  EXPECT_EQ(narrow.get(0, 0, 0, 0), -128);
  conv.res0_prec = kCodeI16;
  bench.run(conv);
  EXPECT_EQ((LocalTensor<std::int16_t>{bench, 0x20000, {1, 1, 1, 1}}.get(0, 0, 0, 0)), -20000);
}

TEST(ConvBm1684x, AResultBeyondThePaddedInputIsRefused) {
  Bench bench;
  isa::bm1684x::Conv conv;
  set_geometry(conv, {1, 1, 1, 4, 4, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 3, 2});
  conv.opd0_c = 1;
  conv.opd1_const = conv.opd2_const = conv.opd3_const = 1;
  try {
    bench.run(conv);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-OPERAND-RANGE");
  }
}

TEST(PorDBm1684x, AverageIsTheScaledSumRoundedHalfUp) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 30; ++trial) {
    Geometry g = draw(random);
    g.ic = g.oc;
    Bench bench;
    isa::bm1684x::PorD pord;
    set_geometry(pord, g);
    pord.tsk_eu_typ = 1;
    pord.opd0_sign = 1;
    pord.res0_prec = kCodeI16;
    pord.opd1_const = pord.opd3_const = 1;
    pord.opd1_addr = random() % 128;
    pord.opd2_addr = random() % 8;  // shift
    pord.opd2_n_str = random() % 7;
    pord.opd3_addr = 3;
    pord.res0_addr = 0x20000;
    const LocalTensor<std::int8_t> input{bench, 0, {g.n, g.oc, g.h, g.w}};
    input.fill([&] { return static_cast<std::int8_t>(random()); });
    bench.run(pord);
    const LocalTensor<std::int16_t> result{bench, 0x20000, {g.n, g.oc, g.oh, g.ow}};
    result.for_each([&](std::size_t n, std::size_t c, std::size_t y, std::size_t x) {
      std::int64_t sum = 0;
      for (std::size_t ky = 0; ky < g.kh; ++ky)
        for (std::size_t kx = 0; kx < g.kw; ++kx)
          sum += met<std::int8_t>(input, g, n, c, y * g.sy + ky * g.dy, x * g.sx + kx * g.dx, 3, 0);
      const double scaled = static_cast<double>(sum) * static_cast<double>(pord.opd1_addr) / (1 << pord.opd2_addr);
      const auto expected = std::clamp<double>(std::floor(scaled + 0.5), -32768, 32767);
      ASSERT_EQ(result.get(n, c, y, x), expected) << trial;
    });
  }
}

TEST(PorDBm1684x, MaximumTakesPartOfThePadding) {
  std::mt19937 random(4);
  for (int trial = 0; trial < 30; ++trial) {
    Geometry g = draw(random);
    g.ic = g.oc;
    g.iy = g.ix = 0;
    g.oh = (g.h + g.up + g.dn - std::min(g.h + g.up + g.dn, g.dy * (g.kh - 1) + 1)) / g.sy + 1;
    g.ow = (g.w + g.lf + g.rt - std::min(g.w + g.lf + g.rt, g.dx * (g.kw - 1) + 1)) / g.sx + 1;
    if (g.h + g.up + g.dn < g.dy * (g.kh - 1) + 1 || g.w + g.lf + g.rt < g.dx * (g.kw - 1) + 1) continue;
    Bench bench;
    isa::bm1684x::PorD pord;
    set_geometry(pord, g);
    pord.tsk_eu_typ = 4;
    pord.opd0_prec = pord.res0_prec = kCodeF32;
    pord.opd3_const = 1;
    const float pad = 0.25F;
    std::uint32_t bits;
    std::memcpy(&bits, &pad, 4);
    pord.opd3_addr = bits;
    pord.res0_addr = 0x20000;
    const LocalTensor<float> input{bench, 0, {g.n, g.oc, g.h, g.w}};
    input.fill([&] { return static_cast<float>(random() % 100) / 50 - 1; });
    bench.run(pord);
    const LocalTensor<float> result{bench, 0x20000, {g.n, g.oc, g.oh, g.ow}};
    result.for_each([&](std::size_t n, std::size_t c, std::size_t y, std::size_t x) {
      float expected = -1e30F;
      for (std::size_t ky = 0; ky < g.kh; ++ky)
        for (std::size_t kx = 0; kx < g.kw; ++kx)
          expected = std::max(expected, met<float>(input, g, n, c, y * g.sy + ky * g.dy, x * g.sx + kx * g.dx, pad, 0));
      ASSERT_EQ(result.get(n, c, y, x), expected) << trial;
    });
  }
}

TEST(PorDBm1684x, DepthwiseIntegersMultiplyEachChannelWithItsOwnKernel) {
  std::mt19937 random(5);
  for (int trial = 0; trial < 30; ++trial) {
    Geometry g = draw(random);
    g.ic = g.oc;
    Bench bench;
    isa::bm1684x::PorD pord;
    set_geometry(pord, g);
    pord.opd0_sign = pord.opd1_sign = pord.opd2_sign = 1;
    pord.res0_prec = kCodeI32;
    pord.kernel_rotate = random() % 2;
    pord.opd3_const = 1;
    pord.opd1_addr = 0x8000;
    pord.opd2_addr = 0x10000;
    pord.res0_addr = 0x20000;
    const LocalTensor<std::int8_t> input{bench, 0, {g.n, g.oc, g.h, g.w}},
        kernel{bench, 0x8000, {1, g.oc, g.kh, g.kw}, Layout::kCompact};
    const LocalTensor<std::int32_t> bias{bench, 0x10000, {1, g.oc, 1, 1}, Layout::kCompact};
    input.fill([&] { return static_cast<std::int8_t>(random()); });
    kernel.fill([&] { return static_cast<std::int8_t>(random()); });
    bias.fill([&] { return static_cast<std::int32_t>(random()) >> 8; });
    bench.run(pord);
    const LocalTensor<std::int32_t> result{bench, 0x20000, {g.n, g.oc, g.oh, g.ow}};
    result.for_each([&](std::size_t n, std::size_t c, std::size_t y, std::size_t x) {
      std::int32_t expected = bias.get(0, c, 0, 0);
      for (std::size_t ky = 0; ky < g.kh; ++ky)
        for (std::size_t kx = 0; kx < g.kw; ++kx) {
          const bool rotated = pord.kernel_rotate != 0;
          expected += met<std::int8_t>(input, g, n, c, y * g.sy + ky * g.dy, x * g.sx + kx * g.dx, 0, 0) *
                      kernel.get(0, c, rotated ? g.kh - 1 - ky : ky, rotated ? g.kw - 1 - kx : kx);
        }
      ASSERT_EQ(result.get(n, c, y, x), expected) << trial;
    });
  }
}

TEST(PorDBm1684x, DepthwiseSumsOfWordsWrapAround) {
  Bench bench;
  const Geometry g{1, 1, 1, 1, 5, 1, 4, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 2};
  isa::bm1684x::PorD pord;
  set_geometry(pord, g);
  pord.opd0_prec = pord.opd1_prec = pord.res0_prec = kCodeI32;
  pord.opd0_sign = pord.opd1_sign = pord.opd2_sign = 1;
  pord.opd2_const = pord.opd3_const = 1;
  pord.opd1_addr = 0x8000;
  pord.res0_addr = 0x20000;
  const LocalTensor<std::int32_t> input{bench, 0, {1, 1, 1, 5}}, kernel{bench, 0x8000, {1, 1, 1, 4}, Layout::kCompact},
      result{bench, 0x20000, {1, 1, 1, 2}};
  input.fill([] { return INT32_MIN; });
  kernel.fill([] { return INT32_MIN; });
  input.set(0, 0, 0, 0, INT32_MIN + 1);
  bench.run(pord);
  EXPECT_EQ(result.get(0, 0, 0, 0), INT32_MIN);  // 4 * 2^62 - 2^31
  EXPECT_EQ(result.get(0, 0, 0, 1), 0);
}

}  // namespace
}  // namespace bmemu::emulator
