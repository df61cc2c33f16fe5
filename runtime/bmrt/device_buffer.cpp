// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/bmrt/device_buffer.h"

#include <fmt/format.h>

#include <utility>

#include "isa/error.h"

namespace bmemu::runtime {

void require_ok(int status, const char* function) {
  if (status != kOk)
    throw Error({"E-RUNTIME-STATUS", function, fmt::format("status {}", status), "0",
                 "the device refused; the line before says why"});
}

DeviceBuffer::DeviceBuffer(Handle* handle, std::uint64_t bytes) {
  require_ok(bm_malloc_device_byte_u64(handle, &memory_, bytes), "bm_malloc_device_byte_u64");
  handle_ = handle;
}

DeviceBuffer::DeviceBuffer(Handle* handle, const std::vector<std::uint8_t>& content)
    : DeviceBuffer(handle, content.size()) {
  write(content.data(), content.size());
}

DeviceBuffer::~DeviceBuffer() {
  if (handle_ != nullptr) bm_free_device_u64(handle_, memory_);
}

DeviceBuffer::DeviceBuffer(DeviceBuffer&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), memory_(other.memory_) {}

DeviceBuffer& DeviceBuffer::operator=(DeviceBuffer&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(memory_, other.memory_);
  return *this;
}

void DeviceBuffer::write(const void* content, std::uint64_t bytes) {
  Memory64 part = memory_;
  part.size = bytes;
  // The interface takes what it only reads as if it wrote there.
  require_ok(bm_memcpy_s2d_u64(handle_, part, const_cast<void*>(content)), "bm_memcpy_s2d_u64");
}

}  // namespace bmemu::runtime
