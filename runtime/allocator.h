// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which parts of a device's memory are whose.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace bmemu::runtime {

struct Range {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

/// Contract: blocks start at multiples of kPageBytes and never overlap while they live; the lowest place that fits is
/// taken.
class Allocator {
 public:
  static constexpr std::uint64_t kPageBytes = 4096;

  Allocator(std::uint64_t base, std::uint64_t size);

  /// The address of `size` bytes (0 counts as one); none when no gap is large enough.
  std::optional<std::uint64_t> allocate(std::uint64_t size);
  /// Frees the block that starts at `address`; the gap that it is in now, or nothing when no block starts there.
  std::optional<Range> free(std::uint64_t address);

  /// The live block that holds all of [address, address + size).
  std::optional<Range> holding(std::uint64_t address, std::uint64_t size) const;
  /// Live blocks by address, with the sizes that were asked for.
  const std::map<std::uint64_t, std::uint64_t>& blocks() const { return blocks_; }
  std::uint64_t free_bytes() const;
  /// Whether the address was ever inside a block.
  bool was_used(std::uint64_t address) const { return address >= base_ && address < highest_; }

 private:
  std::uint64_t base_;
  std::uint64_t highest_;                          ///< end of what was ever given out
  std::map<std::uint64_t, std::uint64_t> blocks_;  ///< sizes as asked for, by address
  std::map<std::uint64_t, std::uint64_t> gaps_;    ///< sizes, by address; never adjacent
};

}  // namespace bmemu::runtime
