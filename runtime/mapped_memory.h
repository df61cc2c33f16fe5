// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Device memory that a client on the chip's own processor sees as its own.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "memory/chip_memory.h"
#include "memory/zeroed_bytes.h"
#include "runtime/allocator.h"

namespace bmemu::runtime {

/// Contract: what a client wrote through a pointer is in the device's memory after `take_in`, and what the device wrote
/// is behind the pointer after `give_out`: called around whatever the device does, clients need neither flush nor
/// invalidate. Ranges may overlap; of what both sides changed in between, the client's bytes win.
class MappedMemory {
 public:
  /// The client's view of [address, address + bytes), filled. Valid until `unmap`.
  std::uint8_t* map(Range range, const memory::ChipMemory& memory);
  /// False when no view starts there.
  bool unmap(const void* view, memory::ChipMemory& memory);
  /// Forgets views of a buffer that is freed.
  void forget(Range range);

  bool is_empty() const { return views_.empty(); }
  void take_in(memory::ChipMemory& memory);
  void give_out(const memory::ChipMemory& memory);

 private:
  struct View {
    Range range;
    memory::ZeroedBytes bytes;
    std::vector<std::uint8_t> known;  ///< what both sides had last
  };
  static void take_in(View& view, memory::ChipMemory& memory);
  static void give_out(View& view, const memory::ChipMemory& memory);

  std::map<const void*, View> views_;
};

}  // namespace bmemu::runtime
