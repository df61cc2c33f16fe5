// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The fields of a decoded command's encoding by name, for what goes through all of them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "isa/encoding/instruction.h"

namespace bmemu::isa {

/// A field of a command's encoding.
struct FieldInfo {
  std::string_view name;
  unsigned bits = 0;
};

/// The fields of a command's encoding, in its order.
std::vector<FieldInfo> fields_of(const Instruction& instruction);

/// The command with one bit of a field turned over. Contract: `field` is an index of `fields_of`, `bit` one of its
/// bits.
Instruction with_bit_turned(const Instruction& instruction, std::size_t field, unsigned bit);

}  // namespace bmemu::isa
