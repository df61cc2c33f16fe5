// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Elementwise instructions: edge values, rounding, saturation, packed storage, and what their odd corners do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "emulator/tiu/bm1684/execute.h"
#include "isa/error.h"
#include "tests/emulator/tiu/bm1684/test_memory.h"

namespace bmemu::emulator {
namespace {

using namespace testing;
using isa::bm1684::Ar;

constexpr std::uint32_t kNan = 0x7FC00000;
constexpr std::uint32_t kInfinity = 0x7F800000;

enum : std::uint64_t { kMul = 0, kMac = 1, kAdd = 2, kSub = 3, kMax = 4, kMin = 5, kShift = 6, kAnd = 7, kXor = 9 };
enum : std::uint64_t { kSelectGreater = 10, kSelectEqual = 11, kDivide = 12, kCopy = 19 };

/// One 32-bit word through an instruction.
template <class Instruction>
std::uint32_t one_word(Instruction i, std::uint32_t a, std::uint32_t b) {
  TestMemory m;
  m.write(0, a);
  m.write(0x10000, b);
  execute(i, bm1684(), m.memory);
  return m.word(0x40000);
}

std::uint32_t ar_word(std::uint64_t code, std::uint32_t a, std::uint32_t b) {
  auto i = defaults<Ar>();
  i.tsk_eu_typ = code;
  i.opd2_addr = 0xABCD;
  return one_word(i, a, b);
}

TEST(Bm1684Ar, FloatEdgeValues) {
  EXPECT_EQ(ar_word(kAdd, 0x00000001, 0x3F800000), 0x3F800000U);
  EXPECT_EQ(ar_word(kMul, 0x20000000, 0x1F000000), 0U) << "a denormal result is flushed";
  EXPECT_EQ(ar_word(kMul, 0x007FFFFF, 0x7F000000), 0U) << "a denormal operand counts as zero";
  EXPECT_EQ(ar_word(kSub, kInfinity, kInfinity), 0xFFC00000U);
  for (const std::uint64_t code : {kMul, kAdd, kSub}) EXPECT_EQ(ar_word(code, kNan + 1, kNan + 2), kNan + 1) << code;
  EXPECT_EQ(ar_word(kMax, kNan, 0x3F800000), 0x3F800000U);
  EXPECT_EQ(ar_word(kMax, 0x3F800000, kNan), kNan) << "an unordered pair gives the second operand";
  EXPECT_EQ(ar_word(kMin, 0x3F800000, kNan), kNan);
  EXPECT_EQ(ar_word(kMin, 0x00000000, 0x80000000), 0U) << "equal values give the first operand";
  EXPECT_EQ(ar_word(kMax, 0x00000000, 0x80000000), 0x80000000U);
  EXPECT_EQ(ar_word(kMax, 0xBF800000, 0x00000100), 0U) << "max flushes";
  EXPECT_EQ(ar_word(kMin, 0x3F800000, 0x00000100), 0x100U) << "min does not";
}

TEST(Bm1684Ar, DivisionIsIterative) {
  EXPECT_EQ(ar_word(kDivide, 0x3F800000, 0x3F800000), 0x3F7FFFFEU);
  EXPECT_EQ(ar_word(kDivide, 0x3F800000, 0xBF800000), 0xBF7FFFFEU);
  EXPECT_EQ(ar_word(kDivide, 0x3F800000, 0x00000000), kInfinity);
  EXPECT_EQ(ar_word(kDivide, 0x3F800000, 0x80000000), 0xFF800000U);
  EXPECT_EQ(ar_word(kDivide, 0x00000000, 0x80000000), 0xFFC00000U);
  EXPECT_EQ(ar_word(kDivide, 0x3F800000, kInfinity), kInfinity);
  EXPECT_EQ(ar_word(kDivide, kNan, 0xBF800000), 0xFFC00000U) << "the dividend takes over the sign";
  EXPECT_EQ(ar_word(kDivide, 0x3F800000, 0xFFC00000), kNan);
  EXPECT_EQ(ar_word(kDivide, kNan + 1, kNan + 2), kNan + 2) << "of two nan the divisor's stays";
}

TEST(Bm1684Ar, SelectComparesFloatsForGreaterAndBitsForEqual) {
  EXPECT_EQ(ar_word(kSelectGreater, 0x40000000, 0x3F800000), 0xABCDU);
  EXPECT_EQ(ar_word(kSelectGreater, 0x3F800000, 0x40000000), 0U);
  EXPECT_EQ(ar_word(kSelectGreater, 0x00000100, 0x00000000), 0U) << "denormals are zero";
  EXPECT_EQ(ar_word(kSelectEqual, 0x80000000, 0x00000000), 0U);
  EXPECT_EQ(ar_word(kSelectEqual, kNan, kNan), 0xABCDU);
}

TEST(Bm1684Ar, WordShiftsTakeSixBits) {
  const auto shifted = [](std::uint32_t value, std::uint32_t amount, std::uint64_t arithmetic) {
    auto i = defaults<Ar>();
    i.tsk_eu_typ = kShift;
    i.opt_opd0_prec = i.opt_opd1_prec = i.opt_res0_prec = 4;
    i.opt_shift_typ = arithmetic;
    return one_word(i, value, amount);
  };
  EXPECT_EQ(shifted(0x80000001, 4, 0), 0x10U);
  EXPECT_EQ(shifted(0x80000001, 0xFFFFFFFC, 0), 0x08000000U);
  EXPECT_EQ(shifted(0x80000001, 0xFFFFFFFC, 1), 0xF8000000U);
  EXPECT_EQ(shifted(0xFFFFFFFB, 0xFFFFFFFF, 1), 0xFFFFFFFDU) << "-5 by -1 is -3";
  EXPECT_EQ(shifted(0x80000001, 0x20, 0), 0x80000001U) << "-32 leaves the value alone";
  EXPECT_EQ(shifted(0x80000001, 0x21, 0), 0x1U) << "33 is -31";
  EXPECT_EQ(shifted(0x80000001, 0x1F, 0), 0x80000000U);
}

Ar fixed(std::uint64_t code, std::uint64_t a, std::uint64_t b, std::uint64_t result) {
  auto i = defaults<Ar>();
  i.tsk_eu_typ = code;
  i.opt_opd0_prec = a, i.opt_opd1_prec = b, i.opt_res0_prec = result;
  i.opt_opd0_sign = i.opt_opd1_sign = 1;
  return i;
}

/// Every pair of 8-bit values through add, sub and mul with rounding, four batches to a word.
TEST(Bm1684Ar, EightBitArithmeticRoundsHalfUpAndSaturates) {
  constexpr std::size_t kWidth = 256;
  for (const std::uint64_t code : {kMul, kAdd, kSub})
    for (const std::uint64_t result : {std::uint64_t{0}, std::uint64_t{3}})
      for (unsigned signs = 0; signs < 4; ++signs) {
        auto i = fixed(code, 0, 0, result);
        i.opt_opd0_sign = signs & 1, i.opt_opd1_sign = signs >> 1;
        i.opt_right_shift = code == kMul ? 5 : 1;
        i.res0_n = 4, i.res0_c = 16, i.res0_h = 4, i.res0_w = kWidth;
        const Place a{i.opd0_addr, 4, 16, 4, kWidth}, b{i.opd1_addr, 4, 16, 4, kWidth},
            r{i.res0_addr, 4, 16, 4, kWidth};
        TestMemory m;
        const auto each = [&](auto f) {
          for (std::size_t v = 0; v < 256; ++v)
            for (std::size_t w = 0; w < 256; ++w) f(v % 4, v / 4 % 16, v / 64, w, std::uint8_t(v), std::uint8_t(w));
        };
        each([&](auto n, auto c, auto y, auto x, auto v, auto w) {
          m.put_packed<std::uint8_t>(a, n, c, y, x, v);
          m.put_packed<std::uint8_t>(b, n, c, y, x, w);
        });
        execute(i, bm1684(), m.memory);
        const bool result_signed = signs != 0 || code == kSub;
        const double low = result_signed ? (result == 0 ? -128 : -32768) : 0;
        const double high = low + (result == 0 ? 255 : 65535);
        each([&](auto n, auto c, auto y, auto x, auto v, auto w) {
          const int p = (signs & 1) != 0 ? std::int8_t(v) : v;
          const int q = (signs >> 1) != 0 ? std::int8_t(w) : w;
          const double exact = code == kMul ? p * q : code == kAdd ? p + q : p - q;
          const double rounded = std::floor(exact / (code == kMul ? 32 : 2) + 0.5);
          const auto expected = static_cast<std::int64_t>(std::clamp(rounded, low, high));
          const std::int64_t found =
              result == 0 ? m.packed<std::uint8_t>(r, n, c, y, x) : m.packed<std::uint16_t>(r, n, c, y, x);
          ASSERT_EQ(found, expected & (result == 0 ? 0xFF : 0xFFFF)) << "code " << code << " " << p << " " << q;
        });
      }
}

TEST(Bm1684Ar, MacAccumulatesOnto16Bits) {
  auto i = fixed(kMac, 0, 0, 0);
  i.opt_left_shift = 8, i.opt_right_shift = 12;
  i.opt_opd1_const = 1, i.opd1_addr = 0x43;
  TestMemory m;
  m.write<std::uint32_t>(0, 0x0000009C);        // -100
  m.write<std::uint32_t>(0x40000, 0x0000FF38);  // -200
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.read<std::int8_t>(0x40000), static_cast<std::int8_t>(std::floor((-100 * 67 - 200 * 256) / 4096.0 + 0.5)));
}

TEST(Bm1684Ar, NarrowingTakesBatchesFromTwoPlanes) {
  auto i = fixed(kAdd, 3, 3, 0);
  i.opt_opd1_const = 1, i.opd1_addr = 0;
  i.res0_n = 3;
  TestMemory m;
  m.write<std::uint32_t>(0, 0x0002FFFF);    // -1, 2
  m.write<std::uint32_t>(128, 0x00040200);  // 512, and a batch that does not exist
  m.write<std::uint32_t>(0x40000, 0xA5A5A5A5);
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), 0xA57F02FFU);
}

TEST(Bm1684Ar, LogicKeepsBitsWhateverTheSigns) {
  auto i = fixed(kXor, 0, 0, 0);
  i.opt_opd1_sign = 0;
  EXPECT_EQ(one_word(i, 0x00000080, 0x00000001) & 0xFF, 0x81U);
  i = fixed(kAnd, 4, 4, 4);
  i.opt_opd1_const = 1, i.opd1_addr = 0x80808080;
  EXPECT_EQ(one_word(i, 0xFFFFFFFF, 0), 0x80808080U) << "a constant of words is used whole";
}

TEST(Bm1684Ar, SixteenBitShiftsWrap) {
  const auto shifted = [](std::uint16_t value, std::uint8_t amount, std::uint64_t arithmetic) {
    auto i = fixed(kShift, 3, 3, 3);
    i.opt_shift_typ = arithmetic;
    i.opt_opd1_const = 1, i.opd1_addr = amount;
    return one_word(i, value, 0) & 0xFFFF;
  };
  EXPECT_EQ(shifted(0x1234, 4, 1), 0x2340U);
  EXPECT_EQ(shifted(static_cast<std::uint16_t>(-100), 0xFE, 1), std::uint16_t(-25));
  EXPECT_EQ(shifted(static_cast<std::uint16_t>(-100), 0xFE, 0), 16359U);
  EXPECT_EQ(shifted(0x8000, 0xDF, 1), 0xFFFFU);
  EXPECT_EQ(shifted(0x8000, 33, 1), 0U);
}

TEST(Bm1684Ar, OneBatchServesAll) {
  auto i = fixed(kAdd, 0, 0, 0);
  i.opt_opd1_const = 1, i.opd1_addr = 1;
  i.opd0_neq1 = 1;
  i.res0_n = 4;
  EXPECT_EQ(one_word(i, 0x04030201, 0), 0x02020202U);
}

TEST(Bm1684Ar, StrideZeroRepeatsAValueOfEveryLane) {
  auto i = defaults<Ar>();
  i.tsk_eu_typ = kCopy;
  i.tsk_opd_num = 1;
  i.short_opd0_str = 3;
  i.opd0_n_str = i.opd0_c_str = i.opd0_h_str = i.opd0_w_str = 0;
  i.res0_n = 2, i.res0_c = 65, i.res0_h = 2, i.res0_w = 3;
  TestMemory m;
  for (std::uint32_t lane = 0; lane < 64; ++lane) m.write<std::uint32_t>(lane * 0x80000, 1000 + lane);
  execute(i, bm1684(), m.memory);
  const Place result{i.res0_addr, 4, 65, 2, 3};
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t c = 0; c < 65; ++c)
      for (std::size_t p = 0; p < 6; ++p) ASSERT_EQ(m.word(result.at(n, c, p / 3, p % 3)), 1000 + c % 64);
}

TEST(Bm1684Ar, ResultsMayOverlapOperands) {
  auto i = defaults<Ar>();
  i.tsk_eu_typ = kCopy;
  i.res0_w = 8;
  i.res0_addr = i.opd0_addr + 4;
  TestMemory m;
  for (std::uint32_t k = 0; k < 9; ++k) m.write<std::uint32_t>(4 * k, k);
  execute(i, bm1684(), m.memory);
  for (std::uint32_t k = 0; k < 8; ++k) EXPECT_EQ(m.word(4 + 4 * k), k);
}

std::string refusal(const isa::bm1684::MdScalar& i) {
  TestMemory m;
  try {
    execute(i, bm1684(), m.memory);
  } catch (const Error& error) {
    return error.id();
  }
  return "computed";
}

TEST(Bm1684MdScalar, ComputesWhatCompilersEmitAndRefusesTheRest) {
  auto i = defaults<isa::bm1684::MdScalar>();
  i.tsk_eu_typ = kSub;
  i.opt_opd0_const = 1, i.opd0_addr = float_bits(1.5F);
  EXPECT_EQ(one_word(i, 0, float_bits(0.25F)), float_bits(1.25F));
  for (const std::uint64_t code : {kMul, kAdd}) {
    i.tsk_eu_typ = code, i.opd0_addr = kNan + 1;
    EXPECT_EQ(one_word(i, 0, kNan + 2), kNan + 1) << "of two nan the first one's stays";
  }
  i.tsk_eu_typ = kAnd;
  EXPECT_EQ(refusal(i), "E-FUNCTION-UNKNOWN");
}

TEST(Bm1684MdLinear, ScaleIsTheThirdOperand) {
  auto i = defaults<isa::bm1684::MdLinear>();
  i.tsk_eu_typ = kMac;
  i.tsk_opd_num = 3;
  i.opt_opd1_const = i.opt_opd2_const = 1;
  i.opd1_addr = float_bits(1.0F), i.opd2_addr = float_bits(-2.0F);
  EXPECT_EQ(one_word(i, float_bits(3.0F), 0), float_bits(-5.0F));
  i.tsk_eu_typ = 21;
  EXPECT_EQ(one_word(i, float_bits(3.0F), 0), float_bits(4.0F));
  i.tsk_eu_typ = 20;
  EXPECT_EQ(one_word(i, float_bits(3.0F), 0), float_bits(16.0F));
  i.opd1_addr = kNan + 2;
  EXPECT_EQ(one_word(i, kNan + 1, 0), kNan + 1) << "square of a sum: of two nan the first one's stays";
  i.tsk_eu_typ = kMac;
  EXPECT_EQ(one_word(i, float_bits(3.0F), 0), kNan + 2);
  EXPECT_EQ(one_word(i, kNan + 1, 0), kNan + 1) << "the product's nan stays";
  i.opd2_addr = kNan + 3;
  EXPECT_EQ(one_word(i, kNan + 1, 0), kNan + 1);
}

TEST(Bm1684MdCmp, TheLargerOneIsFlushed) {
  constexpr std::uint32_t kWidth = 19;  // loops of every kind
  auto i = defaults<isa::bm1684::MdCmp>();
  i.tsk_eu_typ = 22;
  i.res0_w = i.opd0_w = i.opd1_w = kWidth;
  TestMemory m;
  for (std::uint32_t w = 0; w < kWidth; ++w) {
    m.write(4 * w, w % 2 == 0 ? 0x80000100U : float_bits(-1.0F));
    m.write(0x10000 + 4 * w, w % 2 == 0 ? float_bits(-1.0F) : 0x00000100U);
  }
  execute(i, bm1684(), m.memory);
  for (std::uint32_t w = 0; w < kWidth; ++w) EXPECT_EQ(m.word(0x40000 + 4 * w), w % 2 == 0 ? 0x80000000U : 0U) << w;
}

TEST(Bm1684MdCmp, UnorderedPairsTakeTheSecondChoice) {
  auto i = defaults<isa::bm1684::MdCmp>();
  i.tsk_eu_typ = 24;
  i.opt_opd2_const = i.opt_opd3_const = 1;
  i.opd2_addr = 7, i.opd3_addr = 8;
  i.res1_addr = 0x08050000;
  TestMemory m;
  m.write(0, kNan);
  m.write(0x10000, float_bits(1.0F));
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), float_bits(1.0F));
  EXPECT_EQ(m.word(0x50000), 8U);
  m.write(0, float_bits(2.0F));
  execute(i, bm1684(), m.memory);
  EXPECT_EQ(m.word(0x40000), float_bits(2.0F));
  EXPECT_EQ(m.word(0x50000), 7U);
}

}  // namespace
}  // namespace bmemu::emulator
