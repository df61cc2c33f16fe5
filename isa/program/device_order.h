// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Command streams as they lie in a device's memory, which on BM1684 is not how a file holds them.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/encoding/instruction.h"

namespace bmemu::isa {

/// A group's stream of a file as the vendor's runtime writes it into device memory. BM1684: the last command gets its
/// end mark, and the thirty-two words of each TIU command stand in reverse order. BM1684X: as it is.
/// Source: libsophon tpu-runtime/src/bmruntime.cpp.
void to_device_order(Family family, Engine engine, std::vector<std::uint8_t>& stream);

/// The way back, to what the decoders read.
void from_device_order(Family family, Engine engine, std::vector<std::uint8_t>& stream);

}  // namespace bmemu::isa
