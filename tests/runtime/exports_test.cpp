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

std::string library() { return tests::binary_dir() + "/lib/libbmlib.so.0"; }

std::string output_of(const std::string& command) {
  FILE* const pipe = popen(command.c_str(), "r");
  std::array<char, 4096> bytes{};
  std::string text;
  while (const std::size_t got = fread(bytes.data(), 1, bytes.size(), pipe)) text.append(bytes.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return text;
}

/// Names in the output of `nm`, of the interface's families.
std::set<std::string> interface_names(const std::string& text) {
  const std::regex name("\\b((?:bm|sg|tpu_kernel|bmlib)_[a-z0-9_]+)(?=\\s)");
  std::set<std::string> names;
  for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match)
    names.insert((*match)[1]);
  return names;
}

std::set<std::string> exported() { return interface_names(output_of("nm -D --defined-only '" + library() + "'")); }

TEST(RuntimeExports, HoldWhatKnownClientsImport) {
  const std::set<std::string> names = exported();
  std::ifstream list(tests::source_dir() + "/tests/data/runtime/imports.txt");
  std::size_t count = 0;
  for (std::string line; std::getline(list, line);) {
    if (line.empty() || line.front() == '#') continue;
    EXPECT_EQ(names.count(line), 1U) << line;
    ++count;
  }
  EXPECT_GT(count, 80U);
}

/// Client binaries of this computer: files or folders in BMEMU_CLIENTS, separated by colons.
TEST(RuntimeExports, HoldWhatTheClientsAtHandImport) {
  const char* clients = std::getenv("BMEMU_CLIENTS");
  if (clients == nullptr) GTEST_SKIP() << "BMEMU_CLIENTS names no client binaries";
  const std::set<std::string> names = exported();
  std::istringstream list(clients);
  std::size_t count = 0;
  for (std::string path; std::getline(list, path, ':');) {
    const std::string text = output_of("find '" + path + "' -type f \\( -name '*.so*' -o -perm -u+x \\) -exec nm -D " +
                                       "--undefined-only {} + 2>/dev/null; true");
    for (const std::string& name : interface_names(text)) {
      if (name.rfind("bmlib_", 0) != 0 && name.rfind("bm_", 0) != 0 && name.rfind("sg_", 0) != 0 &&
          name.rfind("tpu_kernel_", 0) != 0)
        continue;
      EXPECT_EQ(names.count(name), 1U) << name;
      ++count;
    }
  }
  EXPECT_GT(count, 0U) << clients;
}

TEST(RuntimeExports, AreTheInterfaceAlone) {
  const std::string text = output_of("nm -D --defined-only '" + library() + "' | awk '{print $3}'");
  std::istringstream lines(text);
  const std::regex interface("(bm|sg|tpu_kernel|bmlib|libbmlib)_.*|sc_main");
  for (std::string name; std::getline(lines, name);) EXPECT_TRUE(std::regex_match(name, interface)) << name;
}

TEST(RuntimeExports, LoadWhenEverythingIsBoundAtOnce) {
  output_of("LD_BIND_NOW=1 LD_PRELOAD='" + library() + "' /bin/true");
  void* const loaded = dlopen(library().c_str(), RTLD_NOW | RTLD_LOCAL);
  EXPECT_NE(loaded, nullptr) << dlerror();
}

}  // namespace
}  // namespace bmemu::runtime
