// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu compare`: why one run takes longer than another.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/compare/comparison.h"
#include "harness/compare/load_side.h"
#include "harness/compare/report.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

struct SideOptions {
  std::string path;
  std::string layers;
  ChipOptions chip;
};

struct CompareOptions {
  SideOptions a, b;
  ChipOptions both;
  std::string json;
  std::string io_copies = "on";
};

void add_side_options(CLI::App& app, const std::string& suffix, SideOptions& side) {
  app.add_option("--layers-" + suffix, side.layers, "Layer map of this side")->type_name("FILE");
  app.add_option("--chip-" + suffix, side.chip.chip, "Chip of this side");
  app.add_option("--product-" + suffix, side.chip.product, "Product of this side");
  app.add_option("--set-" + suffix, side.chip.settings, "Chip parameter of this side; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

Side load(const SideOptions& options, const ChipOptions& both, const HostModel& host) {
  const isa::BModel model = isa::BModel::open(options.path);
  isa::Program program = isa::load_program(model);
  ChipOptions chip = options.chip;
  if (chip.chip.empty()) chip.chip = both.chip;
  if (chip.product.empty()) chip.product = both.product;
  chip.settings.insert(chip.settings.begin(), both.settings.begin(), both.settings.end());
  const isa::ChipSpec spec = load_chip(chip, program.family);
  isa::check_family(spec, program.family, options.path);
  return side_of_program(std::move(program), model.compiler_version(), options.path, options.layers, spec, host);
}

void compare_sides(const CompareOptions& options, Console& console) {
  const HostModel host{options.io_copies == "on"};
  const Side a = load(options.a, options.both, host);
  const Side b = load(options.b, options.both, host);
  const Comparison comparison = compare(a, b);
  if (options.json == "-")
    console.out << compare_json(a, b, comparison).dump(2) << "\n";
  else
    console.out << compare_text(a, b, comparison);
}

}  // namespace

void add_compare_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<CompareOptions>();
  auto* command = app.add_subcommand("compare", "Why one run takes longer than another: causes that add up");
  command->add_option("A", options->a.path, "Before: .bmodel[.zst]")->required();
  command->add_option("B", options->b.path, "After: .bmodel[.zst]")->required();
  command->add_option("--chip", options->both.chip, "Chip of both sides");
  command->add_option("--product", options->both.product, "Product of both sides");
  command->add_option("--set", options->both.settings, "Chip parameter of both sides; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_side_options(*command, "a", options->a);
  add_side_options(*command, "b", options->b);
  command->add_option("--json", options->json, "Write the comparison (schema bmemu.compare/1)")->type_name("FILE|-");
  command->add_option("--io-copies", options->io_copies, "Copies of inputs and outputs by the firmware")
      ->check(CLI::IsMember({"on", "off"}))
      ->type_name("on|off");
  command->callback([options, &console] { compare_sides(*options, console); });
}

}  // namespace bmemu::harness
