// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/cli.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <new>
#include <sstream>

#include "harness/commands/command.h"
#include "harness/output/descriptor_stream.h"
#include "harness/output/words.h"
#include "harness/output/write_failure.h"
#include "harness/usage.h"
#include "harness/version_text.h"
#include "isa/error.h"

namespace bmemu::harness {

void add_commands(CLI::App& app, Console& console) {
#define BMEMU_ADD_COMMAND(NAME) add_##NAME##_command(app, console);
  BMEMU_COMMANDS(BMEMU_ADD_COMMAND)
#undef BMEMU_ADD_COMMAND
}

namespace {

void add_message_options(CLI::App& app, Console& console) {
  app.add_option_function<std::string>(
         "--log-level", [&console](const std::string& level) { console.messages.set_level(level); },
         "Least of what is said on standard error besides errors: debug, note, warning or off; default: note")
      ->check(CLI::IsMember({"debug", "note", "warning", "off"}))
      ->type_name("LEVEL");
  app.add_flag_callback(
      "--quiet", [&console] { console.messages.set_level("off"); }, "Say nothing on standard error but errors");
}

/// Help whose lines fit a terminal. CLI11 indents what follows a line break below the description.
class HelpFormatter : public CLI::Formatter {
 public:
  explicit HelpFormatter(std::size_t width) : width_(width) {}

  std::string make_option_desc(const CLI::Option* option) const override {
    return fit(CLI::Formatter::make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_display_name(true), fit(command->get_description()), column_width_);
    return out.str();
  }
  std::string make_description(const CLI::App* command) const override {
    return folded(CLI::Formatter::make_description(command), width_);
  }
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return folded(CLI::Formatter::make_option(option, is_positional), width_, 4);
  }

 private:
  std::string fit(const std::string& text) const { return folded(text, width_ - column_width_); }
  std::size_t width_;
};

/// Parses, checks all files and runs the command. Errors: those of usage_error, of the files and of the command.
int parse_and_run(const std::vector<std::string>& arguments, Console& console) {
  CLI::App app{"bmemu: emulator of Sophgo BM1684 and BM1684X", "bmemu"};
  if (console.terminal.width > 0) app.formatter(std::make_shared<HelpFormatter>(console.terminal.width));
  app.require_subcommand(1);
  app.fallthrough();  // options for all commands may stand behind the command
  app.set_version_flag(
      "--version", [&console] { return version_text(console.terminal.width); }, "Version, build and libraries");
  add_message_options(app, console);
  add_commands(app, console);
  app.parse_complete_callback([&console] { console.files.check(); });
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e, console.out, console.err);
    throw usage_error(app, arguments, e.what());
  }
  return console.exit_code;
}

}  // namespace

int run_cli(const std::vector<std::string>& arguments, Console& console) {
  try {
    const int exit_code = parse_and_run(arguments, console);
    console.out.flush();
    if (const int code = write_error(console.out); code != 0) write_failed("standard output", code);
    return exit_code;
  } catch (const Error& e) {
    console.err << "bmemu: " << e.what() << "\n";
  } catch (const std::bad_alloc&) {
    const Error error({"E-HOST-MEMORY", "", "", "more memory, or a limit (ulimit -v) that allows it",
                       "this computer has not enough memory for the run"});
    console.err << "bmemu: " << error.what() << "\n";
  }
  return kWrongInput;
}

int run_cli(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err, bool err_is_terminal) {
  Console console{out, err, err_is_terminal};
  return run_cli(arguments, console);
}

int run_cli(int argc, char** argv) {
  DescriptorBuffer buffer(STDOUT_FILENO);
  std::ostream out(&buffer);
  Console console{out, std::cerr, isatty(STDERR_FILENO) == 1};
  if (isatty(STDOUT_FILENO) == 1) {
    out << std::unitbuf;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) console.terminal.width = std::max<std::size_t>(size.ws_col, 80);
    // no-color.org: set and not empty
    const char* const no_colour = std::getenv("NO_COLOR");
    console.terminal.colour = no_colour == nullptr || *no_colour == '\0';
  }
  return run_cli({argv + std::min(argc, 1), argv + argc}, console);
}

}  // namespace bmemu::harness
