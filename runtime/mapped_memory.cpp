// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/mapped_memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace bmemu::runtime {
namespace {

constexpr std::uint64_t kPiece = 4096;  ///< bytes that are compared and copied at once

}  // namespace

std::uint8_t* MappedMemory::map(Range range, const memory::ChipMemory& memory) {
  View view{range, memory::ZeroedBytes(std::max<std::uint64_t>(range.size, 1)), {}};
  view.known.resize(range.size);
  std::uint8_t* const bytes = view.bytes.data();
  give_out(views_[bytes] = std::move(view), memory);
  return bytes;
}

bool MappedMemory::unmap(const void* bytes, memory::ChipMemory& memory) {
  const auto found = views_.find(bytes);
  if (found == views_.end()) return false;
  take_in(found->second, memory);
  views_.erase(found);
  return true;
}

void MappedMemory::forget(Range range) {
  for (auto view = views_.begin(); view != views_.end();) {
    const bool is_inside =
        view->second.range.address >= range.address && view->second.range.address < range.address + range.size;
    view = is_inside ? views_.erase(view) : std::next(view);
  }
}

void MappedMemory::take_in(View& view, memory::ChipMemory& memory) {
  for (std::uint64_t at = 0; at < view.range.size; at += kPiece) {
    const std::uint64_t size = std::min(kPiece, view.range.size - at);
    const std::uint8_t* const now = view.bytes.data() + at;
    std::uint8_t* const known = view.known.data() + at;
    if (std::memcmp(now, known, size) == 0) continue;
    // Only bytes that changed: another view, or the device, may have changed the others.
    for (std::uint64_t i = 0; i < size; ++i)
      if (now[i] != known[i]) memory.write(view.range.address + at + i, now + i, 1);
    std::memcpy(known, now, size);
  }
}

void MappedMemory::give_out(View& view, const memory::ChipMemory& memory) {
  memory.read(view.range.address, view.known.data(), view.range.size);
  std::memcpy(view.bytes.data(), view.known.data(), view.range.size);
}

void MappedMemory::take_in(memory::ChipMemory& memory) {
  for (auto& [bytes, view] : views_) take_in(view, memory);
}

void MappedMemory::give_out(const memory::ChipMemory& memory) {
  for (auto& [bytes, view] : views_) give_out(view, memory);
}

}  // namespace bmemu::runtime
