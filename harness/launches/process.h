// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Another program as a child process.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace bmemu::harness {

/// This process's variables, as "NAME=VALUE".
std::vector<std::string> own_environment();

/// Starts `words.front()` (searched in PATH) with `words` and these variables, its standard output on `out`, signals as
/// usual, and does not wait. Errors: std::system_error (it cannot be started, with the system's reason).
pid_t start_process(std::vector<std::string> words, std::vector<std::string> environment, int out = STDOUT_FILENO);

/// Waits for the end of a child. Its exit code as a shell says it: 128 + the signal's number for a signal.
int wait_for_process(pid_t child);

/// The same of a status that waitpid or pclose has given.
int exit_code_of(int status);

}  // namespace bmemu::harness
