// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/version_text.h"

#include <fmt/format.h>
#include <spdlog/version.h>
#include <zip.h>

#include <CLI/Version.hpp>
#include <nlohmann/json.hpp>

#include "emulator/arithmetic/host.h"
#include "emulator/arithmetic/products/fast_gemm.h"
#include "emulator/chip/systemc_version.h"
#include "harness/output/text_table.h"
#include "harness/version.h"
#include "isa/file_bytes.h"

namespace bmemu::harness {

std::string version_text(std::size_t width) {
  std::string paths;
  for (const auto path : emulator::cpu_paths()) paths += (paths.empty() ? "" : ", ") + std::string(name(path));
  TextTable table({{""}, {""}});
  table.add({"bmemu", fmt::format("{} (git {})", kVersion, kGitVersion)});
  table.add({"build", fmt::format("{}, {}", kBuild, kCompiler)});
  table.add({"CPU path", fmt::format("{}; this computer has {}", name(emulator::best_cpu_path()), paths)});
  table.add({"fast floats", emulator::fast_gemm_library()});
  table.add(
      {"libraries", fmt::format("{}, fmt {}.{}.{}, spdlog {}.{}.{}, nlohmann-json {}.{}.{}, CLI11 {}, libzip {}, {}",
                                emulator::systemc_version(), FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                                FMT_VERSION % 100, SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH,
                                NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH,
                                CLI11_VERSION, zip_libzip_version(), isa::zstd_version())});
  std::string text = table.text_within(width);
  text.pop_back();
  return text;
}

}  // namespace bmemu::harness
