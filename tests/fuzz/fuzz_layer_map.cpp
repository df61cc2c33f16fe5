// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are a layer map or one clear error.
#include <unistd.h>

#include <fstream>
#include <string>

#include "isa/error.h"
#include "isa/layer_map.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  try {
    isa::parse_layer_records({data, size});
  } catch (const Error&) {
  }
  return 0;
}
