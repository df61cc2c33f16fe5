// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the subcommands share: where they print, how they report their exit code, and the options that several have.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "harness/compile/open_program.h"
#include "harness/output/command_files.h"
#include "harness/output/messages.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace bmemu::harness {

inline constexpr int kSuccess = 0;
inline constexpr int kCheckFailed = 1;
inline constexpr int kWrongInput = 2;

/// What standard output is shown on.
struct TerminalTraits {
  std::size_t width = 0;  ///< columns; 0: no terminal
  bool colour = false;
};

/// Where a subcommand prints. Contract: outlives the parse.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;  ///< progress may be shown on `err`
  TerminalTraits terminal{};     ///< of `out`
  int exit_code = kSuccess;
  CommandFiles files{out};  ///< every file that the command reads or writes
  Messages messages{err};   ///< warnings, notes, details
};

/// `--chip`, `--product`, `--set`, `--print-config`.
struct ChipOptions : ChipChoice {
  bool print_config = false;
};
void add_chip_options(CLI::App& app, Console& console, ChipOptions& options);

/// `PROGRAM`, `--net`, `--stage`, `--strict`.
struct ProgramOptions {
  std::string path;
  std::string network;
  std::uint32_t stage = 0;
  isa::Parts parts = isa::Parts::kStatic;
};
/// Returns the option `PROGRAM`: some subcommands can do without.
CLI::Option* add_program_options(CLI::App& app, Console& console, ProgramOptions& options);

/// The file of a program. Errors: those of isa::BModel::open; E-USAGE for a model.
isa::BModel open_bmodel(const ProgramOptions& options);

/// What the options take of it. Errors: those of isa::load_program.
isa::Program load_program(const ProgramOptions& options, const isa::BModel& model);

/// Errors: E-USAGE for a model.
void require_program(const std::string& path);

/// All subcommands.
void add_commands(CLI::App& app, Console& console);

/// The subcommands, in the order of `--help`: a new one is harness/commands/NAME.cpp, which defines
/// add_NAME_command (declares the options and what runs), and its line here.
#define BMEMU_COMMANDS(COMMAND) \
  COMMAND(chips)                \
  COMMAND(compile)              \
  COMMAND(info)                 \
  COMMAND(layers)               \
  COMMAND(disasm)               \
  COMMAND(run)                  \
  COMMAND(with)                 \
  COMMAND(compare)              \
  COMMAND(whatif)               \
  COMMAND(calibrate)            \
  COMMAND(claims)               \
  COMMAND(pipeline)             \
  COMMAND(conformance)

#define BMEMU_DECLARE_COMMAND(NAME) void add_##NAME##_command(CLI::App& app, Console& console);
BMEMU_COMMANDS(BMEMU_DECLARE_COMMAND)
#undef BMEMU_DECLARE_COMMAND

}  // namespace bmemu::harness
