// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Allocation and the algebra of descriptors.
#include <limits>

#include "runtime/c_api/on_device.h"

using namespace bmemu::runtime;  // NOLINT(google-build-using-namespace): the names below are the interface's

namespace {

constexpr std::uint32_t kInvalidType = static_cast<std::uint32_t>(MemoryType::kInvalid);

template <class Descriptor>
void describe(Descriptor& memory, std::uint64_t address, std::uint64_t bytes) {
  memory = {};
  memory.dmabuf = -1;
  memory.address = address;
  memory.size = static_cast<decltype(memory.size)>(bytes);
}

template <class Descriptor>
Status allocate(const char* function, Handle* handle, Descriptor* out, std::uint64_t bytes) noexcept {
  return on_device(function, handle, [&](Device& device) {
    require_pointer(out, "descriptor");
    require(bytes <= std::numeric_limits<decltype(out->size)>::max(), "bytes", "what the descriptor can hold");
    describe(*out, device.allocate(bytes), bytes);
  });
}

template <class Descriptor>
void release(const char* function, Handle* handle, const Descriptor& memory) noexcept {
  guarded(function, [&] { Devices::instance().device_once(handle).free(memory.address); });
}

template <class Descriptor>
void set(const char* function, Descriptor* memory, std::uint64_t address, std::uint64_t bytes) noexcept {
  guarded(function, [&] {
    require_pointer(memory, "descriptor");
    describe(*memory, address, bytes);
  });
}

template <class Descriptor, class Body>
void change(const char* function, Descriptor* memory, Body&& body) noexcept {
  guarded(function, [&] {
    require_pointer(memory, "descriptor");
    body(*memory);
  });
}

template <class Descriptor>
Descriptor view(std::uint64_t address, std::uint64_t bytes) {
  Descriptor memory;
  describe(memory, address, bytes);
  return memory;
}

/// 32-bit elements.
std::uint64_t words(int n, int c, int h, int w) {
  std::uint64_t bytes = sizeof(std::uint32_t);
  for (const int dimension : {n, c, h, w}) bytes *= static_cast<std::uint64_t>(dimension < 0 ? 0 : dimension);
  return bytes;
}

}  // namespace

extern "C" {
int bm_malloc_device_byte(Handle* handle, Memory* out, std::uint32_t bytes) {
  return allocate("bm_malloc_device_byte", handle, out, bytes);
}
int bm_malloc_device_byte_heap(Handle* handle, Memory* out, int, std::uint32_t bytes) {
  return allocate("bm_malloc_device_byte_heap", handle, out, bytes);
}
int bm_malloc_device_byte_heap_mask(Handle* handle, Memory* out, int, std::uint32_t bytes) {
  return allocate("bm_malloc_device_byte_heap_mask", handle, out, bytes);
}
int bm_malloc_device_dword(Handle* handle, Memory* out, int count) {
  return allocate("bm_malloc_device_dword", handle, out, words(count, 1, 1, 1));
}
int bm_malloc_neuron_device(Handle* handle, Memory* out, int n, int c, int h, int w) {
  return allocate("bm_malloc_neuron_device", handle, out, words(n, c, h, w));
}
int bm_malloc_device_byte_u64(Handle* handle, Memory64* out, std::uint64_t bytes) {
  return allocate("bm_malloc_device_byte_u64", handle, out, bytes);
}
int bm_malloc_device_byte_heap_u64(Handle* handle, Memory64* out, int, std::uint64_t bytes) {
  return allocate("bm_malloc_device_byte_heap_u64", handle, out, bytes);
}
int bm_malloc_device_byte_heap_mask_u64(Handle* handle, Memory64* out, int, std::uint64_t bytes) {
  return allocate("bm_malloc_device_byte_heap_mask_u64", handle, out, bytes);
}
int bm_malloc_neuron_device_u64(Handle* handle, Memory64* out, int n, int c, int h, int w) {
  return allocate("bm_malloc_neuron_device_u64", handle, out, words(n, c, h, w));
}
int sg_malloc_device_byte(Handle* handle, Memory64* out, std::uint64_t bytes) {
  return allocate("sg_malloc_device_byte", handle, out, bytes);
}
int sg_malloc_device_byte_heap(Handle* handle, Memory64* out, int, std::uint64_t bytes) {
  return allocate("sg_malloc_device_byte_heap", handle, out, bytes);
}
int sg_malloc_device_byte_heap_mask(Handle* handle, Memory64* out, int, std::uint64_t bytes) {
  return allocate("sg_malloc_device_byte_heap_mask", handle, out, bytes);
}
int sg_malloc_neuron_device(Handle* handle, Memory64* out, int n, int c, int h, int w) {
  return allocate("sg_malloc_neuron_device", handle, out, words(n, c, h, w));
}

void bm_free_device(Handle* handle, Memory memory) { release("bm_free_device", handle, memory); }
void bm_free_device_u64(Handle* handle, Memory64 memory) { release("bm_free_device_u64", handle, memory); }
void sg_free_device(Handle* handle, Memory64 memory) { release("sg_free_device", handle, memory); }

/// Without descriptors.
int bm_malloc_device_mem(Handle* handle, std::uint64_t* out, int, std::uint64_t bytes) {
  return on_device("bm_malloc_device_mem", handle, [&](Device& device) {
    require_pointer(out, "address");
    *out = device.allocate(bytes);
  });
}
int bm_malloc_device_mem_mask(Handle* handle, std::uint64_t* out, int, std::uint64_t bytes) {
  return on_device("bm_malloc_device_mem_mask", handle, [&](Device& device) {
    require_pointer(out, "address");
    *out = device.allocate(bytes);
  });
}
void bm_free_device_mem(Handle* handle, std::uint64_t address) {
  release("bm_free_device_mem", handle, view<Memory64>(address, 0));
}

Memory bm_mem_from_device(std::uint64_t address, std::uint32_t bytes) { return view<Memory>(address, bytes); }
Memory64 bm_mem_from_device_u64(std::uint64_t address, std::uint64_t bytes) { return view<Memory64>(address, bytes); }
Memory64 sg_mem_from_device(std::uint64_t address, std::uint64_t bytes) { return view<Memory64>(address, bytes); }

Memory bm_mem_null() {
  Memory memory{};
  memory.flags = kInvalidType;
  return memory;
}

void bm_set_device_mem(Memory* memory, std::uint32_t bytes, std::uint64_t address) {
  set("bm_set_device_mem", memory, address, bytes);
}
void bm_set_device_mem_u64(Memory64* memory, std::uint64_t bytes, std::uint64_t address) {
  set("bm_set_device_mem_u64", memory, address, bytes);
}
void sg_set_device_mem(Memory64* memory, std::uint64_t bytes, std::uint64_t address) {
  set("sg_set_device_mem", memory, address, bytes);
}

void bm_mem_set_device_addr(Memory* memory, std::uint64_t address) {
  change("bm_mem_set_device_addr", memory, [&](Memory& m) { m.address = address; });
}
void bm_mem_set_device_addr_u64(Memory64* memory, std::uint64_t address) {
  change("bm_mem_set_device_addr_u64", memory, [&](Memory64& m) { m.address = address; });
}
void sg_mem_set_device_addr(Memory64* memory, std::uint64_t address) {
  change("sg_mem_set_device_addr", memory, [&](Memory64& m) { m.address = address; });
}
void bm_mem_set_device_size(Memory* memory, std::uint32_t bytes) {
  change("bm_mem_set_device_size", memory, [&](Memory& m) { m.size = bytes; });
}
void bm_mem_set_device_size_u64(Memory64* memory, std::uint64_t bytes) {
  change("bm_mem_set_device_size_u64", memory, [&](Memory64& m) { m.size = bytes; });
}
void sg_mem_set_device_size(Memory64* memory, std::uint64_t bytes) {
  change("sg_mem_set_device_size", memory, [&](Memory64& m) { m.size = bytes; });
}

std::uint64_t bm_mem_get_device_addr(Memory memory) { return memory.address; }
std::uint64_t bm_mem_get_device_addr_u64(Memory64 memory) { return memory.address; }
std::uint64_t sg_mem_get_device_addr(Memory64 memory) { return memory.address; }
std::uint32_t bm_mem_get_device_size(Memory memory) { return memory.size; }
std::uint64_t bm_mem_get_device_size_u64(Memory64 memory) { return memory.size; }
std::uint64_t sg_mem_get_device_size(Memory64 memory) { return memory.size; }
std::uint32_t bm_mem_get_size(Memory memory) { return memory.size; }
std::uint64_t bm_mem_get_size_u64(Memory64 memory) { return memory.size; }
std::uint64_t sg_mem_get_size(Memory64 memory) { return memory.size; }
int bm_mem_get_type(Memory memory) { return static_cast<int>(memory.flags & kMemoryTypeMask); }
int bm_mem_get_type_u64(Memory64 memory) { return static_cast<int>(memory.flags & kMemoryTypeMask); }
int sg_mem_get_type(Memory64 memory) { return static_cast<int>(memory.flags & kMemoryTypeMask); }
}
