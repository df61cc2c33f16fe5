// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The command line: everything it does is a call into the harness library.
#include "harness/cli.h"

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

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  return bmemu::harness::run_cli(argc, argv);
}
