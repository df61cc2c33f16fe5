// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Lanes and banks of local memory, and where the channels of a tensor lie in them.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"

namespace bmemu::isa {

/// Bit k: bank k. A chip has at most 64 banks per lane.
using BankSet = std::uint64_t;

/// Contract: local addresses are lane * lane_bytes + offset, counted from the start of local memory; banks divide a
/// lane's offsets into equal parts and are the same in all lanes.
/// Source: libsophon tpu-runtime/src/bmrt_arch_info.cpp (lanes, banks and their sizes of both chips).
class Lanes {
 public:
  explicit Lanes(const ChipSpec& chip)
      : count_(static_cast<std::uint64_t>(chip.tiu.lanes)),
        bytes_(static_cast<std::uint64_t>(chip.local_memory.lane_bytes)),
        bank_bytes_(static_cast<std::uint64_t>(chip.local_memory.bank_bytes())) {}

  std::uint64_t count() const { return count_; }
  std::uint64_t lane_bytes() const { return bytes_; }
  std::uint64_t bank_bytes() const { return bank_bytes_; }
  std::uint64_t all_bytes() const { return count_ * bytes_; }  ///< of local memory

  std::uint64_t lane(std::uint64_t address) const { return address / bytes_; }
  std::uint64_t offset(std::uint64_t address) const { return address % bytes_; }
  std::uint64_t bank(std::uint64_t address) const { return offset(address) / bank_bytes_; }
  std::uint64_t address(std::uint64_t lane, std::uint64_t offset) const { return lane * bytes_ + offset; }

  /// Rows of channels in the lane that holds most of them, when the first channel lies in `start_lane`.
  std::uint64_t rows(std::uint64_t channels, std::uint64_t start_lane) const {
    return (start_lane + channels + count_ - 1) / count_;
  }

  /// Bytes from lane 0 to channel `place` counted from lane 0; `row_stride`: bytes from a channel to the next one in
  /// the same lane.
  std::uint64_t channel_step(std::uint64_t place, std::int64_t row_stride) const {
    return place % count_ * bytes_ + place / count_ * static_cast<std::uint64_t>(row_stride);
  }
  /// Where channel `c` begins of a tensor that begins at `start`.
  std::uint64_t channel(std::uint64_t start, std::uint64_t c, std::int64_t row_stride) const {
    return offset(start) + channel_step(lane(start) + c, row_stride);
  }

  /// Banks of the offsets [from, to) of a lane. Contract: inside the lane.
  BankSet banks(std::uint64_t from, std::uint64_t to) const {
    BankSet set = 0;
    for (std::uint64_t at = from; at < to; at = (at / bank_bytes_ + 1) * bank_bytes_)
      set |= BankSet{1} << (at / bank_bytes_);
    return set;
  }

 private:
  std::uint64_t count_;
  std::uint64_t bytes_;
  std::uint64_t bank_bytes_;
};

}  // namespace bmemu::isa
