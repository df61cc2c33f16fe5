// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies between host and device, and inside a device.
#include <array>
#include <cstring>

#include "runtime/c_api/on_device.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

/// [offset, offset + bytes) of a descriptor.
template <class Descriptor>
std::uint64_t address_in(const Descriptor& memory, std::uint64_t offset, std::uint64_t bytes) {
  require((memory.flags & kMemoryTypeMask) == static_cast<std::uint32_t>(MemoryType::kDevice), "descriptor",
          "one of device memory");
  require(offset <= memory.size && bytes <= memory.size - offset, "offset and bytes", "inside the descriptor");
  return memory.address + offset;
}

template <class Descriptor>
Status to_device(const char* function, Handle* handle, const Descriptor& memory, const void* host, std::uint64_t bytes,
                 std::uint64_t offset = 0) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require_pointer(host, "host memory");
    device.write(address_in(memory, offset, bytes), host, bytes);
  });
}

template <class Descriptor>
Status to_host(const char* function, Handle* handle, void* host, const Descriptor& memory, std::uint64_t bytes,
               std::uint64_t offset = 0) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require_pointer(host, "host memory");
    device.read(address_in(memory, offset, bytes), host, bytes);
  });
}

template <class Descriptor>
Status inside(const char* function, Handle* handle, const Descriptor& to, std::uint64_t to_offset,
              const Descriptor& from, std::uint64_t from_offset, std::uint64_t bytes) noexcept {
  return on_device(function, handle, [&](Device& device) {
    device.copy(address_in(from, from_offset, bytes), address_in(to, to_offset, bytes), bytes);
  });
}

template <class Descriptor>
Status fill(const char* function, Handle* handle, const void* value, int value_bytes,
            const Descriptor& memory) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require_pointer(value, "value");
    require(value_bytes == 1 || value_bytes == 2 || value_bytes == 4, "value bytes", "1, 2 or 4");
    device.fill(address_in(memory, 0, memory.size), memory.size, value, static_cast<std::uint64_t>(value_bytes));
  });
}

}  // namespace

extern "C" {

int bm_memcpy_s2d(Handle* handle, Memory memory, void* host) {
  return to_device("bm_memcpy_s2d", handle, memory, host, memory.size);
}

int bm_memcpy_s2d_partial(Handle* handle, Memory memory, void* host, std::uint32_t bytes) {
  return to_device("bm_memcpy_s2d_partial", handle, memory, host, bytes);
}

int bm_memcpy_s2d_partial_offset(Handle* handle, Memory memory, void* host, std::uint32_t bytes, std::uint32_t offset) {
  return to_device("bm_memcpy_s2d_partial_offset", handle, memory, host, bytes, offset);
}

int bm_memcpy_d2s(Handle* handle, void* host, Memory memory) {
  return to_host("bm_memcpy_d2s", handle, host, memory, memory.size);
}

int bm_memcpy_d2s_partial(Handle* handle, void* host, Memory memory, std::uint32_t bytes) {
  return to_host("bm_memcpy_d2s_partial", handle, host, memory, bytes);
}

int bm_memcpy_d2s_partial_offset(Handle* handle, void* host, Memory memory, std::uint32_t bytes, std::uint32_t offset) {
  return to_host("bm_memcpy_d2s_partial_offset", handle, host, memory, bytes, offset);
}

int bm_memcpy_d2d_byte(Handle* handle, Memory to, std::uint64_t to_offset, Memory from, std::uint64_t from_offset,
                       std::uint64_t bytes) {
  return inside("bm_memcpy_d2d_byte", handle, to, to_offset, from, from_offset, bytes);
}

int bm_memcpy_s2d_u64(Handle* handle, Memory64 memory, void* host) {
  return to_device("bm_memcpy_s2d_u64", handle, memory, host, memory.size);
}

int bm_memcpy_s2d_partial_u64(Handle* handle, Memory64 memory, void* host, std::uint64_t bytes) {
  return to_device("bm_memcpy_s2d_partial_u64", handle, memory, host, bytes);
}

int bm_memcpy_s2d_partial_offset_u64(Handle* handle, Memory64 memory, void* host, std::uint64_t bytes,
                                     std::uint64_t offset) {
  return to_device("bm_memcpy_s2d_partial_offset_u64", handle, memory, host, bytes, offset);
}

int bm_memcpy_d2s_u64(Handle* handle, void* host, Memory64 memory) {
  return to_host("bm_memcpy_d2s_u64", handle, host, memory, memory.size);
}

int bm_memcpy_d2s_partial_u64(Handle* handle, void* host, Memory64 memory, std::uint64_t bytes) {
  return to_host("bm_memcpy_d2s_partial_u64", handle, host, memory, bytes);
}

int bm_memcpy_d2s_partial_offset_u64(Handle* handle, void* host, Memory64 memory, std::uint64_t bytes,
                                     std::uint64_t offset) {
  return to_host("bm_memcpy_d2s_partial_offset_u64", handle, host, memory, bytes, offset);
}

int bm_memcpy_d2d_byte_u64(Handle* handle, Memory64 to, std::uint64_t to_offset, Memory64 from,
                           std::uint64_t from_offset, std::uint64_t bytes) {
  return inside("bm_memcpy_d2d_byte_u64", handle, to, to_offset, from, from_offset, bytes);
}

int sg_memcpy_s2d(Handle* handle, Memory64 memory, void* host) {
  return to_device("sg_memcpy_s2d", handle, memory, host, memory.size);
}

int sg_memcpy_s2d_partial(Handle* handle, Memory64 memory, void* host, std::uint64_t bytes) {
  return to_device("sg_memcpy_s2d_partial", handle, memory, host, bytes);
}

int sg_memcpy_s2d_partial_offset(Handle* handle, Memory64 memory, void* host, std::uint64_t bytes,
                                 std::uint64_t offset) {
  return to_device("sg_memcpy_s2d_partial_offset", handle, memory, host, bytes, offset);
}

int sg_memcpy_d2s(Handle* handle, void* host, Memory64 memory) {
  return to_host("sg_memcpy_d2s", handle, host, memory, memory.size);
}

int sg_memcpy_d2s_partial(Handle* handle, void* host, Memory64 memory, std::uint64_t bytes) {
  return to_host("sg_memcpy_d2s_partial", handle, host, memory, bytes);
}

int sg_memcpy_d2s_partial_offset(Handle* handle, void* host, Memory64 memory, std::uint64_t bytes,
                                 std::uint64_t offset) {
  return to_host("sg_memcpy_d2s_partial_offset", handle, host, memory, bytes, offset);
}

int bm_memset_device_ext(Handle* handle, void* value, int value_bytes, Memory memory) {
  return fill("bm_memset_device_ext", handle, value, value_bytes, memory);
}

int bm_memset_device_ext_u64(Handle* handle, void* value, int value_bytes, Memory64 memory) {
  return fill("bm_memset_device_ext_u64", handle, value, value_bytes, memory);
}

int bm_memset_device(Handle* handle, int value, Memory memory) {
  return fill("bm_memset_device", handle, &value, sizeof value, memory);
}
}
