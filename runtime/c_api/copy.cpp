// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies between host and device, and inside a device.
#include <array>
#include <cstring>
#include <vector>

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

/// Offsets and strides that the older functions count with a sign.
std::uint64_t natural(int number, const char* what) {
  require(number >= 0, what, "0 or more");
  return static_cast<std::uint64_t>(number);
}

/// Whole words.
template <class Descriptor>
Status words_inside(const char* function, Handle* handle, const Descriptor& to, int to_offset, const Descriptor& from,
                    int from_offset, int words) noexcept {
  return on_device(function, handle, [&](Device& device) {
    const std::uint64_t bytes = natural(words, "length") * sizeof(std::uint32_t);
    device.copy(address_in(from, natural(from_offset, "offset"), bytes),
                address_in(to, natural(to_offset, "offset"), bytes), bytes);
  });
}

template <class Descriptor>
Status elements_inside(const char* function, Handle* handle, const Descriptor& to, int to_stride,
                       const Descriptor& from, int from_stride, int count, int unit) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require(unit == 1 || unit == 2 || unit == 4, "bytes of an element", "1, 2 or 4");
    require(from_stride >= 1 && (to_stride == 1 || (to_stride == 4 && from_stride == 1 && unit == 1)), "strides",
            "any of the source and 1 of the destination, or 1 and 4 for bytes");
    device.copy_elements(address_in(from, 0, 0), natural(from_stride, "stride"), address_in(to, 0, 0),
                         natural(to_stride, "stride"), natural(count, "count"), natural(unit, "bytes"));
  });
}

/// Between two devices, by the host's bus: like copies to and from the host it takes no emulated time.
Status between(const char* function, Handle* from_handle, const Memory& from, Handle* to_handle, const Memory& to,
               bool may_be_one) noexcept {
  return on_device(function, from_handle, [&](Device& source) {
    Device& target = Devices::instance().device(to_handle);
    require(may_be_one || &source != &target, "devices", "two of them");
    std::vector<std::uint8_t> content(from.size);
    source.read(address_in(from, 0, from.size), content.data(), content.size());
    target.write(address_in(to, 0, from.size), content.data(), content.size());
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

int bm_memcpy_d2d_byte_with_core(Handle* handle, Memory to, std::uint64_t to_offset, Memory from,
                                 std::uint64_t from_offset, std::uint64_t bytes, int) {
  return inside("bm_memcpy_d2d_byte_with_core", handle, to, to_offset, from, from_offset, bytes);
}

int bm_memcpy_d2d(Handle* handle, Memory to, int to_offset, Memory from, int from_offset, int words) {
  return words_inside("bm_memcpy_d2d", handle, to, to_offset, from, from_offset, words);
}

int bm_memcpy_d2d_with_core(Handle* handle, Memory to, int to_offset, Memory from, int from_offset, int words, int) {
  return words_inside("bm_memcpy_d2d_with_core", handle, to, to_offset, from, from_offset, words);
}

int bm_memcpy_d2d_u64(Handle* handle, Memory64 to, int to_offset, Memory64 from, int from_offset, int words) {
  return words_inside("bm_memcpy_d2d_u64", handle, to, to_offset, from, from_offset, words);
}

int bm_memcpy_d2d_stride(Handle* handle, Memory to, int to_stride, Memory from, int from_stride, int count, int unit) {
  return elements_inside("bm_memcpy_d2d_stride", handle, to, to_stride, from, from_stride, count, unit);
}

int bm_memcpy_d2d_stride_with_core(Handle* handle, Memory to, int to_stride, Memory from, int from_stride, int count,
                                   int unit, int) {
  return elements_inside("bm_memcpy_d2d_stride_with_core", handle, to, to_stride, from, from_stride, count, unit);
}

int bm_memcpy_d2d_stride_u64(Handle* handle, Memory64 to, int to_stride, Memory64 from, int from_stride, int count,
                             int unit) {
  return elements_inside("bm_memcpy_d2d_stride_u64", handle, to, to_stride, from, from_stride, count, unit);
}

int bm_memcpy_c2c(Handle* from_handle, Handle* to_handle, Memory from, Memory to, bool) {
  return between("bm_memcpy_c2c", from_handle, from, to_handle, to, true);
}

int bm_memcpy_p2p(Handle* from_handle, Memory from, Handle* to_handle, Memory to) {
  return between("bm_memcpy_p2p", from_handle, from, to_handle, to, false);
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
