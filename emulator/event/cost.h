// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a command costs, split by cause.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bmemu::emulator {

/// Why an engine spends time. The first block is cost of a command, the second is time around commands.
enum class Cause : std::uint8_t {
  kArray,          ///< multiply-accumulate or elementwise work at full use of lanes and execution units
  kPadding,        ///< work on shapes rounded up to lanes, execution units or cube
  kBankConflict,   ///< operands or results that share a bank
  kFill,           ///< start-up and drain of the pipeline
  kSupply,         ///< waiting for operands or weights from local memory
  kTransfer,       ///< bytes moved at the port's rate
  kRow,            ///< short or strided rows: bytes moved in vain, row overhead
  kDescriptor,     ///< start-up of a DMA descriptor
  kDdr,            ///< DDR slower than the port: bandwidth
  kDdrRow,         ///< DDR row misses
  kDdrTurnaround,  ///< DDR read/write turnaround
  kDdrRefresh,     ///< DDR refresh
  kDdrBurst,       ///< bytes that DDR moves in vain because runs do not fill whole bursts
  kDdrInterleave,  ///< DDR controllers that idle because the bytes are unevenly spread over them
  kSync,           ///< waiting for the other engine
  kFetch,          ///< waiting for the command itself
  kLaunch,         ///< before the first and after the last command: host, firmware
  kIdle,           ///< own stream finished, the other engine still works
};
inline constexpr std::size_t kCauseCount = 18;
std::string_view name(Cause cause);

/// Cycles of the engine's clock by cause. Contract: no entry is negative; `total()` is the command's duration.
class CostBreakdown {
 public:
  CostBreakdown& add(Cause cause, std::int64_t cycles) {
    cycles_[static_cast<std::size_t>(cause)] += cycles;
    return *this;
  }
  std::int64_t operator[](Cause cause) const { return cycles_[static_cast<std::size_t>(cause)]; }
  std::int64_t total() const {
    std::int64_t sum = 0;
    for (const auto c : cycles_) sum += c;
    return sum;
  }

 private:
  std::array<std::int64_t, kCauseCount> cycles_{};
};

}  // namespace bmemu::emulator
