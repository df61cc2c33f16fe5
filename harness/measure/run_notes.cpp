// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/run_notes.h"

#include <fmt/format.h>

namespace bmemu::harness {

std::string left_out_text(const isa::LeftOut& part) {
  return fmt::format("sub-network {}, {} ({} bytes in, {} bytes out; {})", part.subnet, part.what, part.bytes_in,
                     part.bytes_out, part.id);
}

}  // namespace bmemu::harness
