// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are a legal stream, which encodes back to itself, or one clear error. First byte: family and engine.
#include <algorithm>
#include <cstdlib>

#include "isa/error.h"
#include "isa/program.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  if (size < 2) return 0;
  const auto family = (data[0] & 1) != 0 ? isa::Family::kBm1684x : isa::Family::kBm1684;
  const auto engine = (data[0] & 2) != 0 ? isa::Engine::kGdma : isa::Engine::kTiu;
  const std::uint32_t count = data[1];
  const isa::ByteView bytes{data + 2, size - 2};
  try {
    const auto stream = isa::scan_stream(family, engine, 0, bytes, count);
    for (std::size_t i = 0; i < stream.commands.size(); ++i) {
      const auto instruction = stream.decode(family, i);
      const auto again = isa::encode(instruction);
      if (!std::equal(again.begin(), again.end(), bytes.data + stream.commands[i].offset)) std::abort();
      if (isa::disassemble(instruction).empty()) std::abort();
    }
  } catch (const Error&) {
  }
  return 0;
}
