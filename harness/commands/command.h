// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the subcommands share: where they print, how they report their exit code, and the options that several have.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "isa/chip_spec.h"

namespace CLI {
class App;
}

namespace bmemu::harness {

inline constexpr int kSuccess = 0;
inline constexpr int kCheckFailed = 1;
inline constexpr int kWrongInput = 2;

/// Where a subcommand prints. Contract: outlives the parse.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;  ///< progress may be shown on `err`
  int exit_code = kSuccess;
};

/// `--chip`, `--product`, `--set`, `--print-config`.
struct ChipOptions {
  std::string chip;
  std::string product;
  std::vector<std::string> settings;
  bool print_config = false;
};
void add_chip_options(CLI::App& app, ChipOptions& options);

/// The chip that the options ask for; without any, the chip that is named like `fallback`.
/// Errors: those of isa::load_chip, isa::apply_setting and isa::check_chip.
isa::ChipSpec load_chip(const ChipOptions& options, std::optional<isa::Family> fallback);

// One function per subcommand (harness/commands/NAME.cpp): declares it and what it runs.
void add_chips_command(CLI::App& app, Console& console);

}  // namespace bmemu::harness
