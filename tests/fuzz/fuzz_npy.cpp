// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are one .npy array, which is written and read again as the same array, or one clear error.
#include <cstdint>
#include <cstdlib>

#include "harness/tensor/npy.h"
#include "isa/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  try {
    const auto array = harness::parse_npy({data, size}, "fuzz");
    if (array.bytes.size() != array.elements() * harness::bytes_of(array.type)) std::abort();
    const auto written = harness::to_npy(array);
    const auto again = harness::parse_npy({written.data(), written.size()}, "fuzz");
    if (again.shape != array.shape || again.type != array.type || again.bytes != array.bytes) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
