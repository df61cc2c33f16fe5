// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <new>

#include "harness/commands/command.h"
#include "harness/output/descriptor_stream.h"
#include "harness/output/write_failure.h"
#include "isa/error.h"

namespace bmemu::harness {

void add_commands(CLI::App& app, Console& console) {
#define BMEMU_ADD_COMMAND(NAME) add_##NAME##_command(app, console);
  BMEMU_COMMANDS(BMEMU_ADD_COMMAND)
#undef BMEMU_ADD_COMMAND
}

namespace {

/// Parses, checks all files and runs the command.
int parse_and_run(const std::vector<std::string>& arguments, Console& console) {
  CLI::App app{"bmemu: emulator of Sophgo BM1684 and BM1684X", "bmemu"};
  app.require_subcommand(1);
  add_commands(app, console);
  app.parse_complete_callback([&console] { console.files.check(); });
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e, console.out, console.err);
    console.err << "bmemu: " << e.what() << " (--help lists what is possible)\n";
    return kWrongInput;
  }
  return console.exit_code;
}

}  // namespace

int run_cli(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err, bool err_is_terminal) {
  Console console{out, err, err_is_terminal};
  try {
    const int exit_code = parse_and_run(arguments, console);
    out.flush();
    if (const int code = write_error(out); code != 0) write_failed("standard output", code);
    return exit_code;
  } catch (const Error& e) {
    err << "bmemu: " << e.what() << "\n";
  } catch (const std::bad_alloc&) {
    err << "bmemu: "
        << Error({"E-HOST-MEMORY", "", "", "more memory, or a limit (ulimit -v) that allows it",
                  "this computer has not enough memory for the run"})
               .what()
        << "\n";
  }
  return kWrongInput;
}

int run_cli(int argc, char** argv) {
  DescriptorBuffer buffer(STDOUT_FILENO);
  std::ostream out(&buffer);
  if (isatty(STDOUT_FILENO) == 1) out << std::unitbuf;
  return run_cli({argv + std::min(argc, 1), argv + argc}, out, std::cerr, isatty(STDERR_FILENO) == 1);
}

}  // namespace bmemu::harness
