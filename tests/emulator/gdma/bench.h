// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A chip with small lanes, random memory contents and plain element addresses for the DMA tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "emulator/dispatch/execute.h"
#include "emulator/operand/operands.h"
#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator {

inline constexpr std::uint64_t kTestLaneBytes = 4096;
inline constexpr std::uint64_t kTestDdr = 0x100000000;
inline constexpr std::uint64_t kTestDdrBytes = 128 * 1024;

inline isa::ChipSpec small_chip(const std::string& name) {
  isa::ChipSpec chip = isa::load_chip(name);
  chip.local_memory.lane_bytes = kTestLaneBytes;
  return chip;
}

/// All bytes that a test looks at: local memory, then the first bytes of DDR.
using Bytes = std::vector<std::uint8_t>;

inline std::uint64_t test_local_bytes(const isa::ChipSpec& chip) {
  return static_cast<std::uint64_t>(chip.tiu.lanes) * kTestLaneBytes;
}

inline Bytes random_bytes(const isa::ChipSpec& chip, std::mt19937& random) {
  Bytes bytes(test_local_bytes(chip) + kTestDdrBytes);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

inline void put(const Bytes& bytes, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const std::uint64_t local = test_local_bytes(chip);
  memory.write(isa::kLocalBase, bytes.data(), local);
  memory.write(kTestDdr, bytes.data() + local, kTestDdrBytes);
}

inline Bytes get(const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const std::uint64_t local = test_local_bytes(chip);
  Bytes bytes(local + kTestDdrBytes);
  memory.read(isa::kLocalBase, bytes.data(), local);
  memory.read(kTestDdr, bytes.data() + local, kTestDdrBytes);
  return bytes;
}

/// Index into Bytes of an element by the definition of tensors in local memory and elsewhere. Strides in elements.
struct PlainTensor {
  std::uint64_t address = 0;  ///< chip address
  std::array<std::int64_t, 4> stride{};
  unsigned element = 1;
  bool local() const { return address < 0x10000000; }
  std::uint64_t index(const isa::ChipSpec& chip, std::uint32_t n, std::uint32_t c, std::uint32_t h,
                      std::uint32_t w) const {
    const auto lanes = static_cast<std::uint64_t>(chip.tiu.lanes);
    if (!local())
      return test_local_bytes(chip) + (address - kTestDdr) +
             static_cast<std::uint64_t>(n * stride[0] + c * stride[1] + h * stride[2] + w * stride[3]) * element;
    const std::uint64_t start = (address - isa::kLocalBase) / kTestLaneBytes;
    const std::uint64_t offset = (address - isa::kLocalBase) % kTestLaneBytes;
    const std::uint64_t row = (start + c) / lanes;
    return (start + c) % lanes * kTestLaneBytes + offset +
           (n * static_cast<std::uint64_t>(stride[0]) + row * static_cast<std::uint64_t>(stride[1]) +
            h * static_cast<std::uint64_t>(stride[2]) + w * static_cast<std::uint64_t>(stride[3])) *
               element;
  }
};

/// Marks the bytes of a view.
inline void mark(const OperandView& view, const isa::ChipSpec& chip, std::vector<bool>& marks) {
  PlainTensor plain;
  plain.address = view.space == isa::Space::kLocal ? isa::kLocalBase + view.address : view.address;
  plain.stride = view.stride;
  for (std::uint32_t n = 0; n < view.shape[0]; ++n)
    for (std::uint32_t c = 0; c < view.shape[1]; ++c)
      for (std::uint32_t h = 0; h < view.shape[2]; ++h)
        for (std::uint32_t w = 0; w < view.shape[3]; ++w)
          for (unsigned b = 0; b < bits(view.format) / 8; ++b) marks.at(plain.index(chip, n, c, h, w) + b) = true;
}

inline std::uint32_t pick(std::mt19937& random, std::uint32_t low, std::uint32_t high) {
  return std::uniform_int_distribution<std::uint32_t>(low, high)(random);
}

/// A tensor that fits: strides at least dense, some with gaps. Local tensors may start in any lane.
inline PlainTensor place(std::mt19937& random, bool local, const std::array<std::uint32_t, 4>& shape, unsigned element,
                         std::uint64_t base) {
  PlainTensor t;
  t.element = element;
  const std::uint32_t gap = pick(random, 0, 3);
  const std::uint64_t lane = pick(random, 0, 63);
  const std::uint64_t rows = local ? (lane + shape[1] + 63) / 64 : shape[1];
  t.stride[3] = 1;
  t.stride[2] = shape[3] + gap;
  t.stride[1] = shape[2] * t.stride[2] + (gap > 1 ? 5 : 0);
  t.stride[0] = static_cast<std::int64_t>(rows) * t.stride[1] + gap;
  t.address = local ? isa::kLocalBase + lane * kTestLaneBytes + base : kTestDdr + base;
  return t;
}

inline std::array<std::uint32_t, 4> random_shape(std::mt19937& random) {
  return {pick(random, 1, 3), pick(random, 1, 90), pick(random, 1, 4), pick(random, 1, 9)};
}

/// Runs the command on random bytes and expects `wanted`. Then checks the views: nothing outside the result views
/// changed; the result does not depend on bytes outside the operand views; with `exact_reads` every byte of an operand
/// view matters.
template <class Command>
void expect_result(const Command& command, const isa::ChipSpec& chip, const Bytes& before, const Bytes& wanted,
                   bool exact_reads, const std::string& what) {
  memory::ChipMemory memory(chip);
  put(before, chip, memory);
  execute(command, chip, memory);
  const Bytes after = get(chip, memory);
  ASSERT_TRUE(after == wanted) << what << " differs first at byte "
                               << std::mismatch(after.begin(), after.end(), wanted.begin()).first - after.begin();

  std::vector<bool> read(before.size());
  std::vector<bool> written(before.size());
  for (const OperandView& view : operands(command, chip))
    mark(view, chip, view.access == memory::Access::kWrite ? written : read);
  Bytes other = before;
  Bytes inverted = before;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!written[i]) {
      ASSERT_EQ(after[i], before[i]) << what << ": byte " << i << " outside the result changed";
    }
    if (!read[i]) other[i] = static_cast<std::uint8_t>(~before[i]);
    if (read[i]) inverted[i] = static_cast<std::uint8_t>(~before[i]);
  }
  put(other, chip, memory);
  execute(command, chip, memory);
  const Bytes from_other = get(chip, memory);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (written[i] && after[i] != before[i]) {
      ASSERT_EQ(from_other[i], after[i]) << what << ": byte " << i << " depends on bytes outside the operands";
    }
  if (!exact_reads) return;
  put(inverted, chip, memory);
  execute(command, chip, memory);
  const Bytes from_inverted = get(chip, memory);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (written[i]) {
      ASSERT_EQ(from_inverted[i], static_cast<std::uint8_t>(~after[i])) << what << ": byte " << i;
    }
}

}  // namespace bmemu::emulator
