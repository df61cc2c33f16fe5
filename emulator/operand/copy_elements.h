// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Elements from one raster of bytes to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bmemu::emulator {

template <class T, std::size_t kToStep, std::size_t kFromStep>
void copy_elements_fixed(std::uint8_t* to, const std::uint8_t* from, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) std::memcpy(to + k * kToStep, from + k * kFromStep, sizeof(T));
}

/// `count` elements from one raster of bytes to another. One value of every 32-bit word is the common case.
template <class T>
void copy_elements(void* to, std::uint64_t to_step, const void* from, std::uint64_t from_step, std::size_t count) {
  auto* target = static_cast<std::uint8_t*>(to);
  const auto* source = static_cast<const std::uint8_t*>(from);
  if (to_step == sizeof(T) && from_step == 4) {
    copy_elements_fixed<T, sizeof(T), 4>(target, source, count);
  } else if (to_step == 4 && from_step == sizeof(T)) {
    copy_elements_fixed<T, 4, sizeof(T)>(target, source, count);
  } else {
    for (std::size_t k = 0; k < count; ++k) std::memcpy(target + k * to_step, source + k * from_step, sizeof(T));
  }
}

}  // namespace bmemu::emulator
