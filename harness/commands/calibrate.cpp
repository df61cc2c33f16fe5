// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu calibrate`: fits a chip's silicon parameters to published run times and writes what came of it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "harness/accuracy/fit/calibration.h"
#include "harness/accuracy/fit/chip_edit.h"
#include "harness/accuracy/fit/interval_fit.h"
#include "harness/accuracy/judgement.h"
#include "harness/accuracy/known_changes.h"
#include "harness/accuracy/page.h"
#include "harness/accuracy/publications.h"
#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct Options {
  std::string data;
  std::string published;
  std::string stages;
  std::string programs;
  std::vector<std::string> chips{"bm1684x", "bm1684"};
  std::vector<std::string> parameters;
  std::vector<std::string> weights;
  std::string out;
  std::string page;
  std::string pairs;
  std::string other_compilers;
  bool judges = false;
};

/// Where the chip file of one of the chips goes.
std::string chip_path(const Options& options, const std::string& name) {
  return options.chips.size() == 1 ? options.out : options.out + "/" + name + ".toml";
}

/// "NETWORK[:TYPE][:CHIP]=W". Errors: E-ACCURACY-WEIGHT.
void apply_weight(const std::string& setting, std::vector<PublishedRow>& rows) {
  const auto equals = setting.find('=');
  double weight = -1;
  try {
    if (equals != std::string::npos) weight = std::stod(setting.substr(equals + 1));
  } catch (const std::exception&) {
    weight = -1;
  }
  if (!(weight >= 0))
    throw Error({"E-ACCURACY-WEIGHT", "--weight", setting, "NETWORK[:TYPE][:CHIP]=W with W not negative", ""});
  const std::string what = setting.substr(0, equals);
  for (auto& row : rows) {
    const auto& n = row.network;
    if (what == n || what == n + ":" + row.type || what == n + ":" + row.chip ||
        what == n + ":" + row.type + ":" + row.chip)
      row.weight *= weight;
  }
}

std::string causes(const Options& options, const std::vector<CalibratedChip>& chips) {
  std::string text;
  if (!options.pairs.empty()) {
    std::vector<isa::ChipSpec> specs;
    specs.reserve(chips.size());
    for (const auto& chip : chips) specs.push_back(chip.calibration.chip);
    text += known_changes_section(known_changes(options.pairs, specs));
  }
  if (!options.other_compilers.empty()) {
    std::vector<OtherCompiler> programs;
    for (const auto& chip : chips)
      for (auto& program : other_compilers(chip, options.other_compilers)) programs.push_back(std::move(program));
    text += other_compilers_section(programs);
  }
  return text;
}

void tell(const FittedParameter& p, const std::string& chip, std::ostream& out) {
  out << fmt::format(
      "{} {} = {:.4g} ({:.3g} to {:.3g} by bootstrap, {:.3g} to {:.3g} without one network; ln(time) per ln(value) "
      "{:.3f})\n",
      chip, p.key, p.value, p.low, p.high, p.lowest, p.highest, p.sensitivity);
  if (!p.is_chosen) out << fmt::format("{} {} is not worth having\n", chip, p.key);
  if (!p.moves_something()) out << fmt::format("{} {} moves nothing\n", chip, p.key);
}

/// The text of the chip file with what was found in it.
std::string fitted_text(const std::string& chip, const Calibration& calibration) {
  std::vector<std::string> keys;
  for (const auto& parameter : calibration.parameters) keys.push_back(parameter.key);
  for (const auto& parameter : isa::chip_parameters())
    if (parameter.key.rfind("calibration.", 0) == 0) keys.emplace_back(parameter.key);
  return with_values(chip_file_text(chip), calibration.chip, keys);
}

/// One chip fitted to the rows of its family, told and written.
CalibratedChip fitted_chip(const Options& options, const std::string& name, const Predictor& predictor,
                           Console& console) {
  const isa::ChipSpec chip = isa::load_chip(name);
  const auto keys = options.parameters.empty() ? default_fit_keys(chip) : options.parameters;
  CalibratedChip calibrated{
      predictor.rows(),
      calibrate(predictor, chip, keys,
                [&](const std::string& what) { console.messages.note(fmt::format("{}: {}", name, what)); }),
      {}};
  set_intervals(calibrated.rows, calibrated.calibration);
  calibrated.work = work_of(predictor.programs(), chip);
  for (const auto& parameter : calibrated.calibration.parameters) tell(parameter, name, console.out);
  if (!options.out.empty()) *console.files.open(chip_path(options, name)) << fitted_text(name, calibrated.calibration);
  return calibrated;
}

void run_calibrate(const Options& options, Console& console) {
  auto all = read_published(options.data);
  for (const auto& setting : options.weights) apply_weight(setting, all);
  if (!options.published.empty()) find_publications(options.published, all);
  if (!options.stages.empty()) find_stages(options.stages, all);
  const std::string programs =
      options.programs.empty() ? std::filesystem::path(options.data).parent_path().string() : options.programs;
  std::vector<CalibratedChip> chips;
  for (const auto& name : options.chips) {
    const isa::ChipSpec chip = isa::load_chip(name);
    const std::string family(isa::name(chip.family));
    std::vector<PublishedRow> rows;
    std::copy_if(all.begin(), all.end(), std::back_inserter(rows), [&](const auto& r) { return r.chip == family; });
    if (rows.empty())
      throw Error({"E-ACCURACY-TABLE", options.data, "no published time for " + family, "at least one row", ""});
    console.messages.note(fmt::format("{}: loading {} programs", name, rows.size()));
    const Predictor predictor(rows, programs);
    chips.push_back(options.judges ? judged(predictor, chip) : fitted_chip(options, name, predictor, console));
  }
  if (options.judges && !console.files.uses_stdout()) console.out << expectations(chips);
  const std::string source = made_from({options.data, options.published, options.stages}, options.weights);
  if (auto* page = console.files.open(options.page))
    *page << (options.judges ? judgement_page(chips, source) : accuracy_page(chips, source, causes(options, chips)));
  console.files.commit();
}

}  // namespace

void add_calibrate_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<Options>();
  auto* calibrate = app.add_subcommand("calibrate", "Fit a chip's silicon parameters to published run times");
  add_file_option(*calibrate, console, "--data", options->data, "Table of published times (CSV)", FileUse::kReads)
      ->required();
  auto* published = add_file_option(
      *calibrate, console, "--published", options->published,
      "Table of all publications (CSV): times that another publication is much faster than do not count",
      FileUse::kReads);
  add_file_option(*calibrate, console, "--stages", options->stages,
                  "Table of what inference took in the vendor's sample programs (CSV), for the page", FileUse::kReads)
      ->needs(published);
  add_file_option(*calibrate, console, "--programs", options->programs,
                  "Folder with the programs of the table; default: the table's", FileUse::kReadsFolder);
  calibrate->add_option("--chip", options->chips, "Chip; repeatable; default: both")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* judge = calibrate->add_flag(
      "--judge", options->judges,
      "Fit nothing: judge the chips as they are on the table's rows, of networks that had no part in their fit");
  calibrate
      ->add_option("--parameters", options->parameters,
                   "Parameters to fit, separated by commas; default: those of silicon and launch that are `fitted`")
      ->delimiter(',')
      ->excludes(judge);
  calibrate->add_option("--weight", options->weights, "Weight of a network's rows, NETWORK[:TYPE][:CHIP]=W; repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* out =
      calibrate
          ->add_option("--out", options->out, "Write the fitted chip file; with several chips, the folder for them")
          ->type_name("FILE")
          ->excludes(judge);
  declare_files(*calibrate, console, *out, FileUse::kWrites, [options] {
    std::vector<std::string> files;
    if (!options->out.empty())
      for (const auto& chip : options->chips) files.push_back(chip_path(*options, chip));
    return files;
  });
  add_file_option(*calibrate, console, "--page", options->page, "Write the page about accuracy (Markdown)",
                  FileUse::kWrites);
  add_file_option(*calibrate, console, "--pairs", options->pairs,
                  "Table of pairs of programs with a known difference, for the page", FileUse::kReads)
      ->excludes(judge);
  add_file_option(*calibrate, console, "--other-compilers", options->other_compilers,
                  "Folder with the table's programs by other compilers (NAME_c*.bmodel.zst), for the page",
                  FileUse::kReadsFolder)
      ->excludes(judge);
  calibrate->callback([options, &console] { run_calibrate(*options, console); });
}

}  // namespace bmemu::harness
