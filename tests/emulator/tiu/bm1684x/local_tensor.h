// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors in the local memory of a BM1684X, placed by the formulas of the layouts, for tests that compare instructions
// with loops over elements.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "emulator/dispatch/execute.h"
#include "isa/chip/chip_file.h"
#include "memory/chip_memory.h"
#include "tests/emulator/tiu/path_of_trial.h"

namespace bmemu::emulator {

class Bench {
 public:
  Bench() : chip(isa::load_chip("bm1684x")), memory(chip) {}

  template <class T>
  void run(const T& instruction) {
    execute(isa::Instruction(isa::bm1684x::TiuInstruction(instruction)), chip, memory, host);
  }

  isa::ChipSpec chip;
  memory::ChipMemory memory;
  HostArithmetic host;
};

enum class Layout { kAligned, kCompact, kLineAligned };

/// Element type T; `address` as commands write it: lane * lane size + offset.
template <class T>
struct LocalTensor {
  Bench& bench;
  std::uint64_t address;
  std::array<std::size_t, 4> shape;  ///< n, c, h, w
  Layout layout = Layout::kAligned;

  std::size_t place(std::size_t n, std::size_t c, std::size_t h, std::size_t w) const {
    const std::size_t lane_bytes = bench.chip.local_memory.lane_bytes, units = 64 / sizeof(T);
    const auto up = [&](std::size_t x) { return (x + units - 1) / units * units; };
    const std::size_t start = address / lane_bytes, rows = (start + shape[1] + 63) / 64;
    const std::size_t line = layout == Layout::kLineAligned ? up(shape[3]) : shape[3];
    const std::size_t channel = layout == Layout::kAligned ? up(shape[2] * shape[3]) : shape[2] * line;
    return (start + c) % 64 * lane_bytes + address % lane_bytes +
           sizeof(T) * ((n * rows + (start + c) / 64) * channel + h * line + w);
  }
  T get(std::size_t n, std::size_t c, std::size_t h, std::size_t w) const {
    T value;
    std::memcpy(&value, bench.memory.local() + place(n, c, h, w), sizeof value);
    return value;
  }
  void set(std::size_t n, std::size_t c, std::size_t h, std::size_t w, T value) const {
    std::memcpy(bench.memory.local() + place(n, c, h, w), &value, sizeof value);
  }
  template <class F>
  void fill(F&& value) const {
    for_each([&](std::size_t n, std::size_t c, std::size_t h, std::size_t w) { set(n, c, h, w, value()); });
  }
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t n = 0; n < shape[0]; ++n)
      for (std::size_t c = 0; c < shape[1]; ++c)
        for (std::size_t h = 0; h < shape[2]; ++h)
          for (std::size_t w = 0; w < shape[3]; ++w) f(n, c, h, w);
  }
};

/// Precision codes of commands.
enum : std::uint64_t { kCodeI8 = 0, kCodeF16 = 1, kCodeF32 = 2, kCodeI16 = 3, kCodeI32 = 4, kCodeBf16 = 5 };

}  // namespace bmemu::emulator
