// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which bytes of a chip's memories have ever been written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "memory/pattern.h"

namespace bmemu::memory {

/// Bytes of a pattern that nobody wrote. Addresses are those of the pattern's memory (see Pattern).
struct UnwrittenBytes {
  std::uint64_t first = 0;
  std::uint64_t last = 0;   ///< inclusive; there may be written bytes between them
  std::uint64_t bytes = 0;  ///< of the units of WrittenMap::kUnitBytes that were never written
};

/// Contract: one bit per unit of kUnitBytes; a unit counts as written once one of its bytes is. So what is found to be
/// unwritten is, and a few unwritten bytes may go unnoticed.
class WrittenMap {
 public:
  static constexpr std::uint64_t kUnitBytes = 64;

  explicit WrittenMap(const isa::ChipSpec& chip);

  void mark(const Pattern& pattern);
  /// Bytes from a chip address on. Errors: E-MEMORY-RANGE for an address in no memory.
  void mark(std::uint64_t address, std::uint64_t bytes);

  std::optional<UnwrittenBytes> unwritten(const Pattern& pattern) const;

 private:
  /// The bits of one memory, in pieces that exist once a bit in them is set.
  class Bits {
   public:
    explicit Bits(std::uint64_t bytes);
    void set(std::uint64_t first, std::uint64_t last);
    /// Adds the unset units of [first, last] to `found`.
    void find_unset(std::uint64_t first, std::uint64_t last, std::optional<UnwrittenBytes>& found) const;

   private:
    std::uint64_t units_;
    std::vector<std::unique_ptr<std::uint64_t[]>> pieces_;
  };
  Bits& of(isa::Space space) { return bits_[static_cast<std::size_t>(space)]; }
  const Bits& of(isa::Space space) const { return bits_[static_cast<std::size_t>(space)]; }

  isa::ChipSpec chip_;  ///< sizes only: without origins
  std::vector<Bits> bits_;
};

}  // namespace bmemu::memory
