// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The command line: everything it does is a call into the harness library.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "harness/cli.h"
#include "harness/output/part_files.h"
#include "memory/freed_memory.h"

namespace {

/// A closed standard stream gives its number to the next file that is opened, which then gets the stream's text: holds
/// the numbers with something that cannot be written to.
void hold_standard_streams() {
  for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor)
    if (fcntl(descriptor, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDONLY));
}

}  // namespace

int main(int argc, char** argv) {
  bmemu::memory::keep_freed_memory();
  hold_standard_streams();
  signal(SIGPIPE, SIG_IGN);  // a reader that left is a failed write, which is reported
  signal(SIGXFSZ, SIG_IGN);  // so is a file that grows beyond a limit (ulimit -f)
  bmemu::harness::remove_part_files_on_interrupt();
  return bmemu::harness::run_cli(argc, argv);
}
