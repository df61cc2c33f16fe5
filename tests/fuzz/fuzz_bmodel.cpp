// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are a BModel, whose commands decode, or one clear error. Also read as zstd when they begin like it.
#include <unistd.h>

#include <fstream>
#include <string>

#include "isa/bmodel.h"
#include "isa/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  const bool compressed = size >= 4 && data[0] == 0x28 && data[1] == 0xB5 && data[2] == 0x2F && data[3] == 0xFD;
  const std::string path = "/tmp/bmemu_fuzz_" + std::to_string(getpid()) + (compressed ? ".bmodel.zst" : ".bmodel");
  {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  try {
    const auto model = isa::BModel::open(path);
    const isa::Program program = isa::load_program(model);
    for (const auto& group : program.groups)
      for (const auto* stream : {&group.tiu, &group.gdma})
        for (std::size_t i = 0; i < stream->commands.size(); ++i) stream->decode(program.family, i);
  } catch (const Error&) {
  }
  return 0;
}
