// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any file is arrays (.npz, .npy), or one clear error.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "harness/tensor/npy.h"
#include "isa/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  const int file = memfd_create("fuzz", 0);  // a file that never reaches a disk
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  try {
    for (const auto& array : harness::read_arrays("/proc/self/fd/" + std::to_string(file)))
      if (array.bytes.size() != array.elements() * harness::bytes_of(array.type)) std::abort();
  } catch (const Error&) {
  }
  close(file);
  return 0;
}
