// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/zeroed_bytes.h"

#include <sys/mman.h>

#include <new>

namespace bmemu::memory {

ZeroedBytes::ZeroedBytes(std::uint64_t size) {
  if (size == 0) return;
  void* const bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  bytes_ = {static_cast<std::uint8_t*>(bytes), Unmap{size}};
}

void ZeroedBytes::Unmap::operator()(std::uint8_t* bytes) const { munmap(bytes, size); }

}  // namespace bmemu::memory
