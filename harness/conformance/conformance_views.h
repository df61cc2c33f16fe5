// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Compares the bytes that operand views name with the bytes that a record shows to be read and written.
#pragma once

#include <cstdint>

#include "harness/conformance/vector_file.h"
#include "isa/chip/chip_spec.h"

namespace bmemu::harness {

/// Bytes of one record. Views that miss a written byte would hide a hazard; views that name too many would invent one.
struct ViewDifference {
  std::uint64_t written_not_named = 0;
  std::uint64_t named_not_written = 0;  ///< by write views. Legal for operations that write by index or count.
  std::uint64_t read_not_named = 0;     ///< some records list more bytes than the command depends on
};

/// Errors: those of emulator::operands.
ViewDifference compare_views(const VectorRecord& record, const isa::Instruction& instruction,
                             const isa::ChipSpec& chip);

}  // namespace bmemu::harness
