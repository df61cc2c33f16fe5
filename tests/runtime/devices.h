// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The devices that the tests of the library find: the environment is set before anything calls it.
#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/folders.h"

namespace bmemu::runtime {

inline constexpr int kDeviceX = 0;  ///< a BM1684X
inline constexpr int kDevice4 = 1;  ///< a BM1684
inline constexpr int kDevices = 2;

inline std::string trace(const std::string& name) { return tests::source_dir() + "/traces/" + name; }

/// The elements of a .npy file.
inline std::vector<std::uint8_t> array_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> all{std::istreambuf_iterator<char>(file), {}};
  const std::size_t header = 10 + all[8] + std::size_t{256} * all[9];
  return {all.begin() + static_cast<std::ptrdiff_t>(header), all.end()};
}

}  // namespace bmemu::runtime
