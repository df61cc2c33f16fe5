// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A large buffer of zero bytes that occupies physical memory only where it is written.
#pragma once

#include <cstdint>
#include <memory>

namespace bmemu::memory {

/// Contract: page-aligned, fixed size, all zero at first; empty (data() == nullptr) when made with size 0.
class ZeroedBytes {
 public:
  ZeroedBytes() = default;
  /// Errors: std::bad_alloc.
  explicit ZeroedBytes(std::uint64_t size);

  std::uint8_t* data() { return bytes_.get(); }
  const std::uint8_t* data() const { return bytes_.get(); }
  std::uint64_t size() const { return bytes_.get_deleter().size; }

 private:
  struct Unmap {
    std::uint64_t size;  ///< unique_ptr value-initialises it
    void operator()(std::uint8_t* bytes) const;
  };
  std::unique_ptr<std::uint8_t, Unmap> bytes_;
};

}  // namespace bmemu::memory
