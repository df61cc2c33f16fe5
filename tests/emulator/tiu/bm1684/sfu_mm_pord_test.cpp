// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Special functions, tables, matrix multiplication and pooling against references of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "emulator/tiu/bm1684/execute.h"
#include "tests/emulator/tiu/bm1684/test_memory.h"

namespace bmemu::emulator {
namespace {

using namespace testing;
using isa::bm1684::Mm;
using isa::bm1684::PorD;

std::uint32_t sfu(std::uint64_t code, std::uint32_t x) {
  auto i = defaults<isa::bm1684::MdSfu>();
  i.tsk_eu_typ = code;
  TestMemory m;
  m.write(0, x);
  execute(i, bm1684(), m.memory);
  return m.word(0x40000);
}

TEST(Bm1684MdSfu, FloatToIntTruncatesAndSaturates) {
  EXPECT_EQ(sfu(14, float_bits(2.9F)), 2U);
  EXPECT_EQ(sfu(14, float_bits(-2.9F)), std::uint32_t(-2));
  EXPECT_EQ(sfu(14, float_bits(3e9F)), 0x7FFFFFFFU);
  EXPECT_EQ(sfu(14, float_bits(-3e9F)), 0x80000000U);
  EXPECT_EQ(sfu(14, 0x7FC00000), 0x7FFFFFFFU);
}

TEST(Bm1684MdSfu, NormalizeRoundsPositiveNumbersToPowersOfTwo) {
  EXPECT_EQ(sfu(15, float_bits(1.0F)), 127U);
  EXPECT_EQ(sfu(15, float_bits(3.0F)), 129U);
  EXPECT_EQ(sfu(15, float_bits(-3.0F)), 128U);
  EXPECT_EQ(sfu(15, 0x3FAAAAAB), 127U);
  EXPECT_EQ(sfu(15, 0x3FAAAAAC), 128U);
  EXPECT_EQ(sfu(15, 0x7FC00000), 256U);
  EXPECT_EQ(sfu(16, float_bits(100.0F)), float_bits(128.0F));
  EXPECT_EQ(sfu(16, float_bits(-5.0F)), float_bits(-4.0F));
  EXPECT_EQ(sfu(16, 0), 0U);
  EXPECT_EQ(sfu(16, 0x7FC00000), 0U);
}

TEST(Bm1684MdSfu, ReciprocalSquareRootTakesThreeNewtonSteps) {
  std::mt19937 random(3);
  std::uniform_real_distribution<float> exponent(-30, 30);
  for (int k = 0; k < 200; ++k) {
    const float x = std::exp2(exponent(random));
    const float y = bits_float(sfu(17, float_bits(x)));
    EXPECT_NEAR(double(y) * std::sqrt(double(x)), 1.0, 3e-7) << x;
  }
  EXPECT_EQ(sfu(17, 0), 0x601AB3D4U);
  EXPECT_EQ(sfu(17, 0x7F800000), 0xFF800000U);
  EXPECT_EQ(sfu(17, 0xFF800000), 0x7F800000U);
  EXPECT_EQ(sfu(17, 0x80000000), 0xA01AB3D4U);
}

TEST(Bm1684MdSfu, TaylorHasNoConstantTerm) {
  auto i = defaults<isa::bm1684::MdSfu>();
  i.tsk_eu_typ = 13;
  i.opd1_n = 3;
  i.opd1_addr = 0x1000;
  TestMemory m;
  const float coefficients[] = {1.0F, 0.5F, 0.25F};
  std::memcpy(m.memory.l2() + 0x1000, coefficients, sizeof coefficients);
  m.write<float>(0, 2.0F);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.read<float>(0x40000), 2.0F * 1.0F + 4.0F * 0.5F + 8.0F * 0.25F);
}

TEST(Bm1684Lut, IndicesAreTakenModuloTheTable) {
  auto i = defaults<isa::bm1684::Lut>();
  i.opd1_h = 8;
  i.opd1_addr = 0x2000;
  i.res0_w = 4;
  TestMemory m;
  for (std::uint32_t k = 0; k < 256; ++k) std::memcpy(m.memory.l2() + 0x2000 + 4 * k, &k, 4);
  const std::uint32_t indices[] = {0, 255, 0xFFFFFFFF, 0x101};
  std::memcpy(m.memory.local(), indices, sizeof indices);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0U);
  EXPECT_EQ(m.word(0x40004), 255U);
  EXPECT_EQ(m.word(0x40008), 255U);
  EXPECT_EQ(m.word(0x4000C), 1U);
}

/// Element (row, column) of a matrix of `width` columns per lane.
std::uint64_t matrix_at(std::uint64_t address, unsigned bytes, std::size_t groups, std::size_t width, std::size_t row,
                        std::size_t column) {
  return Place{address, bytes, groups, 1, width}.at(row, column / width, 0, column % width);
}

TEST(Bm1684Mm, FloatIsBitExact) {
  std::mt19937 random(4);
  const auto draw = [&](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  for (int trial = 0; trial < 20; ++trial) {
    auto i = defaults<Mm>();
    const std::size_t left_width = draw(1, 20), groups = draw(1, 70), last = draw(1, left_width);
    i.opd0_n = draw(1, 4), i.opd0_c = groups, i.opd0_w = left_width, i.opd1_w = last;
    i.res0_c = draw(1, 70), i.res0_w = draw(1, 33);
    i.opt_res_add = trial % 2;
    i.opt_left_tran = trial / 2 % 2;
    i.tsk_opd_num = 3;
    i.opd0_addr = 0x08000000 + 7 * 0x80000, i.opd1_addr = 0x08004000 + 61 * 0x80000;
    i.opd2_addr = 0x08070000 + 61 * 0x80000, i.res0_addr = 0x08071000 + 61 * 0x80000;
    const std::size_t stored_columns = (groups - 1) * left_width + last;
    const std::size_t rows = i.opt_left_tran != 0 ? stored_columns : i.opd0_n;
    const std::size_t depth = i.opt_left_tran != 0 ? i.opd0_n : stored_columns;
    if (depth > 300 || rows > 20) continue;
    TestMemory m;
    m.fill_floats({i.opd0_addr, 4, groups, 1, left_width}, i.opd0_n, random);
    m.fill_floats({i.opd1_addr, 4, i.res0_c, 1, i.res0_w}, depth, random);
    m.fill_floats({i.opd2_addr, 4, i.res0_c, 1, i.res0_w}, 1, random);
    m.fill_floats({i.res0_addr, 4, i.res0_c, 1, i.res0_w}, rows, random);
    TestMemory before;
    std::memcpy(before.memory.local(), m.memory.local(), m.memory.local_bytes());
    execute(i, bm1684(), m.memory, {path_of_trial(trial), FloatMode::kExact});
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < i.res0_c * i.res0_w; ++c) {
        float sum[2] = {};
        for (std::size_t k = 0; k < depth; ++k) {
          const bool transposed = i.opt_left_tran != 0;
          const float a =
              before.read<float>(matrix_at(i.opd0_addr, 4, groups, left_width, transposed ? k : r, transposed ? r : k));
          const volatile float product = a * before.read<float>(matrix_at(i.opd1_addr, 4, i.res0_c, i.res0_w, k, c));
          sum[k % 2] += product;
        }
        float expected = sum[0] + sum[1];
        expected += before.read<float>(matrix_at(i.opd2_addr, 4, i.res0_c, i.res0_w, 0, c));
        const auto at = matrix_at(i.res0_addr, 4, i.res0_c, i.res0_w, r, c);
        if (i.opt_res_add != 0) expected += before.read<float>(at);
        ASSERT_EQ(m.word(at), float_bits(expected)) << "trial " << trial << " row " << r << " column " << c;
      }
  }
}

TEST(Bm1684Mm, FixedPointAccumulatesOnto16Bits) {
  auto i = defaults<Mm>();
  i.opt_opd0_prec = i.opt_opd1_prec = i.opt_res0_prec = 0;
  i.opt_opd2_prec = 3;
  i.opt_opd0_sign = i.opt_opd1_sign = i.opt_opd2_sign = i.opt_res_add_sign = 1;
  i.opt_relu = 0;
  i.opt_res_add = 1, i.opt_left_shift = 2, i.opt_right_shift = 3;
  i.tsk_opd_num = 3;
  i.opd0_w = i.opd1_w = 40, i.res0_w = 50;
  TestMemory m;
  m.fill(5);
  TestMemory before;
  std::memcpy(before.memory.local(), m.memory.local(), m.memory.local_bytes());
  execute(i, bm1684(), m.memory);
  for (std::size_t c = 0; c < 50; ++c) {
    std::int64_t sum = before.read<std::int16_t>(0x20000 + 2 * c) + 4 * before.read<std::int16_t>(0x40000 + 2 * c);
    for (std::size_t k = 0; k < 40; ++k)
      sum += before.read<std::int8_t>(k) * before.read<std::int8_t>(0x10000 + 128 * k + c);
    const auto expected = std::clamp(std::floor(double(sum) / 8 + 0.5), -128.0, 127.0);
    ASSERT_EQ(m.read<std::int8_t>(0x40000 + c), static_cast<int>(expected)) << c;
  }
}

PorD pool(std::uint64_t code) {
  auto i = defaults<PorD>();
  i.tsk_eu_typ = code;
  i.res0_c = 66, i.res0_h = 4, i.res0_w = 5;
  i.opd0_h = 7, i.opd0_w = 9;
  i.opd1_h = 3, i.opd1_w = 2;
  i.res_op_y_str = i.res_op_x_str = 2;
  i.opd0_up_pad = i.opd0_dn_pad = i.opd0_lf_pad = 1;
  return i;
}

TEST(Bm1684PorD, DepthwiseAndAverageUseTwoAccumulators) {
  for (const bool average : {false, true}) {
    std::mt19937 random(6);
    PorD i = pool(1);
    i.res0_n = 2;
    i.opt_opd1_const = average ? 1 : 0;
    if (average) i.opd1_addr = float_bits(1.0F / 6);
    i.tsk_opd_num = average ? 2 : 3;
    const Place input{i.opd0_addr, 4, 66, 7, 9}, result{i.res0_addr, 4, 66, 4, 5};
    const Place weights{0x08010000, 4, 66, 3, 2, true}, bias{i.opd2_addr, 4, 66, 1, 1, true};
    TestMemory m;
    m.fill_floats(input, 2, random);
    m.fill_floats(weights, 1, random);
    m.fill_floats(bias, 1, random);
    execute(i, bm1684(), m.memory);
    for (std::size_t n = 0; n < 2; ++n)
      for (std::size_t c = 0; c < 66; ++c)
        for (std::size_t p = 0; p < 20; ++p) {
          float sum[2] = {};
          for (std::size_t k = 0; k < 6; ++k) {
            const std::size_t y = p / 5 * 2 + k / 2, x = p % 5 * 2 + k % 2;  // in the padded input
            const bool inside = y >= 1 && y <= 7 && x >= 1 && x <= 9;
            const float weight = average ? 1.0F / 6 : m.read<float>(weights.at(0, c, k / 2, k % 2));
            const volatile float product = (inside ? m.read<float>(input.at(n, c, y - 1, x - 1)) : 0.0F) * weight;
            sum[k % 2] += product;
          }
          float expected = sum[0] + sum[1];
          if (!average) expected += m.read<float>(bias.at(0, c, 0, 0));
          ASSERT_EQ(m.word(result.at(n, c, p / 5, p % 5)), float_bits(expected)) << "average " << average;
        }
  }
}

TEST(Bm1684PorD, PaddingNeverWinsAMaximum) {
  PorD i = pool(4);
  i.opt_relu = 0;  // a maximum of integers has it
  i.opt_opd0_prec = i.opt_res0_prec = 0;
  i.opt_opd0_sign = 1;
  i.res0_n = 3;
  const Place input{i.opd0_addr, 4, 66, 7, 9}, result{i.res0_addr, 4, 66, 4, 5};
  TestMemory m;
  m.fill(7);
  for (std::size_t k = 0; k < m.memory.local_bytes(); ++k) m.memory.local()[k] |= 0x80;  // all negative
  execute(i, bm1684(), m.memory);
  for (std::size_t n = 0; n < 3; ++n)
    for (std::size_t c = 0; c < 66; ++c)
      for (std::size_t p = 0; p < 20; ++p) {
        int expected = -128;
        for (std::size_t k = 0; k < 6; ++k) {
          const std::size_t y = p / 5 * 2 + k / 2, x = p % 5 * 2 + k % 2;
          if (y >= 1 && y <= 7 && x >= 1 && x <= 9)
            expected = std::max<int>(expected, m.packed<std::int8_t>(input, n, c, y - 1, x - 1));
        }
        ASSERT_EQ(m.packed<std::int8_t>(result, n, c, p / 5, p % 5), expected);
      }
}

TEST(Bm1684PorD, MaximumOfNothingIsTheLowestNumber) {
  auto i = defaults<PorD>();
  i.tsk_eu_typ = 4;
  TestMemory m;
  m.write<std::uint32_t>(0, 0x7FC00000);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0xFF7FFFFFU);
  m.write<std::uint32_t>(0, 0x80000100);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0x80000000U);
}

TEST(Bm1684PorD, IntegerAverageRoundsHalfUp) {
  auto i = defaults<PorD>();
  i.tsk_eu_typ = 1;
  i.opt_opd0_prec = i.opt_opd1_prec = i.opt_res0_prec = 0;
  i.opt_opd0_sign = 1, i.opt_opd1_sign = 0, i.opt_relu = 0;
  i.opt_opd1_const = 1, i.opd1_addr = 167;
  i.opt_right_shift = 13;
  i.opd0_h = i.opd0_w = i.opd1_h = i.opd1_w = 7;
  TestMemory m;
  m.fill(8);
  std::int64_t sum = 0;
  for (std::size_t p = 0; p < 49; ++p) sum += m.read<std::int8_t>(4 * p);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.read<std::int8_t>(0x40000), static_cast<int>(std::floor(double(sum) * 167 / 8192 + 0.5)));
}

}  // namespace
}  // namespace bmemu::emulator
