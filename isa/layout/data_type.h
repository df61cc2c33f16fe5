// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Element types of tensors in memory.
#pragma once

#include <cstdint>
#include <string_view>

namespace bmemu::isa {

/// The BModel's codes.
enum class DataType : std::uint8_t { kF32 = 0, kF16, kI8, kU8, kI16, kU16, kI32, kU32, kBf16, kI4, kU4 };
std::string_view name(DataType type);  ///< "f32", "f16", "i8" ...
unsigned bits(DataType type);
bool is_float(DataType type);
bool is_signed(DataType type);  ///< signed integers; floats are not

}  // namespace bmemu::isa
