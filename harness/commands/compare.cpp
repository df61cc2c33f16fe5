// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu compare`: why one run takes longer than another.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

#include "harness/commands/command.h"
#include "harness/commands/options/choice.h"
#include "harness/commands/options/file_options.h"
#include "harness/commands/options/model_options.h"
#include "harness/commands/options/name_option.h"
#include "harness/compare/load_side.h"
#include "harness/compare/report.h"
#include "harness/output/progress.h"
#include "harness/profile/vendor_profile.h"
#include "harness/report/saved/saved_run.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

/// How a model is compiled, as far as it was said: empty or unset is not.
struct SideModel {
  std::optional<kernels::Precision> precision;
  std::string calibration;
  std::vector<std::string> calibrate;
  std::string floats;
  std::int64_t batch = 0;
  std::vector<std::string> input_shapes;
  bool quantised_inputs = false, quantised_outputs = false, no_groups = false;

  bool is_given() const {
    return precision.has_value() || !calibration.empty() || !calibrate.empty() || !floats.empty() || batch != 0 ||
           !input_shapes.empty() || quantised_inputs || quantised_outputs || no_groups;
  }
  void apply(ModelOptions& to) const {
    if (precision) to.precision = *precision;
    if (!calibration.empty()) to.calibration = calibration;
    if (!calibrate.empty()) to.calibrate = calibrate;
    if (!floats.empty()) to.floats = floats;
    if (batch != 0) to.batch = batch;
    if (!input_shapes.empty()) to.input_shapes = input_shapes;
    to.quantised_inputs = to.quantised_inputs || quantised_inputs;
    to.quantised_outputs = to.quantised_outputs || quantised_outputs;
    to.layer_groups = to.layer_groups && !no_groups;
  }
};

struct SideOptions {
  std::string path;
  std::string layers;
  ChipOptions chip;
  SideModel model;
};

struct CompareOptions {
  SideOptions a, b;
  SideOptions both;
  std::string json, markdown, html;
  std::string fail_above;
  std::string io_copies = "on";
};

void add_chip_options_of(CLI::App& app, Console& console, const std::string& suffix, ChipOptions& options,
                         const std::string& whose) {
  auto* chip = app.add_option("--chip" + suffix, options.chip, "Chip " + whose);
  require_name(chip);
  declare_files(app, console, *chip, FileUse::kReads, [&options] {
    return options.chip.empty() ? std::vector<std::string>() : isa::chip_files(options.chip);
  });
  require_name(app.add_option("--product" + suffix, options.product, "Product " + whose));
  app.add_option("--set" + suffix, options.settings, "Chip parameter " + whose + "; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_model_options_of(CLI::App& app, Console& console, const std::string& suffix, SideModel& model,
                          const std::string& whose) {
  using kernels::Precision;
  add_choice<Precision>(
      app, "--dtype" + suffix, model.precision,
      {{"fp32", Precision::kF32}, {"fp16", Precision::kF16}, {"bf16", Precision::kBf16}, {"int8", Precision::kI8}},
      "What a model is computed in, " + whose + ": fp32 (default), fp16, bf16, int8");
  add_file_option(app, console, "--calibration" + suffix, model.calibration, "int8: table of ranges, " + whose,
                  FileUse::kReads);
  add_file_option(app, console, "--calibrate" + suffix, model.calibrate,
                  "int8: array files to measure ranges on, " + whose, FileUse::kReads);
  add_file_option(app, console, "--quantize-table" + suffix, model.floats,
                  "int8: table of operators in another type, " + whose, FileUse::kReads);
  app.add_option("--batch" + suffix, model.batch, "First dimension of a model's inputs, " + whose)
      ->check(CLI::Range(std::int64_t(1), std::int64_t(65535)))
      ->type_name("N");
  app.add_option("--input-shape" + suffix, model.input_shapes, "Shape of a model's input, " + whose + "; repeatable")
      ->type_name("NAME=SHAPE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--quant-input" + suffix, model.quantised_inputs, "int8: inputs are bytes, " + whose);
  app.add_flag("--quant-output" + suffix, model.quantised_outputs, "int8: outputs are bytes, " + whose);
  app.add_flag("--no-layer-group" + suffix, model.no_groups, "Models without layer groups, " + whose);
}

/// Per cent that B may be slower. Errors: E-COMPARE-LIMIT.
double limit_of(const std::string& text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string rest(end, text.data() + text.size());
  if (code != std::errc() || (rest != "%" && !rest.empty()) || !(value >= 0) || !std::isfinite(value))
    throw Error({"E-COMPARE-LIMIT", "--fail-above", text, "per cent of A, at least 0: 2%", "no limit"});
  return value;
}

bool is_given(const ChipOptions& chip) { return !chip.chip.empty() || !chip.product.empty() || !chip.settings.empty(); }

/// A saved run or a profile: what is chosen for a program or a model moves nothing in it.
void refuse_options(const SideOptions& side, const std::string& what) {
  const auto refuse = [&](bool is_there, const char* options, const char* legal, const std::string& why) {
    if (is_there) throw Error({"E-COMPARE-SIDE", side.path, options, legal, why});
  };
  refuse(is_given(side.chip), "options for its chip", "a program", what);
  refuse(!side.layers.empty(), "a layer map", "a program", "its layers are those that were recorded");
  refuse(side.model.is_given(), "options for models", "a model: .onnx or network:NAME", "it is compiled already");
}

/// A program, or a model that becomes one.
bool has_program(const std::string& path) { return is_model(path) || !(is_profile(path) || is_saved_run(path)); }

Side load(const SideOptions& options, const SideOptions& both, const HostModel& host, Console& console) {
  if (!is_model(options.path) && is_saved_run(options.path)) {
    refuse_options(options, "a saved run holds no commands that could run on another chip");
    Side side;
    side.run = load_run(options.path);
    side.name = side.run.result.program;
    return side;
  }
  ProgramSource source;
  source.model.path = options.path;
  if (is_model(options.path))
    both.model.apply(source.model);  // what is said of both is meant for the models among them
  options.model.apply(source.model);
  source.layers = options.layers;
  source.chip = options.chip;
  if (source.chip.chip.empty()) source.chip.chip = both.chip.chip;
  if (source.chip.product.empty()) source.chip.product = both.chip.product;
  source.chip.settings.insert(source.chip.settings.begin(), both.chip.settings.begin(), both.chip.settings.end());
  StepLine line(console.err, console.err_is_terminal);
  OpenedProgram opened = open_program(source, [&](const std::string& step) { line.show(step); });
  for (const auto& message : opened.rejected_layer_maps) console.messages.warn("layer map not used: " + message);
  if (!opened.layer_map.empty() && options.layers.empty()) console.files.also_reads("layer map", opened.layer_map);
  return side_of_program(std::move(opened), options.path, host);
}

/// A profile, and what it is compared with: the other side from its first command to its last, with the firmware's
/// copies or without them as the profile has it.
std::pair<Side, Side> profile_beside(const SideOptions& options, Side other) {
  refuse_options(options, "a profile was taken on one chip");
  const VendorProfile profile = read_vendor_profile(options.path);
  if (other.program != nullptr && !has_commands_of(other.run, profile)) {
    Side without = other;
    without.host.io_copies = !other.host.io_copies;
    without.run = measure({other.program, other.run.result.chip, without.host});
    without.run.network = other.run.network;
    if (has_commands_of(without.run, profile)) other = std::move(without);
  }
  other.run = commands_alone(other.run);
  other.program = nullptr;
  return {side_of_profile(profile, &other.run), std::move(other)};
}

std::pair<Side, Side> load_both(const CompareOptions& options, Console& console) {
  const HostModel host{options.io_copies == "on"};
  if (options.both.model.is_given() && !is_model(options.a.path) && !is_model(options.b.path))
    throw Error({"E-USAGE", options.a.path, "options for models", "a model on one side at least: .onnx or network:NAME",
                 "the option says how a model is compiled, and both sides are none"});
  if ((is_given(options.both.chip) || !host.io_copies) && !has_program(options.a.path) && !has_program(options.b.path))
    throw Error({"E-COMPARE-SIDE", options.a.path, host.io_copies ? "options for chips" : "--io-copies off",
                 "a program on one side at least", "both sides are recorded: nothing runs again"});
  const bool profile_a = is_profile(options.a.path);
  const bool profile_b = is_profile(options.b.path);
  if (profile_a && profile_b) {
    for (const SideOptions* side : {&options.a, &options.b}) refuse_options(*side, "a profile was taken on one chip");
    return {side_of_profile(read_vendor_profile(options.a.path), nullptr),
            side_of_profile(read_vendor_profile(options.b.path), nullptr)};
  }
  if (profile_a) return profile_beside(options.a, load(options.b, options.both, host, console));
  if (profile_b) {
    auto [b, a] = profile_beside(options.b, load(options.a, options.both, host, console));
    return {std::move(a), std::move(b)};
  }
  Side a = load(options.a, options.both, host, console);
  return {std::move(a), load(options.b, options.both, host, console)};
}

void compare_sides(const CompareOptions& options, Console& console) {
  const double limit = options.fail_above.empty() ? 0 : limit_of(options.fail_above);
  auto [a, b] = load_both(options, console);
  if (const Side* bare = drop_layers_of_one(a, b))
    console.messages.warn("no layer map of " + bare->name + ": both sides are compared without layers; " +
                          (bare == &a ? "--layers-a" : "--layers-b") + " FILE names one");
  const Comparison comparison = compare(a, b);
  if (auto* json = console.files.open(options.json)) *json << compare_json(a, b, comparison).dump(2) << "\n";
  if (auto* markdown = console.files.open(options.markdown)) *markdown << compare_markdown(a, b, comparison);
  if (auto* html = console.files.open(options.html)) write_compare_page(a, b, comparison, *html);
  console.files.commit();
  if (!console.files.uses_stdout()) console.out << compare_text(a, b, comparison, console.terminal.width);
  const double slower = 100.0 * double(comparison.delta_ps) / double(a.run.result.length_ps);
  if (!options.fail_above.empty() && slower > limit) console.exit_code = kCheckFailed;
}

}  // namespace

void add_compare_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<CompareOptions>();
  auto* command = app.add_subcommand("compare", "Why one run takes longer than another: causes that add up");
  add_model_file_option(*command, console, "A", options->a.path,
                        "Before: .bmodel[.zst], .onnx, a run of `bmemu run --save`, or the folder of a vendor profile",
                        FileUse::kReadsEither)
      ->required();
  add_model_file_option(*command, console, "B", options->b.path, "After: likewise", FileUse::kReadsEither)->required();
  add_chip_options_of(*command, console, "", options->both.chip, "of both sides");
  add_chip_options_of(*command, console, "-a", options->a.chip, "of A");
  add_chip_options_of(*command, console, "-b", options->b.chip, "of B");
  add_model_options_of(*command, console, "", options->both.model, "both sides");
  add_model_options_of(*command, console, "-a", options->a.model, "A");
  add_model_options_of(*command, console, "-b", options->b.model, "B");
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
