// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The bytes that a chip can address: local memory, static memory, L2 and sparse global memory.
#pragma once

#include <cstdint>
#include <memory>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "memory/pattern.h"
#include "memory/zeroed_bytes.h"

namespace bmemu::memory {

/// Bytes of a ChipMemory that may be written in place.
struct WritableBytes {
  std::uint8_t* data = nullptr;
  std::uint64_t size = 0;
};

/// Contract: local, static and L2 memory are dense and start with undefined (zero) bytes; global memory is made of
/// pages that exist once written; segments of a program are mapped read-only and copied page by page on the first
/// write. Several threads may read at once; a write needs the object alone. After a move only destruction and
/// assignment are legal.
class ChipMemory {
 public:
  static constexpr std::uint64_t kPageBytes = 65536;  ///< of global memory

  explicit ChipMemory(const isa::ChipSpec& chip);
  ~ChipMemory();
  ChipMemory(ChipMemory&&) noexcept;
  ChipMemory& operator=(ChipMemory&&) noexcept;

  /// lanes * lane_bytes; byte `lane * lane_bytes + offset`.
  std::uint8_t* local() { return local_.data(); }
  const std::uint8_t* local() const { return local_.data(); }
  std::uint64_t local_bytes() const { return local_.size(); }
  std::uint8_t* l2() { return l2_.data(); }
  const std::uint8_t* l2() const { return l2_.data(); }
  std::uint64_t l2_bytes() const { return l2_.size(); }
  std::uint8_t* static_memory() { return static_.data(); }
  const std::uint8_t* static_memory() const { return static_.data(); }
  std::uint64_t static_bytes() const { return static_.size(); }

  /// Bytes at a chip address (see isa/layout/address_map.h): any space. Untouched global memory reads as zero.
  /// Errors: E-MEMORY-RANGE when the range is in no memory or leaves the memory that it starts in.
  void read(std::uint64_t address, void* to, std::uint64_t count) const;
  void write(std::uint64_t address, const void* from, std::uint64_t count);

  /// The bytes from a chip address on that lie in one piece: to the end of a dense memory or of a page of global
  /// memory. Valid until the next write, map or move.
  /// Errors: E-MEMORY-RANGE when the address is in no memory.
  isa::ByteView readable(std::uint64_t address) const;
  WritableBytes writable(std::uint64_t address);

  /// Makes `data` the contents of global memory from `address`; the bytes must outlive this object. Nothing is copied
  /// but the parts of pages at both ends.
  /// Errors: E-MEMORY-RANGE when the range is not in global memory.
  void map(std::uint64_t address, isa::ByteView data);

  /// Pages of global memory that were copied or created, in bytes.
  std::uint64_t resident_global_bytes() const;

 private:
  class Global;
  std::uint64_t left_in_space(std::uint64_t address) const;
  void require(std::uint64_t address, std::uint64_t count) const;

  isa::ChipSpec chip_;  ///< sizes only: without origins
  ZeroedBytes local_;
  ZeroedBytes l2_;
  ZeroedBytes static_;
  std::unique_ptr<Global> global_;
};

}  // namespace bmemu::memory
