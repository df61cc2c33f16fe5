// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/cli.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "harness/conformance_command.h"
#include "isa/error.h"

namespace bmemu::harness {

int run_cli(int argc, char** argv) {
  CLI::App app{"bmemu: emulator of Sophgo BM1684 and BM1684X"};
  app.require_subcommand(1);
  int exit_code = 0;
  add_conformance_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const Error& e) {
    std::cerr << "bmemu: " << e.what() << "\n";
    return 2;
  }
  return exit_code;
}

}  // namespace bmemu::harness
