// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/packing.h"

#include <cstring>

namespace bmemu::harness {
namespace {

/// Calls visit(offset in the array, offset in memory) for every element.
template <class Visit>
void for_elements(const isa::TensorInfo& tensor, unsigned in_word, Visit&& visit) {
  const std::uint64_t width = isa::bits(tensor.type) / 8;
  std::uint64_t inner = 1;  // elements of one batch
  for (std::size_t i = 1; i < tensor.shape.size(); ++i) inner *= tensor.shape[i];
  std::uint64_t from = 0;
  for (std::uint64_t n = 0; n < tensor.shape[0]; ++n)
    for (std::uint64_t i = 0; i < inner; ++i, from += width)
      visit(from, ((n / in_word * inner + i) * in_word + n % in_word) * width);
}

}  // namespace

std::vector<std::uint8_t> pack_batches(const isa::TensorInfo& tensor, std::vector<std::uint8_t> bytes) {
  const unsigned in_word = isa::batches_in_word(tensor);
  if (in_word == 1) return bytes;
  const std::size_t width = isa::bits(tensor.type) / 8;
  std::vector<std::uint8_t> packed(tensor.bytes);
  for_elements(tensor, in_word, [&](std::uint64_t plain, std::uint64_t memory) {
    std::memcpy(packed.data() + memory, bytes.data() + plain, width);
  });
  return packed;
}

std::vector<std::uint8_t> unpack_batches(const isa::TensorInfo& tensor, std::vector<std::uint8_t> bytes) {
  const unsigned in_word = isa::batches_in_word(tensor);
  if (in_word == 1) return bytes;
  const std::size_t width = isa::bits(tensor.type) / 8;
  std::uint64_t elements = 1;
  for (const std::uint64_t dimension : tensor.shape) elements *= dimension;
  std::vector<std::uint8_t> plain_bytes(elements * width);
  for_elements(tensor, in_word, [&](std::uint64_t plain, std::uint64_t memory) {
    std::memcpy(plain_bytes.data() + plain, bytes.data() + memory, width);
  });
  return plain_bytes;
}

}  // namespace bmemu::harness
