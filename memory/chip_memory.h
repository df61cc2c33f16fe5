// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The bytes that a chip can address: local memory, static memory, L2 and sparse global memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "isa/chip_spec.h"
#include "isa/program.h"
#include "memory/pattern.h"

namespace bmemu::memory {

/// Contract: local, static and L2 memory are dense and start with undefined (zero) bytes; global memory is made of
/// pages that exist once touched; segments of a program are mapped read-only and copied page by page on the first
/// write.
class ChipMemory {
 public:
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

  /// Bytes at a chip address (see memory/address_map.h): any space. Untouched global memory reads as zero.
  /// Errors: E-MEMORY-RANGE when the range is in no memory.
  void read(std::uint64_t address, void* to, std::uint64_t count) const;
  void write(std::uint64_t address, const void* from, std::uint64_t count);

  /// Makes `data` the contents of global memory from `address` without copying; the bytes must outlive this object.
  void map(std::uint64_t address, isa::ByteView data);

  /// Pages of global memory that were copied or created, in bytes.
  std::uint64_t resident_global_bytes() const;

 private:
  struct Global;
  std::vector<std::uint8_t> local_;
  std::vector<std::uint8_t> l2_;
  std::vector<std::uint8_t> static_;
  std::unique_ptr<Global> global_;
};

}  // namespace bmemu::memory
