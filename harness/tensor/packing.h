// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Arrays in the order that people use, n c h w, and tensors that hold several batches in each 32-bit word (2N, 4N).
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::harness {

/// Bytes of an array to those of the tensor in memory: word (n / k, c, h, w) holds the elements of k batches, the first
/// in its lowest bits. Batches that the last words have too many are 0. A plain tensor's bytes stay as they are.
/// Contract: the array has the tensor's elements.
std::vector<std::uint8_t> pack_batches(const isa::TensorInfo& tensor, std::vector<std::uint8_t> bytes);
/// The reverse.
std::vector<std::uint8_t> unpack_batches(const isa::TensorInfo& tensor, std::vector<std::uint8_t> bytes);

}  // namespace bmemu::harness
