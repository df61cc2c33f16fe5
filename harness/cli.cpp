// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "harness/commands/command.h"
#include "harness/commands/conformance.h"
#include "isa/error.h"

namespace bmemu::harness {

int run_cli(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err, bool err_is_terminal) {
  Console console{out, err, err_is_terminal};
  CLI::App app{"bmemu: emulator of Sophgo BM1684 and BM1684X", "bmemu"};
  app.require_subcommand(1);
  add_chips_command(app, console);
  add_disasm_command(app, console);
  add_run_command(app, console);
  add_calibrate_command(app, console);
  add_conformance_command(app, console.exit_code);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e, out, err);
    err << "bmemu: " << e.what() << " (--help lists what is possible)\n";
    return kWrongInput;
  } catch (const Error& e) {
    err << "bmemu: " << e.what() << "\n";
    return kWrongInput;
  }
  return console.exit_code;
}

int run_cli(int argc, char** argv) {
  return run_cli({argv + std::min(argc, 1), argv + argc}, std::cout, std::cerr, isatty(STDERR_FILENO) == 1);
}

}  // namespace bmemu::harness
