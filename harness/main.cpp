// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The command line: everything it does is a call into the harness library.
#include "harness/cli.h"

int main(int argc, char** argv) { return bmemu::harness::run_cli(argc, argv); }
