// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/layout/data_type.h"

#include <cstddef>

namespace bmemu::isa {

std::string_view name(DataType type) {
  static constexpr std::string_view kNames[] = {"f32", "f16", "i8",   "u8", "i16", "u16",
                                                "i32", "u32", "bf16", "i4", "u4"};
  return kNames[static_cast<std::size_t>(type)];
}

unsigned bits(DataType type) {
  static constexpr unsigned kBits[] = {32, 16, 8, 8, 16, 16, 32, 32, 16, 4, 4};
  return kBits[static_cast<std::size_t>(type)];
}

bool is_float(DataType type) { return type == DataType::kF32 || type == DataType::kF16 || type == DataType::kBf16; }

bool is_signed(DataType type) {
  return type == DataType::kI4 || type == DataType::kI8 || type == DataType::kI16 || type == DataType::kI32;
}

}  // namespace bmemu::isa
