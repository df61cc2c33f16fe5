// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Elementwise instructions against formulas for single elements, and operands in every stride mode.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "emulator/tiu/bm1684x/elementwise/ar.h"
#include "isa/error.h"
#include "tests/emulator/tiu/bm1684x/local_tensor.h"

namespace bmemu::emulator {
namespace {

using bm1684x::ArOp;

isa::bm1684x::Ar ar_command(ArOp op, const std::array<std::size_t, 4>& shape) {
  isa::bm1684x::Ar ar;
  ar.cmd_short = 1;
  ar.set_operation(op);
  ar.tsk_opd_num = 2;
  ar.opd0_sign = ar.opd1_sign = ar.opd2_sign = 1;
  ar.res0_n = shape[0];
  ar.res0_c = shape[1];
  ar.res0_h = shape[2];
  ar.res0_w = shape[3];
  ar.opd1_addr = 0x8000;
  ar.res0_addr = 0x20000;
  return ar;
}

TEST(ArBm1684x, AValuePerChannelIsAddedToLargeTensors) {
  std::mt19937 random(11);
  const std::array<std::size_t, 4> shape{2, 70, 20, 33};  // several pieces, which begin and end inside channels
  Bench bench;
  auto ar = ar_command(ArOp::kAddSaturating, shape);
  ar.opd0_prec = ar.opd1_prec = ar.res0_prec = kCodeI32;
  ar.opd0_str = 3;
  ar.opd0_c_str = 1;
  const LocalTensor<std::int32_t> bias{bench, 0, {1, shape[1], 1, 1}, Layout::kCompact};
  const LocalTensor<std::int32_t> b{bench, 0x8000, shape}, result{bench, 0x20000, shape};
  bias.fill([&] { return static_cast<std::int32_t>(random()); });
  b.fill([&] { return static_cast<std::int32_t>(random()); });
  bench.run(ar);
  result.for_each([&](auto n, auto c, auto h, auto w) {
    const std::int64_t sum = std::int64_t{bias.get(0, c, 0, 0)} + b.get(n, c, h, w);
    const auto expected = std::clamp<std::int64_t>(sum, INT32_MIN, INT32_MAX);
    ASSERT_EQ(result.get(n, c, h, w), expected) << n << " " << c << " " << h << " " << w;
  });
}

TEST(ArBm1684x, OneBatchIsCopiedToAllBatches) {
  std::mt19937 random(12);
  const std::array<std::size_t, 4> shape{3, 5, 2, 7};
  Bench bench;
  auto ar = ar_command(ArOp::kCopyBatch, shape);
  ar.tsk_opd_num = 1;
  const LocalTensor<std::int8_t> a{bench, 0, {1, 5, 2, 7}}, result{bench, 0x20000, shape};
  a.fill([&] { return static_cast<std::int8_t>(random()); });
  bench.run(ar);
  result.for_each(
      [&](auto n, auto c, auto h, auto w) { ASSERT_EQ(result.get(n, c, h, w), a.get(0, c, h, w)) << n << " " << c; });
}

TEST(ArBm1684x, SaturatingBytesWithAShiftOfTheExactResult) {
  std::mt19937 random(1);
  const std::array<std::size_t, 4> shape{2, 70, 3, 5};
  for (int shift = -8; shift <= 8; ++shift) {
    Bench bench;
    auto ar = ar_command(ArOp::kMulSaturating, shape);
    ar.tsk_opd_num = 3;
    ar.opd2_const = 1;
    ar.opd2_addr = static_cast<std::uint8_t>(shift);
    ar.opd2_n_str = 3;  // floor
    const LocalTensor<std::int8_t> a{bench, 0, shape}, b{bench, 0x8000, shape}, result{bench, 0x20000, shape};
    a.fill([&] { return static_cast<std::int8_t>(random()); });
    b.fill([&] { return static_cast<std::int8_t>(random()); });
    bench.run(ar);
    result.for_each([&](auto... at) {
      const double exact = std::floor(std::ldexp(a.get(at...) * b.get(at...), shift));
      ASSERT_EQ(result.get(at...), exact < -128 ? -128 : exact > 127 ? 127 : exact);
    });
  }
}

TEST(ArBm1684x, PlainIntegersKeepTheLowBits) {
  Bench bench;
  const std::array<std::size_t, 4> shape{1, 1, 1, 4};
  auto ar = ar_command(ArOp::kAdd, shape);
  ar.opd1_const = 1;
  ar.opd1_addr = 100;
  const LocalTensor<std::int8_t> a{bench, 0, shape}, result{bench, 0x20000, shape};
  a.fill([] { return 100; });
  bench.run(ar);
  EXPECT_EQ(result.get(0, 0, 0, 3), -56);
}

TEST(ArBm1684x, OperandsBroadcastByPerLaneAndFreeStrides) {
  std::mt19937 random(2);
  const std::array<std::size_t, 4> shape{2, 100, 3, 4};
  Bench bench;
  auto ar = ar_command(ArOp::kSub, shape);
  ar.opd0_prec = ar.opd1_prec = ar.res0_prec = kCodeF32;
  ar.opd0_str = 3;  // one row for all n and h
  ar.opd0_c_str = 16;
  ar.opd0_w_str = 1;
  ar.opd1_str = 2;  // one value per channel
  const auto number = [&] { return static_cast<float>(random() % 1000); };
  const LocalTensor<float> a{bench, 0, {1, 100, 1, 16}, Layout::kCompact},
      b{bench, 0x8000, {1, 100, 1, 1}, Layout::kCompact}, result{bench, 0x20000, shape};
  a.fill(number);
  b.fill(number);
  bench.run(ar);
  result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
    ASSERT_EQ(result.get(n, c, h, w), a.get(0, c, 0, w) - b.get(0, c, 0, 0));
  });
}

TEST(ArBm1684x, TensorsMayStartAtAnyLane) {
  std::mt19937 random(3);
  const std::array<std::size_t, 4> shape{2, 80, 2, 3};
  for (const std::uint64_t lane : {0U, 1U, 17U, 63U}) {
    Bench bench;
    auto ar = ar_command(ArOp::kMax, shape);
    ar.opd0_prec = ar.opd1_prec = ar.res0_prec = kCodeI16;
    const std::uint64_t start = lane * static_cast<std::uint64_t>(bench.chip.local_memory.lane_bytes);
    ar.opd0_addr = start;
    ar.opd1_addr = start + 0x8000;
    ar.res0_addr = start + 0x20000;
    const LocalTensor<std::int16_t> a{bench, ar.opd0_addr, shape}, b{bench, ar.opd1_addr, shape},
        result{bench, ar.res0_addr, shape};
    a.fill([&] { return static_cast<std::int16_t>(random()); });
    b.fill([&] { return static_cast<std::int16_t>(random()); });
    bench.run(ar);
    result.for_each([&](auto... at) { ASSERT_EQ(result.get(at...), std::max(a.get(at...), b.get(at...))); });
  }
}

TEST(ArBm1684x, AnOperationMayWriteOverItsOperand) {
  Bench bench;
  const std::array<std::size_t, 4> shape{1, 3, 1, 5};
  auto ar = ar_command(ArOp::kAdd, shape);
  ar.opd0_prec = ar.opd1_prec = ar.res0_prec = kCodeI32;
  ar.opd1_const = 1;
  ar.opd1_addr = 1;
  ar.res0_addr = ar.opd0_addr = 0;
  const LocalTensor<std::int32_t> a{bench, 0, shape};
  int next = 0;
  a.fill([&] { return next++; });
  bench.run(ar);
  bench.run(ar);
  next = 2;
  a.for_each([&](auto... at) { EXPECT_EQ(a.get(at...), next++); });
}

TEST(ArBm1684x, FloatEqualityComparesBits) {
  Bench bench;
  const std::array<std::size_t, 4> shape{1, 1, 1, 2};
  auto ar = ar_command(ArOp::kSelectEqual, shape);
  ar.opd0_prec = ar.opd1_prec = ar.opd2_prec = ar.res0_prec = kCodeF32;
  ar.opd1_const = ar.opd2_const = 1;
  ar.opd1_addr = 0;
  ar.opd2_addr = 0x3F800000;
  const LocalTensor<float> a{bench, 0, shape}, result{bench, 0x20000, shape};
  a.set(0, 0, 0, 0, 0.0F);
  a.set(0, 0, 0, 1, -0.0F);
  bench.run(ar);
  EXPECT_EQ(result.get(0, 0, 0, 0), 1.0F);
  EXPECT_EQ(result.get(0, 0, 0, 1), 0.0F);
}

/// Result bits of an f32 command on constant tensors wide enough for loops of every kind; one value for all elements.
template <class Command>
std::uint32_t f32_result(Command command, std::uint32_t a, std::uint32_t b, std::uint32_t old) {
  Bench bench;
  const std::array<std::size_t, 4> shape{1, 1, 1, 37};
  command.opd0_prec = command.opd1_prec = command.opd2_prec = command.res0_prec = kCodeF32;
  const LocalTensor<std::uint32_t> left{bench, 0, shape}, right{bench, 0x8000, shape}, result{bench, 0x20000, shape};
  left.fill([&] { return a; });
  right.fill([&] { return b; });
  result.fill([&] { return old; });
  bench.run(command);
  const std::uint32_t first = result.get(0, 0, 0, 0);
  result.for_each([&](auto... at) { EXPECT_EQ(result.get(at...), first); });
  return first;
}

TEST(ArBm1684x, OfTwoNanTheFirstOnesPayloadStays) {
  constexpr std::uint32_t kNan = 0x7FC00000;
  const std::array<std::size_t, 4> shape{1, 1, 1, 37};
  for (const ArOp op : {ArOp::kMul, ArOp::kAdd, ArOp::kSub}) {
    EXPECT_EQ(f32_result(ar_command(op, shape), kNan + 1, kNan + 2, 0), kNan + 1) << int(op);
    EXPECT_EQ(f32_result(ar_command(op, shape), 0x7F800001, kNan + 2, 0), kNan + 1) << int(op) << ": made quiet";
  }
  EXPECT_EQ(f32_result(ar_command(ArOp::kDivide, shape), kNan + 1, kNan + 2, 0), kNan + 2) << "the divisor's";
  auto mac = ar_command(ArOp::kMac, shape);
  mac.opd2_const = 1;
  EXPECT_EQ(f32_result(mac, kNan + 1, kNan + 2, kNan + 3), kNan + 1);
  EXPECT_EQ(f32_result(mac, 0, 0, kNan + 3), kNan + 3);
}

TEST(ArBm1684x, RoundingToIntegralValuesKeepsEveryBitOfNan) {
  for (const std::uint64_t mode : {0, 1, 2, 3, 4, 5, 6, 7}) {
    auto cast = ar_command(ArOp::kCast, {1, 1, 1, 37});
    cast.tsk_opd_num = 1;
    cast.opd2_n_str = mode;
    EXPECT_EQ(f32_result(cast, 0xFF812345, 0, 0), 0xFF812345U) << mode;
  }
}

TEST(ArBm1684x, ProductsAndSumsOfUnsignedWordsKeepTheirLowBits) {
  auto mac = ar_command(ArOp::kMac, {1, 1, 1, 3});
  mac.opd0_sign = mac.opd1_sign = mac.opd2_sign = 0;
  mac.opd0_prec = mac.opd1_prec = mac.res0_prec = kCodeI32;
  mac.opd2_const = 1;
  mac.opd2_addr = 63;  // the old result's left shift, which 16-bit results have only
  Bench bench;
  const LocalTensor<std::uint32_t> a{bench, 0, {1, 1, 1, 3}}, b{bench, 0x8000, {1, 1, 1, 3}},
      result{bench, 0x20000, {1, 1, 1, 3}};
  a.fill([] { return 0xFFFFFFFFU; });
  b.fill([] { return 0xFFFFFFFFU; });
  result.fill([] { return 1U; });
  bench.run(mac);
  // (2^32 - 1)^2 + 1 = 2^64 - 2^33 + 2: the low bits.
  result.for_each([&](auto... at) { EXPECT_EQ(result.get(at...), 2U); });
}

TEST(LinBm1684x, OfTwoNanTheFirstOnesPayloadStays) {
  constexpr std::uint32_t kNan = 0x7FC00000;
  isa::bm1684x::Lin lin;
  lin.cmd_short = 1;
  lin.tsk_opd_num = 3;
  lin.res0_n = lin.res0_c = lin.res0_h = 1;
  lin.res0_w = 37;
  lin.opd1_const = lin.opd2_const = 1;
  lin.opd1_addr = kNan + 2;
  lin.opd2_addr = kNan + 3;
  lin.res0_addr = 0x20000;
  using Op = isa::bm1684x::Lin::Op;
  for (const Op op : {Op::kMac, Op::kSquareSum, Op::kSquareDifference}) {
    lin.set_operation(op);
    EXPECT_EQ(f32_result(lin, kNan + 1, 0, 0), kNan + 1) << int(op);
    EXPECT_EQ(f32_result(lin, 0, 0, 0), kNan + 2) << int(op);
  }
}

TEST(ArBm1684x, ATensorBeyondItsLaneIsRefused) {
  Bench bench;
  auto ar = ar_command(ArOp::kCopy, {1, 1, 1, 65535});
  ar.opd0_prec = ar.res0_prec = kCodeI32;
  ar.res0_addr = 0x20000;
  try {
    bench.run(ar);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-OPERAND-RANGE");
  }
  ar.res0_prec = 7;
  EXPECT_THROW(bench.run(ar), Error);
}

TEST(RqDqBm1684x, RequantisationRoundsShiftsAndOffsetsPerChannel) {
  std::mt19937 random(4);
  const std::array<std::size_t, 4> shape{1, 70, 2, 9};
  Bench bench;
  isa::bm1684x::RqDq rq;
  rq.cmd_short = 1;
  rq.tsk_eu_typ = 1;
  rq.opd0_prec = kCodeI32;
  rq.opd0_sign = rq.opd2_sign = 1;
  rq.opd2_n_str = 5;  // half up
  rq.res0_n = shape[0];
  rq.res0_c = shape[1];
  rq.res0_h = shape[2];
  rq.res0_w = shape[3];
  rq.opd1_addr = 0x8000;
  rq.res0_addr = 0x20000;
  const LocalTensor<std::int32_t> input{bench, 0, shape}, table{bench, 0x8000, {1, 70, 1, 3}};
  const LocalTensor<std::int8_t> result{bench, 0x20000, shape};
  input.fill([&] { return static_cast<std::int32_t>(random() % 200000) - 100000; });
  for (std::size_t c = 0; c < 70; ++c) {
    table.set(0, c, 0, 0, static_cast<std::int32_t>(random() % 1000000));
    table.set(0, c, 0, 1, -static_cast<std::int32_t>(random() % 40));
    table.set(0, c, 0, 2, static_cast<std::int32_t>(random() % 20) - 10);
  }
  bench.run(rq);
  result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
    const std::int64_t product = std::int64_t{input.get(n, c, h, w)} * table.get(0, c, 0, 0);
    const int shift = -table.get(0, c, 0, 1);
    const std::int64_t rounded = shift == 0 ? product : (product + (std::int64_t{1} << (shift - 1))) >> shift;
    const std::int64_t expected = rounded + table.get(0, c, 0, 2);
    ASSERT_EQ(result.get(n, c, h, w), expected < -128 ? -128 : expected > 127 ? 127 : expected);
  });
}

TEST(SfuBm1684x, TaylorIsHornerFromTheHighestCoefficient) {
  const std::array<std::size_t, 4> shape{1, 66, 1, 3};
  Bench bench;
  isa::bm1684x::Sfu sfu;
  sfu.cmd_short = 1;
  sfu.tsk_eu_typ = 12;
  sfu.opd0_prec = sfu.res0_prec = kCodeF32;
  sfu.res0_n = 1;
  sfu.res0_c = 66;
  sfu.res0_h = 1;
  sfu.res0_w = 3;
  sfu.opd1_n = 4;
  sfu.opd1_addr = 0x8000;
  sfu.res0_addr = 0x20000;
  const LocalTensor<float> x{bench, 0, shape}, table{bench, 0x8000, {1, 64, 1, 4}}, result{bench, 0x20000, shape};
  float next = 0;
  x.fill([&] { return next += 0.125F; });
  for (std::size_t lane = 0; lane < 64; ++lane)
    for (std::size_t k = 0; k < 4; ++k) table.set(0, lane, 0, k, static_cast<float>(lane + k));
  bench.run(sfu);
  result.for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) {
    const float t = x.get(n, c, h, w), lane = static_cast<float>(c % 64);
    ASSERT_EQ(result.get(n, c, h, w), (((lane + 3) * t + (lane + 2)) * t + (lane + 1)) * t + lane);
  });
}

TEST(CmpBm1684x, SelectsBetweenTensorsAndConstants) {
  std::mt19937 random(6);
  const std::array<std::size_t, 4> shape{1, 5, 2, 3};
  Bench bench;
  isa::bm1684x::Cmp cmp;
  cmp.cmd_short = 1;
  cmp.tsk_eu_typ = 22;
  cmp.opd0_prec = cmp.opd2_prec = kCodeI16;
  cmp.opd0_sign = 1;
  cmp.opd3_const = 1;
  cmp.opd3_addr = 77;
  cmp.res0_n = 1;
  cmp.res0_c = 5;
  cmp.res0_h = 2;
  cmp.res0_w = 3;
  cmp.opd1_addr = 0x4000;
  cmp.opd2_addr = 0x8000;
  cmp.res0_addr = 0x10000;
  cmp.res1_addr = 0x20000;
  const LocalTensor<std::int16_t> a{bench, 0, shape}, b{bench, 0x4000, shape}, c{bench, 0x8000, shape},
      larger{bench, 0x10000, shape}, selected{bench, 0x20000, shape};
  for (const auto* tensor : {&a, &b, &c}) tensor->fill([&] { return static_cast<std::int16_t>(random()); });
  bench.run(cmp);
  larger.for_each([&](auto... at) {
    EXPECT_EQ(larger.get(at...), std::max(a.get(at...), b.get(at...)));
    EXPECT_EQ(selected.get(at...), a.get(at...) > b.get(at...) ? c.get(at...) : 77);
  });
}

}  // namespace
}  // namespace bmemu::emulator
