// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A tensor outside the chip.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::harness {

/// Element type of an array file. The chips know no 64-bit numbers; they occur in files made by other tools.
enum class ArrayType : std::uint8_t { kI8, kU8, kI16, kU16, kI32, kU32, kI64, kU64, kF16, kF32, kF64, kBool };
unsigned bytes_of(ArrayType type);

/// Little-endian, contiguous, last dimension fastest.
struct Array {
  std::string name;
  ArrayType type = ArrayType::kF32;
  std::vector<std::uint64_t> shape;  ///< empty for a scalar
  std::vector<std::uint8_t> bytes;

  std::uint64_t elements() const {
    std::uint64_t count = 1;
    for (const auto d : shape) count *= d;
    return count;
  }
};

/// Null when there is none of this name.
inline const Array* find_array(const std::vector<Array>& arrays, std::string_view name) {
  const auto found = std::find_if(arrays.begin(), arrays.end(), [&](const Array& a) { return a.name == name; });
  return found == arrays.end() ? nullptr : &*found;
}

}  // namespace bmemu::harness
