// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Everything that a client may import is there, and nothing else leaves the library.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/folders.h"

namespace bmemu::runtime {
namespace {

std::string output_of(const std::string& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  std::array<char, 4096> bytes{};
  std::string text;
  while (const std::size_t got = fread(bytes.data(), 1, bytes.size(), pipe)) text.append(bytes.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return text;
}

struct Library {
  const char* file;     ///< below the build folder
  const char* imports;  ///< what known clients import, in tests/data/runtime
  const char* names;    ///< what belongs to its interface
  const char* others;   ///< what it exports beside that

  std::string path() const { return tests::binary_dir() + "/" + file; }

  /// Names of the interface in the output of `nm`.
  std::set<std::string> in(const std::string& text) const {
    const std::regex name(names);
    std::istringstream words(text);
    std::set<std::string> found;
    for (std::string word; words >> word;)
      if (std::regex_match(word, name)) found.insert(word);
    return found;
  }
  std::set<std::string> exported() const { return in(output_of("nm -D --defined-only '" + path() + "'")); }
};

void PrintTo(const Library& library, std::ostream* out) { *out << library.file; }

class RuntimeExports : public testing::TestWithParam<Library> {};

TEST_P(RuntimeExports, HoldWhatKnownClientsImport) {
  const std::set<std::string> names = GetParam().exported();
  std::ifstream list(tests::source_dir() + "/tests/data/runtime/" + GetParam().imports);
  std::size_t count = 0;
  for (std::string line; std::getline(list, line);) {
    if (line.empty() || line.front() == '#') continue;
    EXPECT_EQ(names.count(line), 1U) << line;
    ++count;
  }
  EXPECT_GT(count, 40U);
}

/// Client binaries of this computer: files or folders in BMEMU_CLIENTS, separated by colons.
TEST_P(RuntimeExports, HoldWhatTheClientsAtHandImport) {
  const char* clients = std::getenv("BMEMU_CLIENTS");
  if (clients == nullptr) GTEST_SKIP() << "BMEMU_CLIENTS names no client binaries";
  const std::set<std::string> names = GetParam().exported();
  std::istringstream list(clients);
  std::size_t count = 0;
  for (std::string path; std::getline(list, path, ':');) {
    const std::string text = output_of("find '" + path + "' -type f \\( -name '*.so*' -o -perm -u+x \\) -exec nm -D " +
                                       "--undefined-only {} + 2>/dev/null; true");
    for (const std::string& name : GetParam().in(text)) {
      EXPECT_EQ(names.count(name), 1U) << name;
      ++count;
    }
  }
  EXPECT_GT(count, 0U) << clients;
}

TEST_P(RuntimeExports, AreTheInterfaceAlone) {
  const std::string text = output_of("nm -D --defined-only '" + GetParam().path() + "' | awk '{print $3}'");
  std::istringstream lines(text);
  const std::regex interface(std::string(GetParam().names) + "|" + GetParam().others);
  for (std::string name; std::getline(lines, name);) EXPECT_TRUE(std::regex_match(name, interface)) << name;
}

TEST_P(RuntimeExports, LoadWhenEverythingIsBoundAtOnce) {
  output_of("LD_BIND_NOW=1 LD_PRELOAD='" + GetParam().path() + "' /bin/true");
  void* const loaded = dlopen(GetParam().path().c_str(), RTLD_NOW | RTLD_LOCAL);
  EXPECT_NE(loaded, nullptr) << dlerror();
}

INSTANTIATE_TEST_SUITE_P(
    Libraries, RuntimeExports,
    testing::Values(
        Library{"lib/libbmlib.so.0", "imports.txt", "(bm|sg|tpu_kernel|bmlib)_[a-z0-9_]+", "libbmlib_.*|sc_main"},
        Library{"lib/bmrt/libbmrt.so.1.0", "imports_bmrt.txt",
                "bmrt_[a-z0-9_]+|BMRT_LOG_LEVEL_THRESHOLD|get_bmodel_api_info_c|_ZN9bmruntime8ByteSizeE14bm_"
                "data_type_e|_Z2[56]bmrt_must_.*",
                "none"}),
    [](const auto& library) { return std::string(library.param.imports) == "imports.txt" ? "bmlib" : "bmrt"; });

}  // namespace
}  // namespace bmemu::runtime
