// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The command line as its own process: what only a process has (standard streams, signals, limits) is tested with it.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

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
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

/// Starts the program with these arguments, its standard output on `out`, signals as usual, and does not wait.
inline pid_t start(std::vector<std::string> words, int out = STDOUT_FILENO) {
  words.insert(words.begin(), bmemu_program());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigfillset(&usual);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t child = 0;
  posix_spawn(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return child;
}

}  // namespace bmemu::harness
