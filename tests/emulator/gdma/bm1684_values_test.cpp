// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684 DMA commands against an element-by-element reference, and their operand views against what they really touch.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "emulator/gdma/bm1684/execute.h"
#include "emulator/gdma/bm1684/operands.h"
#include "emulator/gdma/shared/format_conversion.h"
#include "isa/layout/address_map.h"
#include "tests/emulator/gdma/bench.h"
#include "tests/error_of.h"

namespace bmemu::emulator {
namespace {

using isa::bm1684::Dma;
using Sizes = std::array<std::uint32_t, 4>;

constexpr unsigned kElementOfFormat[] = {4, 2, 1, 1, 2};

void set_source(Dma& c, const PlainTensor& t, const Sizes& shape) {
  c.set_source(t.address);
  c.src_nsize = shape[0], c.src_csize = shape[1], c.src_hsize = shape[2], c.src_wsize = shape[3];
  c.src_nstride = static_cast<std::uint64_t>(t.stride[0]);
  c.src_cstride = static_cast<std::uint64_t>(t.stride[1]);
  c.src_hstride = static_cast<std::uint64_t>(t.stride[2]);
  c.src_wstride = static_cast<std::uint64_t>(t.stride[3]);
}

void set_result(Dma& c, const PlainTensor& t, const Sizes& shape) {
  c.set_destination(t.address);
  c.dst_nsize = shape[0], c.dst_csize = shape[1], c.dst_hsize = shape[2], c.dst_wsize = shape[3];
  c.dst_nstride = static_cast<std::uint64_t>(t.stride[0]);
  c.dst_cstride = static_cast<std::uint64_t>(t.stride[1]);
  c.dst_hstride = static_cast<std::uint64_t>(t.stride[2]);
  c.dst_wstride = static_cast<std::uint64_t>(t.stride[3]);
}

std::uint64_t direction_of(bool from_local, bool to_local) {
  return from_local ? (to_local ? 3 : 1) : (to_local ? 0 : 2);
}

template <class Visit>
void for_each_index(const Sizes& shape, Visit&& visit) {
  for (std::uint32_t n = 0; n < shape[0]; ++n)
    for (std::uint32_t c = 0; c < shape[1]; ++c)
      for (std::uint32_t h = 0; h < shape[2]; ++h)
        for (std::uint32_t w = 0; w < shape[3]; ++w) visit(n, c, h, w);
}

std::string error_of(const Dma& command, const isa::ChipSpec& chip) {
  return bmemu::error_of([&] { operands(command, chip); });
}

class Bm1684Dma : public testing::Test {
 protected:
  isa::ChipSpec chip_ = small_chip("bm1684");
  std::mt19937 random_{2};
};

TEST_F(Bm1684Dma, CopiesAndTransposesMoveEveryElementToItsPlace) {
  for (int trial = 0; trial < 120; ++trial) {
    Dma command;
    command.special_func = std::array{0, 1, 5}[trial % 3];
    command.src_data_format = pick(random_, 0, 4);
    command.dst_data_format = pick(random_, 0, 4);  // counts for conversions only
    command.stride_enable = 1;
    command.chw_copy = pick(random_, 0, 1);
    const unsigned element = kElementOfFormat[command.src_data_format];
    Sizes from_shape = random_shape(random_);
    Sizes to_shape = from_shape;
    if (command.special_func == 1) {
      from_shape[1] = pick(random_, 1, 4);
      to_shape = {from_shape[1], from_shape[0], from_shape[2], from_shape[3]};
    } else if (command.special_func == 5) {
      from_shape[1] = pick(random_, 1, 9);
      from_shape[0] = from_shape[2] = 1;  // of more only the first row of the first batch is moved
      to_shape = {1, from_shape[3], 1, from_shape[1]};
    }
    const bool from_local = command.special_func == 5 || pick(random_, 0, 1) != 0;
    const bool to_local = command.special_func == 5 || pick(random_, 0, 1) != 0;
    command.direction = direction_of(from_local, to_local);
    const PlainTensor from = place(random_, from_local, from_shape, element, 64);
    const PlainTensor to = place(random_, to_local, to_shape, element, to_local ? 2048 : 65536);
    set_source(command, from, from_shape);
    set_result(command, to, to_shape);
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    for_each_index(from_shape, [&](std::uint32_t n, std::uint32_t c, std::uint32_t h, std::uint32_t w) {
      const std::uint64_t target = command.special_func == 1   ? to.index(chip_, c, n, h, w)
                                   : command.special_func == 5 ? to.index(chip_, n, w, h, c)
                                                               : to.index(chip_, n, c, h, w);
      std::memcpy(&wanted[target], &before[from.index(chip_, n, c, h, w)], element);
    });
    expect_result(command, chip_, before, wanted, true, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684Dma, MatricesGoToAndFromTheMatrixLayout) {
  for (int trial = 0; trial < 80; ++trial) {
    Dma command;
    const bool transposed = trial % 2 != 0;
    const bool to_system = trial % 4 >= 2;
    command.special_func = transposed ? 1 : 0;
    command.sys_mem_type = 1;
    command.src_data_format = pick(random_, 0, 4);
    command.direction = direction_of(to_system, !to_system);
    command.stride_enable = 1;
    const unsigned element = kElementOfFormat[command.src_data_format];
    const std::uint32_t rows = pick(random_, 1, 12);
    const std::uint32_t columns = pick(random_, 1, 80);
    const std::uint32_t width = pick(random_, 1, 10);
    const std::uint32_t groups = (columns + width - 1) / width;
    const PlainTensor local = place(random_, true, {rows, groups, 1, width}, element, 128);
    const Sizes system_shape{1, 1, transposed ? columns : rows, transposed ? rows : columns};
    PlainTensor system;
    system.element = element;
    system.address = kTestDdr + 256;
    system.stride = {0, 0, system_shape[3] + pick(random_, 0, 3), 1};
    if (to_system) {
      set_source(command, local, {rows, groups, 1, width});
      set_result(command, system, system_shape);
    } else {
      set_source(command, system, system_shape);
      set_result(command, local, {rows, groups, 1, width});
    }
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    for (std::uint32_t r = 0; r < rows; ++r)
      for (std::uint32_t c = 0; c < columns; ++c) {
        const std::uint64_t in_lanes = local.index(chip_, r, c / width, 0, c % width);
        const std::uint64_t in_system = transposed ? system.index(chip_, 0, 0, c, r) : system.index(chip_, 0, 0, r, c);
        std::memcpy(&wanted[to_system ? in_system : in_lanes], &before[to_system ? in_lanes : in_system], element);
      }
    expect_result(command, chip_, before, wanted, true, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684Dma, TheLrnShiftCopiesAndZeroesTheChannelsBesideTheResult) {
  for (int trial = 0; trial < 60; ++trial) {
    Dma command;
    command.special_func = 2;
    command.direction = 3;
    command.src_data_format = pick(random_, 0, 4);
    command.stride_enable = 1;
    command.lrn_shift_num = pick(random_, 1, 5);
    command.lrn_shift_dir = static_cast<std::uint64_t>(trial % 2);
    const unsigned element = kElementOfFormat[command.src_data_format];
    const Sizes shape{pick(random_, 1, 2), pick(random_, 1, 70), pick(random_, 1, 3), pick(random_, 1, 8)};
    const PlainTensor from = place(random_, true, shape, element, 64);
    PlainTensor to = from;  // the result's strides do not count
    to.address = isa::kLocalBase + pick(random_, 0, 63) * kTestLaneBytes + 2560;
    set_source(command, from, shape);
    set_result(command, to, shape);
    command.dst_nstride = command.dst_cstride = 1;
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    for_each_index(shape, [&](std::uint32_t n, std::uint32_t c, std::uint32_t h, std::uint32_t w) {
      std::memcpy(&wanted[to.index(chip_, n, c, h, w)], &before[from.index(chip_, n, c, h, w)], element);
    });
    for_each_index({shape[0], static_cast<std::uint32_t>(command.lrn_shift_num), shape[2], shape[3]},
                   [&](std::uint32_t n, std::uint32_t k, std::uint32_t h, std::uint32_t w) {
                     std::uint64_t at = 0;
                     if (command.lrn_shift_dir == 0) {
                       at = to.index(chip_, n, shape[1] + k, h, w);
                     } else {
                       // One lane further down per channel; before lane 0 comes lane 63 of the row before.
                       const std::int64_t lane =
                           static_cast<std::int64_t>((to.address - isa::kLocalBase) / kTestLaneBytes) - 1 - k;
                       PlainTensor moved = to;
                       moved.address = isa::kLocalBase +
                                       static_cast<std::uint64_t>(lane < 0 ? lane + 64 : lane) * kTestLaneBytes + 2560 -
                                       static_cast<std::uint64_t>(lane < 0 ? to.stride[1] * element : 0);
                       at = moved.index(chip_, n, 0, h, w);
                     }
                     std::memset(&wanted[at], 0, element);
                   });
    expect_result(command, chip_, before, wanted, false, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684Dma, AccumulationAddsToTheResult) {
  Dma command;
  command.acc_write_enable = 1;
  command.stride_enable = 1;
  command.direction = 0;
  const Sizes shape{2, 70, 2, 5};
  const PlainTensor from = place(random_, false, shape, 4, 0);
  const PlainTensor to = place(random_, true, shape, 4, 512);
  set_source(command, from, shape);
  set_result(command, to, shape);
  Bytes before(test_local_bytes(chip_) + kTestDdrBytes);
  Bytes wanted = before;
  float value = 1;
  for_each_index(shape, [&](std::uint32_t n, std::uint32_t c, std::uint32_t h, std::uint32_t w) {
    const float a = value += 0.7F;
    const float b = std::sqrt(value);
    const float sum = a + b;
    std::memcpy(&before[from.index(chip_, n, c, h, w)], &a, 4);
    std::memcpy(&wanted[from.index(chip_, n, c, h, w)], &a, 4);
    std::memcpy(&before[to.index(chip_, n, c, h, w)], &b, 4);
    std::memcpy(&wanted[to.index(chip_, n, c, h, w)], &sum, 4);
  });
  const std::uint32_t first = 0x7FC00001, second = 0x7FC00002;  // of two nan the old one stays
  std::memcpy(&before[from.index(chip_, 1, 3, 0, 2)], &first, 4);
  std::memcpy(&wanted[from.index(chip_, 1, 3, 0, 2)], &first, 4);
  std::memcpy(&before[to.index(chip_, 1, 3, 0, 2)], &second, 4);
  std::memcpy(&wanted[to.index(chip_, 1, 3, 0, 2)], &second, 4);
  expect_result(command, chip_, before, wanted, false, "accumulation");
}

TEST_F(Bm1684Dma, ALinearCopyTakesItsLengthFromTheBatchStride) {
  Dma command;
  command.common_mode = 1;
  command.direction = 1;
  command.src_data_format = 1;
  command.src_nstride = 3000;  // elements of 2 bytes: from the end of lane 0 into lane 1
  command.src_start_addr_l32 = isa::kLocalBase + 100;
  command.set_destination(isa::kDdrBase + 64);
  const Bytes before = random_bytes(chip_, random_);
  Bytes wanted = before;
  std::memcpy(&wanted[test_local_bytes(chip_) + 64], &before[100], 6000);
  expect_result(command, chip_, before, wanted, true, "linear copy");
}

TEST_F(Bm1684Dma, TheDirectionMustFitTheAddresses) {
  Dma command;
  command.direction = 0;  // DDR to local memory
  command.src_start_addr_l32 = isa::kLocalBase;
  command.dst_start_addr_l32 = isa::kLocalBase;
  command.src_nsize = command.src_csize = command.src_hsize = command.src_wsize = 1;
  command.chw_copy = 1;
  EXPECT_EQ(error_of(command, chip_), "E-OPERAND-RANGE");
  command.direction = 3;
  EXPECT_EQ(error_of(command, chip_), "no error");
}

TEST_F(Bm1684Dma, WhatIsNotKnownIsRefused) {
  Dma command;
  command.direction = 3;
  command.src_start_addr_l32 = command.dst_start_addr_l32 = isa::kLocalBase;
  command.src_nsize = command.src_csize = command.src_hsize = command.src_wsize = 1;
  command.chw_copy = 1;
  const auto with = [&](std::uint64_t isa::bm1684::GdmaFields::*field, std::uint64_t value) {
    Dma changed = command;
    changed.*field = value;
    return error_of(changed, chip_);
  };
  EXPECT_EQ(with(&Dma::special_func, 6), "E-FUNCTION-UNKNOWN");  // Winograd weights
  EXPECT_EQ(with(&Dma::special_func, 7), "E-FUNCTION-UNKNOWN");  // filter
  EXPECT_EQ(with(&Dma::src_wshift, 1), "E-FUNCTION-UNKNOWN");
  EXPECT_EQ(with(&Dma::src_data_format, 5), "E-OPERAND-FORMAT");
  EXPECT_EQ(with(&Dma::src_wsize, 5000), "E-OPERAND-RANGE");
}

TEST(Bm1684DmaConversion, RoundsToNearestEvenAndSaturatesIntoBytes) {
  const auto convert = [](float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, 4);
    return static_cast<int>(static_cast<std::int8_t>(gdma::f32_to_byte(bits, -128.0F, 127.0F)));
  };
  EXPECT_EQ(convert(0.5F), 0);
  EXPECT_EQ(convert(1.5F), 2);
  EXPECT_EQ(convert(-2.5F), -2);
  EXPECT_EQ(convert(127.5F), 127);
  EXPECT_EQ(convert(-128.5F), -128);
  EXPECT_EQ(convert(1e30F), 127);
  EXPECT_EQ(convert(-INFINITY), -128);
  EXPECT_EQ(convert(NAN), 127);
  EXPECT_EQ(convert(-NAN), -128);
}

TEST(Bm1684DmaConversion, HalvesAreTruncatedAndHaveNoSpecialCodesOnTheWayBack) {
  EXPECT_EQ(gdma::f32_to_f16_truncating(0x3F800000), 0x3C00);
  EXPECT_EQ(gdma::f32_to_f16_truncating(0x3F801FFF), 0x3C00);
  EXPECT_EQ(gdma::f32_to_f16_truncating(0xBF802000), 0xBC01);
  EXPECT_EQ(gdma::f32_to_f16_truncating(0x38000000), 0x0000);  // 2^-15, not normal in 16 bits
  EXPECT_EQ(gdma::f32_to_f16_truncating(0x477FFFFF), 0x7BFF);
  EXPECT_EQ(gdma::f32_to_f16_truncating(0x47800000), 0x7C00);
  EXPECT_EQ(gdma::f32_to_f16_truncating(0x7FC00000), 0x7C00);
  EXPECT_EQ(gdma::f16_to_f32_without_specials(0x3C00), 0x3F800000U);
  EXPECT_EQ(gdma::f16_to_f32_without_specials(0x0000), 0x38000000U);
  EXPECT_EQ(gdma::f16_to_f32_without_specials(0xFC00), 0xC7800000U);
}

}  // namespace
}  // namespace bmemu::emulator
