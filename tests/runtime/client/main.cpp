// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A program of boards: runs a network several times and compares the result.
// usage: bmemu_runtime_client MODEL.bmodel INPUT.npy OUTPUT.npy LAUNCHES; exit code 0: equal, 1: not, 2: failed
#include <cstdlib>
#include <exception>
#include <iostream>

#include "tests/runtime/devices.h"
#include "tests/runtime/network_client.h"

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    bmemu::runtime::NetworkClient client(0, argv[1]);
    const auto input = bmemu::runtime::array_bytes(argv[2]);
    const auto wanted = bmemu::runtime::array_bytes(argv[3]);
    for (int i = 0; i < std::atoi(argv[4]); ++i)
      if (client.run(input) != wanted) return 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  return 0;
}
