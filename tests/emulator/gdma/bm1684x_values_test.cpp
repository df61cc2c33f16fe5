// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X DMA commands against an element-by-element reference, and their operand views against what they really touch.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "emulator/dispatch/execute.h"
#include "emulator/gdma/bm1684x/execute.h"
#include "emulator/gdma/bm1684x/operands.h"
#include "tests/emulator/gdma/bench.h"

namespace bmemu::emulator {
namespace {

using isa::bm1684x::GdmaFields;

constexpr unsigned kElementOfFormat[] = {1, 2, 4, 2, 4, 2};

void set_side(GdmaFields& f, const PlainTensor& t, const std::array<std::uint32_t, 4>& shape, bool source) {
  const auto u = [](std::int64_t v) { return static_cast<std::uint64_t>(v); };
  (source ? f.src_start_addr_l32 : f.dst_start_addr_l32) = t.address & 0xFFFFFFFF;
  (source ? f.src_start_addr_h8 : f.dst_start_addr_h8) = t.address >> 32;
  (source ? f.src_nsize : f.dst_nsize) = shape[0];
  (source ? f.src_csize : f.dst_csize) = shape[1];
  (source ? f.src_hsize : f.dst_hsize) = shape[2];
  (source ? f.src_wsize : f.dst_wsize) = shape[3];
  (source ? f.src_nstride : f.dst_nstride) = u(t.stride[0]);
  (source ? f.src_cstride : f.dst_cstride) = u(t.stride[1]);
  (source ? f.src_hstride : f.dst_hstride) = u(t.stride[2]);
  (source ? f.src_wstride : f.dst_wstride) = u(t.stride[3]);
}

class Bm1684xDma : public testing::Test {
 protected:
  isa::ChipSpec chip_ = small_chip("bm1684x");
  std::mt19937 random_{1};
};

TEST_F(Bm1684xDma, TensorFunctionsMoveEveryElementToItsPlace) {
  for (int trial = 0; trial < 150; ++trial) {
    isa::bm1684x::DmaTensor command;
    command.cmd_special_function = pick(random_, 0, 4);
    command.src_data_format = pick(random_, 0, 5);
    command.stride_enable = 1;
    command.nchw_copy = pick(random_, 0, 1);
    const unsigned element = kElementOfFormat[command.src_data_format];
    auto from_shape = random_shape(random_);
    if (command.cmd_special_function == 2 || command.cmd_special_function == 4) from_shape[1] = pick(random_, 1, 9);
    if (command.cmd_special_function == 3) from_shape[1] = 1;
    auto to_shape = from_shape;
    if (command.cmd_special_function == 1) std::swap(to_shape[0], to_shape[1]);
    if (command.cmd_special_function == 1) from_shape[1] = to_shape[0] = pick(random_, 1, 3);
    if (command.cmd_special_function == 2 || command.cmd_special_function == 4) std::swap(to_shape[1], to_shape[3]);
    if (command.cmd_special_function == 3) to_shape[1] = pick(random_, 1, 64);
    const bool from_local = pick(random_, 0, 1) != 0;
    const bool to_local = pick(random_, 0, 1) != 0;
    const PlainTensor from = place(random_, from_local, from_shape, element, 64);
    const PlainTensor to = place(random_, to_local, to_shape, element, to_local ? 2048 : 65536);
    set_side(command, from, from_shape, true);
    set_side(command, to, to_shape, false);
    if (command.cmd_special_function != 0) {  // only the plain copy has a w stride
      command.src_wstride = pick(random_, 0, 2);
      command.dst_wstride = pick(random_, 0, 2);
    }
    // The mask of a broadcast has a rule of its own: OnlyTwoLanesOfABroadcastLookAtTheMask.
    const bool masked = trial % 4 == 0 && command.cmd_special_function != 3;
    if (masked) command.localmem_mask_l32 = random_();
    if (masked) command.localmem_mask_h32 = random_();
    const std::uint64_t mask = command.localmem_mask_h32 << 32 | command.localmem_mask_l32;

    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    for (std::uint32_t n = 0; n < to_shape[0]; ++n)
      for (std::uint32_t c = 0; c < to_shape[1]; ++c)
        for (std::uint32_t h = 0; h < to_shape[2]; ++h)
          for (std::uint32_t w = 0; w < to_shape[3]; ++w) {
            const std::uint64_t lane = ((to.address - isa::kLocalBase) / kTestLaneBytes + c) % 64;
            if (to_local && (mask >> lane & 1) == 0) continue;
            std::uint64_t source = 0;
            switch (command.cmd_special_function) {
              case 0: source = from.index(chip_, n, c, h, w); break;
              case 1: source = from.index(chip_, c, n, h, w); break;
              case 3: source = from.index(chip_, n, 0, h, w); break;
              default: source = from.index(chip_, n, w, h, c); break;
            }
            std::memcpy(&wanted[to.index(chip_, n, c, h, w)], &before[source], element);
          }
    // A masked lane leaves part of the source unread, which the view of a broadcast source cannot tell.
    expect_result(command, chip_, before, wanted, !masked,
                  "trial " + std::to_string(trial) + " function " + std::to_string(command.cmd_special_function));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684xDma, OnlyTwoLanesOfABroadcastLookAtTheMask) {
  const auto written = [&](std::uint64_t mask) {
    isa::bm1684x::DmaTensor command;
    command.cmd_special_function = 3;
    command.stride_enable = 1;
    command.localmem_mask_l32 = mask & 0xFFFFFFFFU;
    command.localmem_mask_h32 = mask >> 32;
    const PlainTensor from = place(random_, false, {1, 1, 1, 3}, 1, 64);
    PlainTensor to;
    to.element = 1;
    to.address = isa::kLocalBase + 2 * kTestLaneBytes;
    to.stride = {3, 3, 3, 1};
    set_side(command, from, {1, 1, 1, 3}, true);
    set_side(command, to, {1, 4, 1, 3}, false);
    Bytes before(test_local_bytes(chip_) + kTestDdrBytes);
    for (std::uint32_t w = 0; w < 3; ++w) before[from.index(chip_, 0, 0, 0, w)] = static_cast<std::uint8_t>(w + 1);
    memory::ChipMemory memory(chip_);
    put(before, chip_, memory);
    execute(command, chip_, memory);
    const Bytes after = get(chip_, memory);
    std::vector<std::uint64_t> elements(4);
    for (std::uint32_t c = 0; c < 4; ++c)
      for (std::uint32_t w = 0; w < 3; ++w) elements[c] += after[to.index(chip_, 0, c, 0, w)] != 0 ? 1 : 0;
    return elements;
  };
  using Counts = std::vector<std::uint64_t>;
  EXPECT_EQ(written(0b111000), Counts({0, 0, 0, 0}));  // the first lane, 2, is off: nothing
  EXPECT_EQ(written(0b011100), Counts({1, 1, 1, 1}));  // the last lane, 5, is off: the first element everywhere
  EXPECT_EQ(written(0b100100), Counts({3, 3, 3, 3}));
}

TEST_F(Bm1684xDma, ACopyBetweenShapesKeepsTheOrderOfElements) {
  for (int trial = 0; trial < 40; ++trial) {
    isa::bm1684x::DmaTensor command;
    command.src_data_format = pick(random_, 0, 5);
    command.stride_enable = 1;
    const unsigned element = kElementOfFormat[command.src_data_format];
    const std::array<std::uint32_t, 4> from_shape{2, pick(random_, 1, 5) * 6, 2, pick(random_, 1, 4)};
    const std::array<std::uint32_t, 4> to_shape{1, from_shape[1] / 3, 3 * 4, from_shape[3]};
    const PlainTensor from = place(random_, trial % 2 == 0, from_shape, element, 64);
    const PlainTensor to = place(random_, trial % 3 == 0, to_shape, element, trial % 3 == 0 ? 2048 : 65536);
    set_side(command, from, from_shape, true);
    set_side(command, to, to_shape, false);
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    std::vector<std::uint64_t> order;
    for (std::uint32_t n = 0; n < from_shape[0]; ++n)
      for (std::uint32_t c = 0; c < from_shape[1]; ++c)
        for (std::uint32_t h = 0; h < from_shape[2]; ++h)
          for (std::uint32_t w = 0; w < from_shape[3]; ++w) order.push_back(from.index(chip_, n, c, h, w));
    std::size_t next = 0;
    for (std::uint32_t c = 0; c < to_shape[1]; ++c)
      for (std::uint32_t h = 0; h < to_shape[2]; ++h)
        for (std::uint32_t w = 0; w < to_shape[3]; ++w)
          std::memcpy(&wanted[to.index(chip_, 0, c, h, w)], &before[order[next++]], element);
    expect_result(command, chip_, before, wanted, true, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684xDma, WithoutStridesLocalTensorsAreAlignedAndOthersContiguous) {
  for (int trial = 0; trial < 40; ++trial) {
    isa::bm1684x::DmaTensor command;
    command.src_data_format = pick(random_, 0, 5);
    command.nchw_copy = 1;
    const std::int64_t element = kElementOfFormat[command.src_data_format];
    const auto shape = random_shape(random_);
    PlainTensor from;
    PlainTensor to;
    from.element = to.element = static_cast<unsigned>(element);
    const std::int64_t lane = pick(random_, 0, 63);
    from.address = kTestDdr + 16;
    from.stride = {std::int64_t{shape[1]} * shape[2] * shape[3], std::int64_t{shape[2]} * shape[3], shape[3], 1};
    to.address = isa::kLocalBase + static_cast<std::uint64_t>(lane) * kTestLaneBytes;
    const std::int64_t row = (std::int64_t{shape[2]} * shape[3] * element + 63) / 64 * 64 / element;
    to.stride = {(lane + shape[1] + 63) / 64 * row, row, shape[3], 1};
    set_side(command, from, shape, true);
    set_side(command, to, shape, false);
    command.src_nstride = command.dst_cstride = 12345;  // must not count
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    for (std::uint32_t n = 0; n < shape[0]; ++n)
      for (std::uint32_t c = 0; c < shape[1]; ++c)
        for (std::uint32_t h = 0; h < shape[2]; ++h)
          for (std::uint32_t w = 0; w < shape[3]; ++w)
            std::memcpy(&wanted[to.index(chip_, n, c, h, w)], &before[from.index(chip_, n, c, h, w)],
                        static_cast<std::size_t>(element));
    expect_result(command, chip_, before, wanted, true, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684xDma, AFillWritesTheLowBytesOfTheConstant) {
  for (int trial = 0; trial < 30; ++trial) {
    isa::bm1684x::DmaTensor command;
    command.src_data_format = pick(random_, 0, 5);
    command.fill_constant_en = 1;
    command.stride_enable = 1;
    command.constant_value = random_();
    const unsigned element = kElementOfFormat[command.src_data_format];
    const auto shape = random_shape(random_);
    const PlainTensor to = place(random_, trial % 2 == 0, shape, element, 4);
    set_side(command, to, shape, false);
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    for (std::uint32_t n = 0; n < shape[0]; ++n)
      for (std::uint32_t c = 0; c < shape[1]; ++c)
        for (std::uint32_t h = 0; h < shape[2]; ++h)
          for (std::uint32_t w = 0; w < shape[3]; ++w)
            for (unsigned b = 0; b < element; ++b)
              wanted[to.index(chip_, n, c, h, w) + b] = static_cast<std::uint8_t>(command.constant_value >> (8 * b));
    expect_result(command, chip_, before, wanted, false, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684xDma, MatricesGoToAndFromTheMatrixLayout) {
  for (int trial = 0; trial < 120; ++trial) {
    isa::bm1684x::DmaMatrix command;
    const bool transposed = trial % 2 != 0;
    const bool to_system = trial % 4 >= 2;
    command.cmd_special_function = transposed ? 1 : 0;
    command.src_data_format = pick(random_, 0, 5);
    command.stride_enable = 1;
    const unsigned element = kElementOfFormat[command.src_data_format];
    const std::uint32_t rows = pick(random_, 1, 12);  // of the local matrix
    const std::uint32_t columns = pick(random_, 1, 80);
    const std::uint32_t width = pick(random_, 1, 10);
    const std::uint32_t groups = (columns + width - 1) / width;
    const PlainTensor local = place(random_, true, {rows, groups, 1, width}, element, 128);
    const std::uint32_t system_rows = transposed ? columns : rows;
    const std::uint32_t system_columns = transposed ? rows : columns;
    PlainTensor system;
    system.element = element;
    system.address = kTestDdr + 256;
    system.stride = {0, 0, system_columns + pick(random_, 0, 3), 1};
    set_side(command, system, {0, 0, system_rows, system_columns}, !to_system);
    set_side(command, local, {rows, groups, 0, width}, to_system);
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

TEST_F(Bm1684xDma, ALinearCopyGoesOnInTheNextLane) {
  for (int trial = 0; trial < 40; ++trial) {
    isa::bm1684x::DmaGeneral command;
    command.src_data_format = pick(random_, 0, 5);
    const unsigned element = kElementOfFormat[command.src_data_format];
    command.src_cstride = pick(random_, 1, 12000 / element);
    const std::uint64_t from = isa::kLocalBase + pick(random_, 0, 1000) * 4;
    const std::uint64_t to = trial % 2 == 0 ? kTestDdr + pick(random_, 0, 1000) * 4
                                            : isa::kLocalBase + 32 * kTestLaneBytes + pick(random_, 0, 1000) * 4;
    command.src_start_addr_l32 = from & 0xFFFFFFFF;
    command.set_destination(to);
    const Bytes before = random_bytes(chip_, random_);
    Bytes wanted = before;
    const std::uint64_t target = to >= kTestDdr ? test_local_bytes(chip_) + (to - kTestDdr) : to - isa::kLocalBase;
    std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(from - isa::kLocalBase), command.src_cstride * element,
                wanted.begin() + static_cast<std::ptrdiff_t>(target));
    expect_result(command, chip_, before, wanted, true, "trial " + std::to_string(trial));
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684xDma, GatherAndScatterFollowTheIndex) {
  for (int trial = 0; trial < 80; ++trial) {
    const bool scatter = trial % 2 != 0;
    GdmaFields f;
    f.src_data_format = pick(random_, 0, 5);
    f.stride_enable = 1;
    f.constant_value = random_();
    const unsigned element = kElementOfFormat[f.src_data_format];
    const std::uint32_t channels = pick(random_, 1, 70);
    const std::uint32_t table_rows = pick(random_, 1, 8);
    const std::uint32_t rows = pick(random_, 1, 6);
    const std::uint32_t width = pick(random_, 1, 9);
    const std::uint32_t source_channels = trial % 3 == 0 ? 1 : channels;
    const std::uint32_t index_channels = trial % 5 == 0 ? 1 : channels;
    if (source_channels == 1 && index_channels == 1 && channels != 1) continue;
    const std::array<std::uint32_t, 4> from_shape{1, source_channels, scatter ? rows : table_rows, width};
    const std::array<std::uint32_t, 4> to_shape{1, channels, scatter ? table_rows : rows, width};
    const PlainTensor from = place(random_, trial % 7 < 3, from_shape, element, 64);
    const PlainTensor to = place(random_, trial % 4 < 2, to_shape, element, trial % 4 < 2 ? 2048 : 98304);
    PlainTensor index = place(random_, trial % 3 < 2, {1, index_channels, rows, 1}, 4, trial % 3 < 2 ? 3072 : 65536);
    set_side(f, from, from_shape, true);
    set_side(f, to, to_shape, false);
    f.set_index(index.address);
    f.index_csize = index_channels;
    f.index_hsize = rows;
    f.index_cstride = static_cast<std::uint64_t>(index.stride[1]);
    f.index_hstride = static_cast<std::uint64_t>(index.stride[2]);
    Bytes before = random_bytes(chip_, random_);
    for (std::uint32_t c = 0; c < index_channels; ++c)
      for (std::uint32_t h = 0; h < rows; ++h) {
        const std::uint32_t value = pick(random_, 0, 9) == 0 ? 0xFFFFFFFF : pick(random_, 0, table_rows);
        std::memcpy(&before[index.index(chip_, 0, c, h, 0)], &value, 4);
      }
    Bytes wanted = before;
    for (std::uint32_t c = 0; c < channels; ++c)
      for (std::uint32_t h = 0; h < rows; ++h) {
        std::uint32_t row = 0;
        std::memcpy(&row, &before[index.index(chip_, 0, index_channels == 1 ? 0 : c, h, 0)], 4);
        const std::uint32_t source = source_channels == 1 ? 0 : c;
        for (std::uint32_t w = 0; w < width; ++w) {
          if (scatter && row < table_rows)
            std::memcpy(&wanted[to.index(chip_, 0, c, row, w)], &before[from.index(chip_, 0, source, h, w)], element);
          if (!scatter && row < table_rows)
            std::memcpy(&wanted[to.index(chip_, 0, c, h, w)], &before[from.index(chip_, 0, source, row, w)], element);
          if (!scatter && row >= table_rows)
            std::memcpy(&wanted[to.index(chip_, 0, c, h, w)], &f.constant_value, element);
        }
      }
    isa::bm1684x::DmaGather gather;
    isa::bm1684x::DmaScatter scatterer;
    static_cast<GdmaFields&>(gather) = f;
    static_cast<GdmaFields&>(scatterer) = f;
    const std::string what = "trial " + std::to_string(trial);
    if (scatter)
      expect_result(scatterer, chip_, before, wanted, false, what);
    else
      expect_result(gather, chip_, before, wanted, false, what);
    if (HasFatalFailure()) return;
  }
}

TEST_F(Bm1684xDma, SelectAndNonzeroPackWhatIsNotZero) {
  for (int trial = 0; trial < 60; ++trial) {
    const auto shape = random_shape(random_);
    GdmaFields f;
    f.src_data_format = pick(random_, 0, 5);
    f.mask_data_format = pick(random_, 0, 5);
    f.index_data_format = std::array{0, 3, 4}[trial % 3];
    const unsigned element = kElementOfFormat[f.src_data_format];
    const bool select = trial % 2 == 0;
    const unsigned tested_format = static_cast<unsigned>(select ? f.mask_data_format : f.src_data_format);
    const unsigned tested = kElementOfFormat[tested_format];
    const std::uint64_t count = std::uint64_t{shape[0]} * shape[1] * shape[2] * shape[3];
    f.src_nsize = shape[0], f.src_csize = shape[1], f.src_hsize = shape[2], f.src_wsize = shape[3];
    f.src_start_addr_h8 = f.mask_start_addr_h8 = f.dst_start_addr_h8 = 1;
    f.mask_start_addr_l32 = 0x8000;
    f.dst_start_addr_l32 = 0x10000;
    if (!select) f.dst_nstride = pick(random_, 0, 100);
    const std::uint64_t ddr = test_local_bytes(chip_);
    Bytes before = random_bytes(chip_, random_);
    const std::uint64_t tested_at = ddr + (select ? 0x8000 : 0);
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint32_t value =
          std::array<std::uint32_t, 4>{0, 0x80000000U >> (8 * (4 - tested)), 1, 0x5A5A5A5A}[pick(random_, 0, 3)];
      std::memcpy(&before[tested_at + i * tested], &value, tested);
    }
    Bytes wanted = before;
    std::uint64_t result = ddr + 0x10000;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint32_t value = 0;
      std::memcpy(&value, &before[tested_at + i * tested], tested);
      if (value == 0 || (tested_format == 2 && (value & 0x7F800000) == 0)) continue;  // denormals are zero
      if (select) {
        std::memcpy(&wanted[result], &before[ddr + i * element], element);
        result += element;
      } else {
        const auto position = static_cast<std::uint32_t>(i + f.dst_nstride);
        const unsigned width = kElementOfFormat[f.index_data_format];
        std::memcpy(&wanted[result], &position, width);
        result += width;
      }
    }
    isa::bm1684x::DmaMaskedSelect selector;
    isa::bm1684x::DmaNonzero nonzero;
    static_cast<GdmaFields&>(selector) = f;
    static_cast<GdmaFields&>(nonzero) = f;
    const std::string what = "trial " + std::to_string(trial);
    if (select)
      expect_result(selector, chip_, before, wanted, false, what);
    else
      expect_result(nonzero, chip_, before, wanted, false, what);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace bmemu::emulator
