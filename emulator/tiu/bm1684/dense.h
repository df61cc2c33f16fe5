// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies tensors of local memory to dense arrays (n, c, h, w; w fastest) and back.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "emulator/operands.h"
#include "isa/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::bm1684 {

/// Calls `f(offset, row)` for every row of w: its byte offset in local memory and its index in n, c, h order.
template <class F>
void for_each_row(const OperandView& view, const isa::ChipSpec& chip, F&& f) {
  const auto lanes = static_cast<std::uint64_t>(chip.tiu.lanes);
  const auto lane_bytes = static_cast<std::uint64_t>(chip.local_memory.lane_bytes);
  const std::uint64_t start_lane = view.address / lane_bytes;
  const std::uint64_t first = view.address % lane_bytes;
  std::size_t row = 0;
  for (std::uint32_t n = 0; n < view.shape[0]; ++n)
    for (std::uint32_t c = 0; c < view.shape[1]; ++c) {
      const std::uint64_t place = start_lane + c;
      const std::uint64_t base = place % lanes * lane_bytes + first + n * static_cast<std::uint64_t>(view.stride[0]) +
                                 place / lanes * static_cast<std::uint64_t>(view.stride[1]);
      for (std::uint32_t h = 0; h < view.shape[2]; ++h) f(base + h * static_cast<std::uint64_t>(view.stride[2]), row++);
    }
}

inline std::size_t element_count(const OperandView& view) {
  return std::size_t{view.shape[0]} * view.shape[1] * view.shape[2] * view.shape[3];
}

/// Contract: T is as wide as the view's elements (a packed word: 32 bit).
template <class T>
void gather_to(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory, T* out) {
  const std::size_t width = view.shape[3];
  const auto step = static_cast<std::size_t>(view.stride[3]);
  const std::uint8_t* local = memory.local();
  for_each_row(view, chip, [&](std::uint64_t offset, std::size_t row) {
    T* to = out + row * width;
    const std::uint8_t* from = local + offset;
    if (step == sizeof(T)) {
      std::memcpy(to, from, width * sizeof(T));
    } else if (step == 4) {
      for (std::size_t w = 0; w < width; ++w) std::memcpy(to + w, from + w * 4, sizeof(T));
    } else {
      for (std::size_t w = 0; w < width; ++w) std::memcpy(to + w, from + w * step, sizeof(T));
    }
  });
}

template <class T>
std::vector<T> gather(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  std::vector<T> values(element_count(view));
  gather_to(view, chip, memory, values.data());
  return values;
}

template <class T>
void scatter(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const T* values) {
  const std::size_t width = view.shape[3];
  const auto step = static_cast<std::size_t>(view.stride[3]);
  std::uint8_t* local = memory.local();
  for_each_row(view, chip, [&](std::uint64_t offset, std::size_t row) {
    const T* from = values + row * width;
    std::uint8_t* to = local + offset;
    if (step == sizeof(T)) {
      std::memcpy(to, from, width * sizeof(T));
    } else if (step == 4) {
      for (std::size_t w = 0; w < width; ++w) std::memcpy(to + w * 4, from + w, sizeof(T));
    } else {
      for (std::size_t w = 0; w < width; ++w) std::memcpy(to + w * step, from + w, sizeof(T));
    }
  });
}

/// The 32-bit words of a table in L2.
inline std::vector<std::uint32_t> gather_table(const OperandView& view, const memory::ChipMemory& memory) {
  std::vector<std::uint32_t> words(view.shape[3]);
  memory.read(view.address, words.data(), words.size() * 4);
  return words;
}

}  // namespace bmemu::emulator::bm1684
