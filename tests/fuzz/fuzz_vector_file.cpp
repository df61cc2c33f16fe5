// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are single-command records whose regions lie inside the file, or one clear error.
#include <cstdint>

#include "harness/conformance/vector_file.h"
#include "isa/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  try {
    isa::FileBytes bytes;
    bytes.view = {data, size};
    const auto file = harness::VectorFile::parse(std::move(bytes), "fuzz");
    volatile unsigned sum = 0;
    for (const auto& record : file.records())
      for (const auto* regions : {&record.before, &record.after})
        for (const auto& region : *regions)
          for (std::uint64_t i = 0; i < region.bytes(); ++i) sum = sum + (region.counts(i) ? region.data[i] : 0U);
  } catch (const Error&) {
  }
  return 0;
}
