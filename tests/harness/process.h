// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The command line as its own process: what only a process has (standard streams, signals, limits) is tested with it.
#pragma once

#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "harness/launches/process.h"
#include "tests/folders.h"

namespace bmemu::harness {

inline std::string bmemu_program() { return tests::binary_dir() + "/bmemu"; }

struct ProcessResult {
  int exit_code = 0;  ///< as a shell says it: 128 + the signal's number for a signal
  std::string err;
};

/// Runs a shell command, in which $BMEMU is the program.
inline ProcessResult run_shell(const std::string& command) {
  const std::string all = "BMEMU='" + bmemu_program() + "'; " + command;
  const std::string quiet = "{ " + all + "\n} 2>&1";
  ProcessResult result;
  FILE* const pipe = popen(quiet.c_str(), "r");
  std::array<char, 4096> bytes{};
  while (const std::size_t got = fread(bytes.data(), 1, bytes.size(), pipe)) result.err.append(bytes.data(), got);
  result.exit_code = exit_code_of(pclose(pipe));
  return result;
}

/// Starts the program with these arguments, its standard output on `out`, signals as usual, and does not wait.
inline pid_t start(std::vector<std::string> words, int out = STDOUT_FILENO) {
  words.insert(words.begin(), bmemu_program());
  return start_process(std::move(words), own_environment(), out);
}

}  // namespace bmemu::harness
