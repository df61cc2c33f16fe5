// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <CLI/CLI.hpp>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/commands/options/name_option.h"
#include "isa/chip/chip_file.h"

namespace bmemu::harness {

void add_chip_options(CLI::App& app, Console& console, ChipOptions& options) {
  auto* chip = app.add_option("--chip", options.chip, "Chip: a name that `bmemu chips` lists, or a chip file (.toml)");
  require_name(chip);
  declare_files(app, console, *chip, FileUse::kReads, [&options] {
    return options.chip.empty() ? std::vector<std::string>() : isa::chip_files(options.chip);
  });
  require_name(app.add_option("--product", options.product, "Product: a name that `bmemu chips` lists"));
  app.add_option("--set", options.settings, "Override a chip parameter, for example tiu.clock_mhz=750; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--print-config", options.print_config, "Print the effective chip description as a chip file and stop");
}

}  // namespace bmemu::harness
