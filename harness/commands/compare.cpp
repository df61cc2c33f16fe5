// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu compare`: why one run takes longer than another.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/commands/file_options.h"
#include "harness/compare/load_side.h"
#include "harness/compare/report.h"
#include "harness/report/saved_run.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

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
  std::string json, markdown, html;
  std::string fail_above;
  std::string io_copies = "on";
};

void add_chip_options_of(CLI::App& app, Console& console, const std::string& suffix, ChipOptions& options,
                         const std::string& whose) {
  auto* chip = app.add_option("--chip" + suffix, options.chip, "Chip " + whose);
  declare_files(app, console, *chip, FileUse::kReads, [&options] {
    return options.chip.empty() ? std::vector<std::string>() : isa::chip_files(options.chip);
  });
  app.add_option("--product" + suffix, options.product, "Product " + whose);
  app.add_option("--set" + suffix, options.settings, "Chip parameter " + whose + "; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

/// Per cent that B may be slower. Errors: E-COMPARE-LIMIT.
double limit_of(const std::string& text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string rest(end, text.data() + text.size());
  if (code != std::errc() || (rest != "%" && !rest.empty()) || !(value >= 0))
    throw Error({"E-COMPARE-LIMIT", "--fail-above", text, "per cent of A, at least 0: 2%", "no limit"});
  return value;
}

Side load(const SideOptions& options, const ChipOptions& both, const HostModel& host, Console& console) {
  ChipOptions chip = options.chip;
  if (chip.chip.empty()) chip.chip = both.chip;
  if (chip.product.empty()) chip.product = both.product;
  chip.settings.insert(chip.settings.begin(), both.settings.begin(), both.settings.end());
  if (is_saved_run(options.path)) {
    if (!options.chip.chip.empty() || !options.chip.product.empty() || !options.chip.settings.empty())
      throw Error({"E-COMPARE-SIDE", options.path, "options for its chip", "a program",
                   "a saved run holds no commands that could run on another chip"});
    Side side;
    side.run = load_run(options.path);
    side.name = side.run.result.program;
    return side;
  }
  const isa::BModel model = isa::BModel::open(options.path);
  isa::Program program = isa::load_program(model);
  const isa::ChipSpec spec = chip_of_program(chip, model);
  isa::check_family(spec, program.family, options.path);
  std::string layers = options.layers;
  if (layers.empty()) {
    auto found = isa::find_layer_map(options.path, program);
    for (const auto& message : found.rejected) console.messages.warn("layer map not used: " + message);
    if (!found.path.empty()) console.files.also_reads("layer map", found.path);
    layers = found.path;
  }
  return side_of_program(std::move(program), model.compiler_version(), options.path, layers, spec, host);
}

void compare_sides(const CompareOptions& options, Console& console) {
  const double limit = options.fail_above.empty() ? 0 : limit_of(options.fail_above);
  const HostModel host{options.io_copies == "on"};
  const Side a = load(options.a, options.both, host, console);
  const Side b = load(options.b, options.both, host, console);
  const Comparison comparison = compare(a, b);
  if (auto* json = console.files.open(options.json)) *json << compare_json(a, b, comparison).dump(2) << "\n";
  if (auto* markdown = console.files.open(options.markdown)) *markdown << compare_markdown(a, b, comparison);
  if (auto* html = console.files.open(options.html)) write_compare_page(a, b, comparison, *html);
  console.files.commit();
  if (!console.files.uses_stdout()) console.out << compare_text(a, b, comparison);
  const double slower = 100.0 * double(comparison.delta_ps) / double(a.run.result.length_ps);
  if (!options.fail_above.empty() && slower > limit) console.exit_code = kCheckFailed;
}

}  // namespace

void add_compare_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<CompareOptions>();
  auto* command = app.add_subcommand("compare", "Why one run takes longer than another: causes that add up");
  add_file_option(*command, console, "A", options->a.path, "Before: .bmodel[.zst], or a run of `bmemu run --save`",
                  FileUse::kReads)
      ->required();
  add_file_option(*command, console, "B", options->b.path, "After: likewise", FileUse::kReads)->required();
  add_chip_options_of(*command, console, "", options->both, "of both sides");
  add_chip_options_of(*command, console, "-a", options->a.chip, "of A");
  add_chip_options_of(*command, console, "-b", options->b.chip, "of B");
  add_file_option(*command, console, "--layers-a", options->a.layers, "Layer map of A; default: the one beside it",
                  FileUse::kReads);
  add_file_option(*command, console, "--layers-b", options->b.layers, "Layer map of B; default: the one beside it",
                  FileUse::kReads);
  add_file_option(*command, console, "--json", options->json, "Write the comparison (schema bmemu.compare/1)",
                  FileUse::kWrites);
  add_file_option(*command, console, "--markdown", options->markdown, "Write a table to paste into an issue",
                  FileUse::kWrites);
  add_file_option(*command, console, "--html", options->html,
                  "Write a page: waterfall, causes, both timelines, layers side by side", FileUse::kWrites);
  command->add_option("--fail-above", options->fail_above, "Exit code 1 when B is slower than A by more than this")
      ->type_name("PERCENT%");
  command
      ->add_option("--io-copies", options->io_copies,
                   "Copies of inputs and outputs that the firmware makes around the program: on (default) or off")
      ->check(CLI::IsMember({"on", "off"}))
      ->type_name("on|off");
  command->callback([options, &console] { compare_sides(*options, console); });
}

}  // namespace bmemu::harness
