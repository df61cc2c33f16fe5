// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Lanes and banks of local memory: which an address lies in, which a pattern touches.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "memory/pattern.h"

namespace bmemu::memory {

/// Bit k: bank k. A chip has at most 64 banks per lane.
using BankSet = std::uint64_t;

/// Contract: local addresses are lane * lane_bytes + offset; banks divide a lane's offsets into equal parts and are the
/// same in all lanes.
/// Source: libsophon tpu-runtime/src/bmrt_arch_info.cpp (lanes, banks and their sizes of both chips).
class LocalMap {
 public:
  explicit LocalMap(const isa::ChipSpec& chip);

  std::uint64_t lane(std::uint64_t address) const { return address / lane_bytes_; }
  std::uint64_t offset(std::uint64_t address) const { return address % lane_bytes_; }
  std::uint64_t bank(std::uint64_t address) const { return offset(address) / bank_bytes_; }

  /// Banks, of any lane, that a pattern touches. Exact.
  BankSet banks(const Pattern& pattern) const;

 private:
  void add(std::uint64_t from, std::uint64_t to, BankSet& set) const;

  std::uint64_t lane_bytes_;
  std::uint64_t bank_bytes_;
  BankSet all_;
};

}  // namespace bmemu::memory
