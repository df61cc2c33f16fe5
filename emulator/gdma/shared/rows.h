// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Moving rows of elements between chip addresses.
#pragma once

#include <cstdint>

#include "emulator/gdma/shared/window.h"

namespace bmemu::emulator::gdma {

struct Row {
  std::uint64_t address = 0;
  std::int64_t step = 0;  ///< bytes from element to element
};

/// Copies `count` elements one after the other: where the rows overlap, later reads see earlier writes.
void copy_row(Window& window, const Row& from, const Row& to, std::uint32_t count, unsigned element_bytes);

/// Writes the low `element_bytes` bytes of `constant` into `count` elements.
void fill_row(Window& window, const Row& to, std::uint32_t count, unsigned element_bytes, std::uint32_t constant);

/// The element at an address, zero-extended.
std::uint32_t load(Window& window, std::uint64_t address, unsigned element_bytes);
void store(Window& window, std::uint64_t address, unsigned element_bytes, std::uint32_t value);

}  // namespace bmemu::emulator::gdma
