// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix products against loops over every product.
#include <gtest/gtest.h>

#include <random>

#include "isa/error.h"
#include "tests/emulator/tiu/bm1684x/local_tensor.h"

namespace bmemu::emulator {
namespace {

/// A matrix in matrix layout: row r, column j at n = r, c = j / width, w = j % width.
template <class T>
T at(const LocalTensor<T>& matrix, std::size_t row, std::size_t column) {
  return matrix.get(row, column / matrix.shape[3], 0, column % matrix.shape[3]);
}

struct Sizes {
  std::size_t m, width_k, channels_k, last_k, width_n, channels_n;
  std::size_t k() const { return width_k * (channels_k - 1) + last_k; }
};

Sizes draw(std::mt19937& random) {
  const auto below = [&](std::size_t end) { return random() % end; };
  Sizes s{1 + below(20), 1 + below(9), 1 + below(9), 0, 1 + below(20), 1 + below(70)};
  s.last_k = 1 + below(s.width_k);
  return s;
}

void set_sizes(isa::bm1684x::Mm& mm, const Sizes& s) {
  mm.cmd_short = 1;
  mm.tsk_eu_typ = 1;
  mm.opd0_n = s.m;
  mm.opd0_c = s.channels_k;
  mm.opd0_w = s.width_k;
  mm.opd1_w = s.last_k;
  mm.res0_c = s.channels_n;
  mm.res0_w = s.width_n;
  mm.opd1_addr = 0x8000;
  mm.opd2_addr = 0x18000;
  mm.res0_addr = 0x20000;
}

TEST(MmBm1684x, BytesGiveExactWords) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 40; ++trial) {
    const Sizes s = draw(random);
    Bench bench;
    bench.host.cpu = path_of_trial(trial);
    isa::bm1684x::Mm mm;
    set_sizes(mm, s);
    mm.opd0_sign = 1;
    mm.opd2_const = 1;
    mm.opd2_addr = 0;
    mm.res0_prec = kCodeI32;
    const LocalTensor<std::int8_t> left{bench, 0, {s.m, s.channels_k, 1, s.width_k}};
    const LocalTensor<std::uint8_t> right{bench, 0x8000, {s.k(), s.channels_n, 1, s.width_n}};
    const LocalTensor<std::int32_t> result{bench, 0x20000, {s.m, s.channels_n, 1, s.width_n}};
    left.fill([&] { return static_cast<std::int8_t>(random()); });
    right.fill([&] { return static_cast<std::uint8_t>(random()); });
    bench.run(mm);
    for (std::size_t r = 0; r < s.m; ++r)
      for (std::size_t j = 0; j < s.channels_n * s.width_n; ++j) {
        std::int32_t expected = 0;
        for (std::size_t k = 0; k < s.k(); ++k) expected += at(left, r, k) * at(right, k, j);
        ASSERT_EQ(at(result, r, j), expected) << trial << " " << r << " " << j;
      }
  }
}

TEST(MmBm1684x, FloatsHaveABiasRowAndATransposedLeft) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 40; ++trial) {
    const Sizes s = draw(random);
    Bench bench;
    bench.host.cpu = path_of_trial(trial);
    isa::bm1684x::Mm mm;
    set_sizes(mm, s);
    mm.opd0_prec = mm.res0_prec = kCodeF32;
    mm.left_tran = random() % 2;
    // Stored rows become the inner dimension when the left matrix is transposed.
    const std::size_t rows = mm.left_tran != 0 ? s.k() : s.m, inner = mm.left_tran != 0 ? s.m : s.k();
    const LocalTensor<float> left{bench, 0, {s.m, s.channels_k, 1, s.width_k}},
        right{bench, 0x8000, {inner, s.channels_n, 1, s.width_n}},
        bias{bench, 0x18000, {1, s.channels_n, 1, s.width_n}},
        result{bench, 0x20000, {rows, s.channels_n, 1, s.width_n}};
    const auto number = [&] { return static_cast<float>(random() % 2001) - 1000; };
    left.fill(number);
    right.fill(number);
    bias.fill(number);
    bench.run(mm);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t j = 0; j < s.channels_n * s.width_n; ++j) {
        float total[2] = {0, at(bias, 0, j)};
        for (std::size_t k = 0; k < inner; ++k) {
          const volatile float product = (mm.left_tran != 0 ? at(left, k, r) : at(left, r, k)) * at(right, k, j);
          total[k % 2] += product;
        }
        ASSERT_EQ(at(result, r, j), total[0] + total[1]) << trial << " " << r << " " << j;
      }
  }
}

TEST(Mm2Bm1684x, TheThreeFormsAgreeOnWhatARowIs) {
  std::mt19937 random(3);
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t m = 1 + random() % 70, k = 1 + random() % 40, n = 1 + random() % 40;
    const std::uint64_t form = 4 + random() % 3;
    Bench bench;
    bench.host.cpu = path_of_trial(trial);
    isa::bm1684x::Mm2 mm2;
    mm2.cmd_short = 1;
    mm2.tsk_eu_typ = form;
    mm2.opd0_sign = mm2.opd1_sign = 1;
    mm2.res0_prec = kCodeI32;
    mm2.res0_c = m;
    mm2.res0_w = n;
    mm2.opd1_c = form == 4 ? k : n;
    mm2.opd1_w = form == 4 ? n : k;
    mm2.opd2_const = 1;
    mm2.opd2_addr = 5;
    mm2.opd1_addr = 0x8000;
    mm2.res0_addr = 0x20000;
    using Matrix = LocalTensor<std::int8_t>;
    const Matrix first{bench, 0, {1, form == 6 ? k : m, 1, form == 6 ? n : k}};
    const Matrix second{bench, 0x8000, {1, form == 4 ? k : form == 5 ? n : m, 1, form == 4 ? n : k}};
    first.fill([&] { return static_cast<std::int8_t>(random()); });
    second.fill([&] { return static_cast<std::int8_t>(random()); });
    bench.run(mm2);
    const LocalTensor<std::int32_t> result{bench, 0x20000, {1, m, 1, n}};
    for (std::size_t r = 0; r < m; ++r)
      for (std::size_t j = 0; j < n; ++j) {
        std::int32_t expected = 0;
        for (std::size_t i = 0; i < k; ++i) switch (form) {
            case 4: expected += first.get(0, r, 0, i) * (second.get(0, i, 0, j) - 5); break;
            case 5: expected += first.get(0, r, 0, i) * (second.get(0, j, 0, i) - 5); break;
            default: expected += (second.get(0, r, 0, i) - 5) * first.get(0, i, 0, j); break;
          }
        ASSERT_EQ(result.get(0, r, 0, j), expected) << trial << " form " << form;
      }
  }
}

TEST(MatrixBm1684x, TheLastChannelIsNotWiderThanTheOthers) {
  isa::bm1684x::Vc vc;
  vc.cmd_short = 1;
  vc.res0_c = vc.opd0_c = 1;
  vc.res0_w = 2;
  vc.opd0_w = 3;
  vc.opd1_w = 5;
  vc.res0_prec = vc.opd0_prec = vc.opd1_prec = 2;
  Bench bench;
  try {
    bench.run(vc);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-OPERAND-RANGE");
    EXPECT_EQ(error.value(), "5 columns in the last channel");
  }
}

}  // namespace
}  // namespace bmemu::emulator
