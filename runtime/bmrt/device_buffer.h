// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Device memory with an owner, and statuses of libbmlib as errors.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/bmrt/bmlib.h"

namespace bmemu::runtime {

/// Errors: E-RUNTIME-STATUS when a function of libbmlib returned something else than "ok".
void require_ok(int status, const char* function);

/// Contract: movable; gives the memory back at the end. The handle must stay open as long.
class DeviceBuffer {
 public:
  DeviceBuffer() = default;  ///< no memory
  /// Errors: E-RUNTIME-STATUS.
  DeviceBuffer(Handle* handle, std::uint64_t bytes);
  DeviceBuffer(Handle* handle, const std::vector<std::uint8_t>& content);
  ~DeviceBuffer();
  DeviceBuffer(DeviceBuffer&& other) noexcept;
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept;

  bool is_empty() const { return handle_ == nullptr; }
  std::uint64_t address() const { return memory_.address; }
  std::uint64_t bytes() const { return memory_.size; }
  /// Errors: E-RUNTIME-STATUS.
  void write(const void* content, std::uint64_t bytes);

 private:
  Handle* handle_ = nullptr;
  Memory64 memory_{};
};

}  // namespace bmemu::runtime
