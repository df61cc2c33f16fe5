// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Fast access to neighbouring chip addresses: a pointer into the dense memory or the page that was used last.
#pragma once

#include <cstdint>

#include "memory/chip_memory.h"

namespace bmemu::emulator::gdma {

/// Contract: a pointer is valid until the next call of `writable` or a write past this object.
class Window {
 public:
  explicit Window(memory::ChipMemory& memory) : memory_(memory) {}

  /// `bytes` readable bytes at a chip address, or null when they do not lie in one piece.
  const std::uint8_t* readable(std::uint64_t address, std::uint64_t bytes) {
    if (address - read_from_ >= read_bytes_) {
      const isa::ByteView view = memory_.readable(address);
      read_from_ = address;
      read_bytes_ = view.size;
      read_ = view.data;
    }
    const std::uint64_t at = address - read_from_;
    return bytes <= read_bytes_ - at ? read_ + at : nullptr;
  }

  std::uint8_t* writable(std::uint64_t address, std::uint64_t bytes) {
    if (address - written_from_ >= written_bytes_) {
      const memory::WritableBytes view = memory_.writable(address);
      written_from_ = address;
      written_bytes_ = view.size;
      written_ = view.data;
      read_bytes_ = 0;  // the page may have moved
    }
    const std::uint64_t at = address - written_from_;
    return bytes <= written_bytes_ - at ? written_ + at : nullptr;
  }

  /// Bytes from an address on that lie in one piece.
  std::uint64_t readable_room(std::uint64_t address) {
    readable(address, 1);
    return read_bytes_ - (address - read_from_);
  }
  std::uint64_t writable_room(std::uint64_t address) {
    writable(address, 1);
    return written_bytes_ - (address - written_from_);
  }

  memory::ChipMemory& memory() { return memory_; }

 private:
  memory::ChipMemory& memory_;
  std::uint64_t read_from_ = 0;
  std::uint64_t read_bytes_ = 0;
  const std::uint8_t* read_ = nullptr;
  std::uint64_t written_from_ = 0;
  std::uint64_t written_bytes_ = 0;
  std::uint8_t* written_ = nullptr;
};

}  // namespace bmemu::emulator::gdma
