// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are a chip description or one clear error.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "isa/chip_file.h"
#include "isa/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  static const std::string path = "/tmp/bmemu_fuzz_" + std::to_string(getpid()) + ".toml";
  {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  try {
    isa::check_chip(isa::load_chip(path));
  } catch (const Error&) {
  }
  return 0;
}
