// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolution against a reference that takes every value from memory by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulator/tiu/bm1684/execute.h"
#include "isa/error.h"
#include "tests/emulator/tiu/bm1684/test_memory.h"

namespace bmemu::emulator {
namespace {

using namespace testing;
using isa::bm1684::Conv;

struct Geometry {
  std::size_t n, ic, oc, h, w, kh, kw, stride_y, stride_x, up, down, left, right, insert_y, insert_x, dilate_y,
      dilate_x;
  std::size_t oh() const {
    return ((h - 1) * (insert_y + 1) + 1 + up + down - ((kh - 1) * (dilate_y + 1) + 1)) / stride_y + 1;
  }
  std::size_t ow() const {
    return ((w - 1) * (insert_x + 1) + 1 + left + right - ((kw - 1) * (dilate_x + 1) + 1)) / stride_x + 1;
  }
};

template <class Random>
Geometry random_geometry(Random& random) {
  const auto draw = [&](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  Geometry g{draw(1, 5), draw(1, 70), draw(1, 70), draw(3, 9), draw(3, 40), draw(1, 3), draw(1, 3), draw(1, 2),
             draw(1, 2), 0,           0,           0,          0,           0,          0,          0,
             0};
  if (draw(0, 1) == 1) g.up = draw(0, 3), g.down = draw(0, 3), g.left = draw(0, 3), g.right = draw(0, 3);
  if (draw(0, 3) == 0) g.insert_y = draw(0, 2), g.insert_x = draw(0, 2);
  if (draw(0, 3) == 0) g.dilate_y = draw(0, 1), g.dilate_x = draw(0, 1);
  if ((g.kh - 1) * (g.dilate_y + 1) >= g.h) g.dilate_y = 0;
  if ((g.kw - 1) * (g.dilate_x + 1) >= g.w) g.dilate_x = 0;
  return g;
}

Conv make_conv(const Geometry& g, std::size_t block) {
  auto i = defaults<Conv>();
  i.res0_n = g.n, i.res0_c = g.oc, i.res0_h = g.oh(), i.res0_w = g.ow();
  i.opd0_c = g.ic, i.opd0_h = g.h, i.opd0_w = g.w;
  i.opd1_h = g.kh, i.opd1_w = g.kw;
  i.res_op_y_str = g.stride_y, i.res_op_x_str = g.stride_x;
  i.opd0_up_pad = g.up, i.opd0_dn_pad = g.down, i.opd0_lf_pad = g.left, i.opd0_rt_pad = g.right;
  i.opd0_y_ins0 = g.insert_y, i.opd0_x_ins0 = g.insert_x;
  i.opd1_y_ins0 = g.dilate_y, i.opd1_x_ins0 = g.dilate_x;
  const std::size_t blocks = (g.ic + block - 1) / block;
  i.short_opd1_str = 3;
  i.opd1_w_str = blocks, i.opd1_h_str = blocks * g.kw, i.opd1_c_str = blocks * g.kw * g.kh;
  i.opd0_addr = 0x08000000 + 5 * 0x80000, i.opd1_addr = 0x08020000 + 62 * 0x80000;
  i.opd2_addr = 0x08060000 + 62 * 0x80000, i.res0_addr = 0x08068000 + 62 * 0x80000;
  return i;
}

/// Byte offset of a weight: blocks of channels, strides in blocks.
std::uint64_t weight_at(const Conv& i, std::size_t block, unsigned bytes, std::size_t o, std::size_t c, std::size_t y,
                        std::size_t x) {
  const std::uint64_t start = (i.opd1_addr - 0x08000000) / 0x80000;
  const std::uint64_t blocks =
      (start + o) / 64 * i.opd1_c_str + y * i.opd1_h_str + x * i.opd1_w_str + c / block * i.opd1_n_str;
  return (start + o) % 64 * 0x80000 + (i.opd1_addr - 0x08000000) % 0x80000 + (blocks * block + c % block) * bytes;
}

/// The input place that a window position sees; false where padding or an inserted zero stands.
bool input_of(const Geometry& g, std::size_t oy, std::size_t ox, std::size_t ky, std::size_t kx, std::size_t& y,
              std::size_t& x) {
  const std::size_t py = oy * g.stride_y + ky * (g.dilate_y + 1), px = ox * g.stride_x + kx * (g.dilate_x + 1);
  if (py < g.up || px < g.left) return false;
  if ((py - g.up) % (g.insert_y + 1) != 0 || (px - g.left) % (g.insert_x + 1) != 0) return false;
  y = (py - g.up) / (g.insert_y + 1), x = (px - g.left) / (g.insert_x + 1);
  return y < g.h && x < g.w;
}

float reference_float(const TestMemory& m, const Conv& i, const Geometry& g, const Place& input, std::size_t n,
                      std::size_t o, std::size_t oy, std::size_t ox) {
  float sum[4] = {};
  std::size_t k = 0;
  for (std::size_t ky = 0; ky < g.kh; ++ky)
    for (std::size_t kx = 0; kx < g.kw; ++kx) {
      for (std::size_t c = 0; c < g.ic; ++c, ++k) {
        std::size_t y = 0, x = 0;
        const float value = input_of(g, oy, ox, ky, kx, y, x) ? m.read<float>(input.at(n, c, y, x)) : 0.0F;
        const std::size_t wy = i.opt_kernel_rotate != 0 ? g.kh - 1 - ky : ky;
        const std::size_t wx = i.opt_kernel_rotate != 0 ? g.kw - 1 - kx : kx;
        const volatile float product = value * m.read<float>(weight_at(i, 2, 4, o, c, wy, wx));
        sum[k % 4] += product;
      }
      k += g.ic % 2;
    }
  return (sum[2] + sum[0]) + (sum[3] + sum[1]);
}

TEST(Bm1684Conv, FloatIsBitExactForRandomGeometry) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 25; ++trial) {
    const Geometry g = random_geometry(random);
    TestMemory m;
    Conv i = make_conv(g, 2);
    i.opt_kernel_rotate = trial % 2;
    i.opt_res_add = trial % 3 == 0;
    i.tsk_opd_num = trial % 4 == 0 ? 2 : 3;
    if (trial % 5 == 0) {  // deconvolution: blocks of channels outermost
      i.opd1_n_str = g.kh * g.kw, i.opd1_h_str = g.kw, i.opd1_w_str = 1;
    }
    const Place input{i.opd0_addr, 4, g.ic, g.h, g.w}, result{i.res0_addr, 4, g.oc, g.oh(), g.ow()};
    const Place bias{i.opd2_addr, 4, g.oc, 1, 1, true};
    m.fill_floats(input, g.n, random);
    m.fill_floats(result, g.n, random);
    m.fill_floats(bias, 1, random);
    m.fill_floats({i.opd1_addr, 4, g.oc, 1, g.kh * g.kw * (g.ic + 1) / 2 * 2, true}, 1, random);
    TestMemory before = TestMemory();
    std::memcpy(before.memory.local(), m.memory.local(), m.memory.local_bytes());
    execute(i, bm1684(), m.memory, {path_of_trial(trial), FloatMode::kExact});
    for (std::size_t n = 0; n < g.n; ++n)
      for (std::size_t o = 0; o < g.oc; ++o)
        for (std::size_t y = 0; y < g.oh(); ++y)
          for (std::size_t x = 0; x < g.ow(); ++x) {
            float expected = reference_float(before, i, g, input, n, o, y, x);
            if (i.tsk_opd_num == 3) expected += before.read<float>(bias.at(0, o, 0, 0));
            if (i.opt_res_add != 0) expected += before.read<float>(result.at(n, o, y, x));
            ASSERT_EQ(m.word(result.at(n, o, y, x)), float_bits(expected))
                << "trial " << trial << " n " << n << " o " << o << " y " << y << " x " << x;
          }
  }
}

TEST(Bm1684Conv, FixedPointIsExactForRandomGeometry) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 25; ++trial) {
    const Geometry g = random_geometry(random);
    TestMemory m;
    m.fill(static_cast<std::uint32_t>(trial));
    Conv i = make_conv(g, 4);
    i.opt_opd0_prec = i.opt_opd1_prec = 0, i.opt_opd2_prec = 3;
    i.opt_res0_prec = trial % 3 == 0 ? 3 : 0;
    i.opt_opd0_sign = trial % 2, i.opt_opd1_sign = trial / 2 % 2, i.opt_relu = trial / 4 % 2;
    i.opt_right_shift = static_cast<std::uint64_t>(trial % 12);
    i.short_opd2_str = 1;
    i.tsk_opd_num = 3;
    const Place input{i.opd0_addr, 4, g.ic, g.h, g.w}, result{i.res0_addr, 4, g.oc, g.oh(), g.ow()};
    const Place bias{i.opd2_addr, 2, g.oc, 1, 1, true};
    TestMemory before;
    std::memcpy(before.memory.local(), m.memory.local(), m.memory.local_bytes());
    execute(i, bm1684(), m.memory, {path_of_trial(trial), FloatMode::kExact});
    const bool is_signed = i.opt_relu == 0;  // the bias is signed
    const bool wide = i.opt_res0_prec == 3;
    const std::int64_t low = is_signed ? (wide ? -32768 : -128) : 0;
    const std::int64_t high = is_signed ? (wide ? 32767 : 127) : (wide ? 65535 : 255);
    for (std::size_t n = 0; n < g.n; ++n)
      for (std::size_t o = 0; o < g.oc; ++o)
        for (std::size_t oy = 0; oy < g.oh(); ++oy)
          for (std::size_t ox = 0; ox < g.ow(); ++ox) {
            std::int64_t sum = before.read<std::int16_t>(bias.at(0, o, 0, 0));
            for (std::size_t ky = 0; ky < g.kh; ++ky)
              for (std::size_t kx = 0; kx < g.kw; ++kx)
                for (std::size_t c = 0; c < g.ic; ++c) {
                  std::size_t y = 0, x = 0;
                  if (!input_of(g, oy, ox, ky, kx, y, x)) continue;
                  const auto value = before.packed<std::uint8_t>(input, n, c, y, x);
                  const auto weight = before.read<std::uint8_t>(weight_at(i, 4, 1, o, c, ky, kx));
                  sum += (i.opt_opd0_sign != 0 ? static_cast<std::int8_t>(value) : value) *
                         (i.opt_opd1_sign != 0 ? static_cast<std::int8_t>(weight) : weight);
                }
            const double scaled = std::floor(double(sum) / std::pow(2.0, double(i.opt_right_shift)) + 0.5);
            const auto expected = static_cast<std::int64_t>(std::clamp(scaled, double(low), double(high)));
            // Words of 16-bit sums hold four batches as well: they are twice as long, in rows of as many words.
            const std::uint64_t word = result.at(n / 4, o, oy, ox);
            const std::uint64_t first = word / 0x80000 * 0x80000 + i.res0_addr % 0x80000;
            const std::int64_t found = wide
                                           ? std::int64_t{m.read<std::uint16_t>(first + 2 * (word - first) + n % 4 * 2)}
                                           : std::int64_t{m.packed<std::uint8_t>(result, n, o, oy, ox)};
            ASSERT_EQ(found, expected & (wide ? 0xFFFF : 0xFF)) << "trial " << trial << " n " << n << " o " << o;
          }
  }
}

TEST(Bm1684Conv, SumsBeyond32BitsDoNotWrap) {
  auto i = defaults<Conv>();
  i.opt_opd0_prec = i.opt_opd1_prec = i.opt_res0_prec = 0;
  i.opt_opd0_sign = i.opt_opd1_sign = i.opt_relu = 0;
  i.opd0_c = 4000, i.opd0_h = i.opd1_h = 3, i.opd0_w = i.opd1_w = 3;
  i.short_opd1_str = 3;
  i.opd1_w_str = 1000, i.opd1_h_str = 3000, i.opd1_c_str = 9000;
  i.opd1_addr = 0x08020000;
  i.opt_right_shift = 24;
  TestMemory m;
  const Place input{i.opd0_addr, 4, 4000, 3, 3};
  for (std::size_t c = 0; c < 4000; ++c)
    for (std::size_t p = 0; p < 9; ++p) m.put_packed<std::uint8_t>(input, 0, c, p / 3, p % 3, 255);
  std::memset(m.memory.local() + 0x20000, 255, 36000);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.read<std::uint8_t>(0x40000), (36000LL * 255 * 255 + (1 << 23)) >> 24);
}

TEST(Bm1684Conv, OnlyTheBatchesThatExistAreWritten) {
  auto i = defaults<Conv>();
  i.opt_opd0_prec = i.opt_opd1_prec = i.opt_res0_prec = 0;
  i.opt_opd1_const = 1, i.opd1_addr = 1;
  i.res0_n = 5;
  TestMemory m;
  m.write<std::uint32_t>(0x40000, 0xA5A5A5A5);
  m.write<std::uint32_t>(0x40080, 0xA5A5A5A5);
  m.write<std::uint32_t>(0, 0x04030201);
  m.write<std::uint32_t>(0x80, 0x08070605);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0x04030201U);
  EXPECT_EQ(m.word(0x40080), 0xA5A5A505U);
}

TEST(Bm1684Conv, NanKeepsThePayloadOfItsFirstTerm) {
  auto i = defaults<Conv>();
  i.opd0_c = 4;
  i.short_opd1_str = 3, i.opd1_c_str = i.opd1_h_str = i.opd1_w_str = 2;
  TestMemory m;
  const std::uint32_t nan = 0x7FC00000;
  for (std::uint32_t c = 0; c < 4; ++c) {
    m.write<std::uint32_t>(c * 0x80000, nan + 1 + c);
    m.write<std::uint32_t>(0x10000 + 4 * c, nan + 0x100 + c);
  }
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), nan + 3) << "accumulator 2 comes first, and the input before the weight";
  m.write<float>(0, std::numeric_limits<float>::infinity());
  for (std::uint32_t c = 0; c < 4; ++c) m.write<float>(0x10000 + 4 * c, 0.0F);
  for (std::uint32_t c = 1; c < 4; ++c) m.write<float>(c * 0x80000, 0.0F);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0xFFC00000U) << "infinity times zero";
}

TEST(Bm1684Conv, DenormalsCountAsZero) {
  auto i = defaults<Conv>();
  i.opt_opd1_const = 1;
  i.opd1_addr = float_bits(1.0F);
  TestMemory m;
  m.write<std::uint32_t>(0, 0x00400000);
  m.write<std::uint32_t>(0x40000, 1);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0U);
}

TEST(Bm1684Conv, UnknownFormsAreRefused) {
  const auto refused = [](Conv i) {
    TestMemory m;
    try {
      execute(i, bm1684(), m.memory);
    } catch (const Error& error) {
      return error.id();
    }
    return std::string("computed");
  };
  auto i = defaults<Conv>();
  i.opt_winograd = 1;
  EXPECT_EQ(refused(i), "E-FUNCTION-UNKNOWN");
  i = defaults<Conv>();
  i.tsk_lane_num = 1;
  EXPECT_EQ(refused(i), "E-FUNCTION-UNKNOWN");
  i = defaults<Conv>();
  i.opt_opd0_prec = 0;
  EXPECT_EQ(refused(i), "E-FUNCTION-UNKNOWN");
}

}  // namespace
}  // namespace bmemu::emulator
