// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The command line: everything it does is a call into the harness library.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "harness/cli.h"
#include "harness/output/part_files.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace {

/// A command's operands are copied to arrays as large as they are. Memory that goes back to the system after each
/// command has to be zeroed page by page for the next one; observed: a third of the time of a network.
void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kLargest = 32 << 20;  // what glibc accepts
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, 4 * kLargest);
#endif
}

/// A closed standard stream gives its number to the next file that is opened, which then gets the stream's text: holds
/// the numbers with something that cannot be written to.
void hold_standard_streams() {
  for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor)
    if (fcntl(descriptor, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDONLY));
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  hold_standard_streams();
  signal(SIGPIPE, SIG_IGN);  // a reader that left is a failed write, which is reported
  bmemu::harness::remove_part_files_on_interrupt();
  return bmemu::harness::run_cli(argc, argv);
}
