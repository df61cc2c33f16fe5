// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Device memory in the address space of a client that runs on the device's own processor (BMEMU_HOST=soc). What both
// sides write is seen by the other without flush and invalidate (rest.cpp: they do nothing).
#include "runtime/c_api/on_device.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

/// As on a card, which cannot do it.
Status not_mapped(const char* function) {
  tell(Blame::kLimit, function, "the emulated device is a card: its memory cannot be mapped (BMEMU_HOST=soc maps it)");
  return kFailure;
}

/// `on_device` for devices whose memory a client may map.
template <class Body>
Status on_mappable(const char* function, const Handle* handle, Body&& body) noexcept {
  bool is_card = false;
  const Status status = on_device(function, handle, [&](Device& device) {
    is_card = !device.is_mappable();
    if (!is_card) body(device);
  });
  return is_card ? not_mapped(function) : status;
}

template <class Descriptor>
Status map(const char* function, Handle* handle, const Descriptor* memory, std::uint64_t* out) noexcept {
  return on_mappable(function, handle, [&](Device& device) {
    require_pointer(memory, "descriptor");
    require_pointer(out, "address");
    require((memory->flags & kMemoryTypeMask) == static_cast<std::uint32_t>(MemoryType::kDevice), "descriptor",
            "one of device memory");
    *out = reinterpret_cast<std::uintptr_t>(device.map(memory->address, memory->size));
  });
}

Status unmap(const char* function, Handle* handle, const void* view) noexcept {
  return on_mappable(function, handle, [&](Device& device) { device.unmap(view); });
}

}  // namespace

extern "C" {
int bm_mem_mmap_device_mem(Handle* handle, Memory* memory, std::uint64_t* out) {
  return map("bm_mem_mmap_device_mem", handle, memory, out);
}
int bm_mem_mmap_device_mem_no_cache(Handle* handle, Memory* memory, std::uint64_t* out) {
  return map("bm_mem_mmap_device_mem_no_cache", handle, memory, out);
}
int bm_mem_mmap_device_mem_u64(Handle* handle, Memory64* memory, std::uint64_t* out) {
  return map("bm_mem_mmap_device_mem_u64", handle, memory, out);
}
int bm_mem_mmap_device_mem_no_cache_u64(Handle* handle, Memory64* memory, std::uint64_t* out) {
  return map("bm_mem_mmap_device_mem_no_cache_u64", handle, memory, out);
}
int sg_mem_mmap_device_mem(Handle* handle, Memory64* memory, std::uint64_t* out) {
  return map("sg_mem_mmap_device_mem", handle, memory, out);
}
int sg_mem_mmap_device_mem_no_cache(Handle* handle, Memory64* memory, std::uint64_t* out) {
  return map("sg_mem_mmap_device_mem_no_cache", handle, memory, out);
}
int bm_mem_unmap_device_mem(Handle* handle, void* view, int) { return unmap("bm_mem_unmap_device_mem", handle, view); }
int bm_mem_unmap_device_mem_u64(Handle* handle, void* view, std::uint64_t) {
  return unmap("bm_mem_unmap_device_mem_u64", handle, view);
}
int sg_mem_unmap_device_mem(Handle* handle, void* view, std::uint64_t) {
  return unmap("sg_mem_unmap_device_mem", handle, view);
}
}
