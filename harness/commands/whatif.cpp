// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <thread>

#include "harness/architectures/architecture.h"
#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/commands/options/model_options.h"
#include "harness/experiment/cluster.h"
#include "harness/experiment/study.h"
#include "harness/experiment/sweep.h"
#include "harness/experiment/sweep_output.h"
#include "harness/output/progress.h"
#include "harness/output/words.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct WhatifOptions {
  std::vector<std::string> programs;
  std::string network;
  std::uint32_t stage = 0;
  ChipOptions chip;
  std::vector<std::string> axes;
  std::string list;
  std::uint64_t lhs = 0, morris = 0, seed = 1;
  unsigned jobs = 0;
  std::string study, markdown;
  ModelOptions model;  ///< but the path: how models among the programs are compiled
  bool retile = false, layers = false;
  std::string out, csv, report, part;
  bool slurm = false;
  ClusterOptions cluster;
};

Design design_of(const WhatifOptions& options) {
  const int kinds = (options.list.empty() ? 0 : 1) + (options.lhs > 0 ? 1 : 0) + (options.morris > 0 ? 1 : 0);
  const bool needs_axes = options.list.empty();
  if (kinds > 1 || needs_axes == options.axes.empty())
    throw Error({"E-SWEEP-DESIGN", "--vary, --list, --lhs, --morris",
                 fmt::format("{} axes, {} of the others", options.axes.size(), kinds),
                 "--vary alone, --vary with --lhs N or --morris N, or --list FILE alone",
                 "which points the sweep has is not clear"});
  if (!options.list.empty()) return point_list(options.list);
  std::vector<Axis> axes;
  for (const auto& text : options.axes) axes.push_back(parse_axis(text));
  if (options.lhs > 0) return latin_hypercube(axes, options.lhs, options.seed);
  if (options.morris > 0) return morris(axes, options.morris, options.seed);
  return grid(axes);
}

/// What makes the points, as it would be typed: files and jobs are no part of it.
std::string question_of(const WhatifOptions& options) {
  std::string text;
  for (const auto& axis : options.axes) text += " --vary " + axis;
  if (!options.list.empty()) text += " --list " + options.list;
  if (options.lhs > 0) text += fmt::format(" --lhs {} --seed {}", options.lhs, options.seed);
  if (options.morris > 0) text += fmt::format(" --morris {} --seed {}", options.morris, options.seed);
  if (options.retile) text += " --retile";
  if (options.layers) text += " --layers";
  return text.substr(1);
}

/// Chips are read once, whatever the number of points.
BaseChip base_chips(const ChipOptions& options) {
  auto cache = std::make_shared<std::map<std::string, isa::ChipSpec>>();
  return [options, cache](const std::string& chip, const std::string& product, isa::Family family) {
    const std::string key = chip + "\n" + product + "\n" + std::string(name(family));
    const auto found = cache->find(key);
    if (found != cache->end()) return found->second;
    ChipOptions changed = options;
    if (!chip.empty()) changed.chip = chip;
    if (!product.empty()) changed.product = product;
    return cache->emplace(key, load_chip(changed, family)).first->second;
  };
}

/// The command line that runs a part of the same sweep.
std::vector<std::string> part_command(const WhatifOptions& options) {
  std::vector<std::string> words{std::filesystem::read_symlink("/proc/self/exe").string(), "whatif"};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  const auto absolute = [](const std::string& path) {
    return is_architecture(path) || path.empty() ? path : std::filesystem::absolute(path).string();
  };
  for (const auto& path : options.programs) words.push_back(absolute(path));
  add("--net", options.network);
  add("--stage", std::to_string(options.stage));
  const bool is_file =
      options.chip.chip.find('/') != std::string::npos || options.chip.chip.find(".toml") != std::string::npos;
  add("--chip", is_file ? absolute(options.chip.chip) : options.chip.chip);
  add("--product", options.chip.product);
  for (const auto& setting : options.chip.settings) add("--set", setting);
  for (const auto& axis : options.axes) add("--vary", axis);
  add("--list", absolute(options.list));
  if (options.lhs > 0) add("--lhs", std::to_string(options.lhs));
  if (options.morris > 0) add("--morris", std::to_string(options.morris));
  if (options.lhs + options.morris > 0) add("--seed", std::to_string(options.seed));  // refused where it moves nothing
  if (options.retile) words.emplace_back("--retile");
  if (options.layers) words.emplace_back("--layers");
  const ModelOptions& model = options.model;
  add("--dtype", std::string(kernels::name(model.precision)));
  add("--calibration", absolute(model.calibration));
  for (const auto& path : model.calibrate) add("--calibrate", absolute(path));
  if (model.batch > 0) add("--batch", std::to_string(model.batch));
  for (const auto& shape : model.input_shapes) add("--input-shape", shape);
  add("--quantize-table", absolute(model.floats));
  if (model.quantised_inputs) words.emplace_back("--quant-input");
  if (model.quantised_outputs) words.emplace_back("--quant-output");
  if (model.search_budget) add("--search-budget", std::to_string(*model.search_budget));
  if (!model.layer_groups) words.emplace_back("--no-layer-group");
  return words;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Runs each program once: missing waits are told once for all points, and the time says how long the sweep will take.
/// A model that does not fit into the chip that points start from may fit into others.
double seconds_per_point(const Sweep& sweep, const Messages& messages) {
  double seconds = 0, compiling = 0;
  for (const auto& program : sweep.request().programs) {
    const auto chip = sweep.request().base_chip("", "", program.family);
    auto begin = std::chrono::steady_clock::now();
    std::shared_ptr<const LoadedProgram> loaded;
    try {
      loaded = program.program_for(chip);
    } catch (const Error& error) {
      if (error.id() != "E-KERNELS-MEMORY") throw;
      continue;
    }
    compiling += seconds_since(begin);
    if (const auto missing = loaded->hazards({}).size(); missing > 0)
      messages.note(fmt::format("{} lacks {} waits between the engines", program.name, missing));
    begin = std::chrono::steady_clock::now();
    evaluate(loaded->with({}), chip, sweep.request().layers);
    seconds += seconds_since(begin);
  }
  const double programs = double(sweep.request().programs.size());
  const double open = double(std::max<std::size_t>(1, sweep.size() - sweep.finished()));
  return seconds / programs + compiling / programs * double(sweep.compilations()) / open;
}

/// Errors: E-SWEEP-RETILE where --retile meets a program that is compiled already.
SweepProgram load_program(const std::string& path, const WhatifOptions& options, const BaseChip& base_chip) {
  if (!is_model(path)) {
    if (options.retile)
      throw Error({"E-SWEEP-RETILE", options.study.empty() ? "--retile" : options.study, path,
                   "models: .onnx files or network:NAME",
                   "a compiled program keeps the slices of the chip that it was compiled for"});
    return load_sweep_program(path, options.network, options.stage, options.layers ? LayerRows::kOn : LayerRows::kOff);
  }
  ModelOptions model = options.model;
  model.path = path;
  const isa::ChipSpec chip = base_chip("", "", isa::Family::kBm1684x);
  return options.retile ? retiled_sweep_program(model, chip) : compile_sweep_program(model, chip);
}

std::string duration(double seconds) {
  if (seconds < 100) return fmt::format("{:.2g} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

/// One line, rewritten; nothing in a pipe.
class SweepProgress {
 public:
  explicit SweepProgress(Console& console) : console_(console), begin_(std::chrono::steady_clock::now()) {}
  ~SweepProgress() {
    if (shown_) console_.err << "\r\x1b[K" << std::flush;
  }
  SweepProgress(const SweepProgress&) = delete;
  SweepProgress& operator=(const SweepProgress&) = delete;
  void operator()(std::size_t done, std::size_t of) {
    if (!console_.err_is_terminal || !console_.messages.are_notes_shown()) return;
    const auto since = std::chrono::steady_clock::now() - begin_;
    if (since < kPatience) return;
    const double passed = std::chrono::duration<double>(since).count();
    shown_ = true;
    console_.err << fmt::format("\r{} of {} points, {} left \x1b[K", done, of,
                                duration(passed * double(of - done) / double(done)))
                 << std::flush;
  }

 private:
  Console& console_;
  std::chrono::steady_clock::time_point begin_;
  bool shown_ = false;
};

/// "2/8": the second of eight. Errors: E-SWEEP-PART.
void parse_part(const std::string& text, Sweep::Running& how) {
  if (text.empty()) return;
  std::uint64_t part = 0, parts = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, part);
  const bool has_slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second = has_slash ? std::from_chars(first.ptr + 1, end, parts) : first;
  if (!has_slash || second.ec != std::errc() || second.ptr != end || part < 1 || part > parts)
    throw Error({"E-SWEEP-PART", "--part", text, "I/N with I from 1 to N", "no such part of the sweep"});
  how.part = part - 1;
  how.parts = parts;
}

ClusterOptions cluster_of(const WhatifOptions& options) {
  if (options.out.empty() || !options.part.empty())
    throw Error({"E-SWEEP-CLUSTER", "--slurm", options.out.empty() ? "no --out" : "--part " + options.part,
                 "--out FILE in a folder that all nodes share, without --part", "the parts need a place"});
  ClusterOptions cluster = options.cluster;
  cluster.whatif = part_command(options);
  cluster.folder = std::filesystem::absolute(options.out).string() + ".parts";
  return cluster;
}

/// A study says what the command line would: programs, axes and texts.
StudyText take_study(WhatifOptions& options) {
  if (options.study.empty()) {
    if (options.programs.empty())
      throw Error(
          {"E-SWEEP-DESIGN", "PROGRAM", "none", "compiled programs, or --study FILE", "there is nothing to run"});
    return {};
  }
  if (!options.programs.empty() || !options.axes.empty() || !options.list.empty())
    throw Error({"E-SWEEP-DESIGN", "--study", options.study, "without PROGRAM, --vary and --list",
                 "a study has programs and axes of its own"});
  Study study = load_study(options.study);
  options.programs = std::move(study.programs);
  options.axes = std::move(study.axes);
  options.retile = options.retile || study.retile;
  if (study.precision != kernels::Precision::kF32) options.model.precision = study.precision;
  return study.text;
}

void run_whatif(WhatifOptions options, Console& console) {
  SweepRequest request;
  request.study = take_study(options);
  request.design = design_of(options);
  request.question = question_of(options);
  request.base_chip = base_chips(options.chip);
  if (std::none_of(options.programs.begin(), options.programs.end(), is_model))
    require_no_model_options(options.model, options.programs.front());
  if (std::all_of(options.programs.begin(), options.programs.end(), is_model)) {
    ProgramSource model;
    model.model.path = options.programs.front();
    model.selection.network = options.network;
    model.selection.stage = options.stage;
    require_no_program_options(model);
  }
  for (const auto& path : options.programs) request.programs.push_back(load_program(path, options, request.base_chip));
  request.layers = options.layers ? LayerRows::kOn : LayerRows::kOff;
  Sweep sweep(std::move(request));
  Sweep::Running how;
  how.jobs = options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  parse_part(options.part, how);
  const std::size_t share = (sweep.size() + how.parts - 1 - how.part) / how.parts;

  if (options.out == kStdout)
    throw Error({"E-SWEEP-FILE", "--out", options.out, "a file", "a database cannot go to standard output"});
  SweepStore store(options.out, sweep.identity());
  sweep.resume(store);
  const double each = seconds_per_point(sweep, console.messages);
  const std::size_t before = sweep.finished();
  const std::size_t open = share - std::min(before, share);
  console.messages.note(fmt::format("{} of {}{}, about {} with {}", counted(share, "point"),
                                    counted(sweep.request().programs.size(), "program"),
                                    before > 0 ? fmt::format(", {} of them are there already", before) : "",
                                    duration(each * double(open) / double(how.jobs)), counted(how.jobs, "job")));
  how.chunk = std::clamp<std::uint64_t>(std::uint64_t(1.0 / std::max(each, 1e-6)), 1, 64 + open / (16UL * how.jobs));
  {
    SweepProgress progress(console);
    how.progress = [&progress](std::size_t done, std::size_t of) { progress(done, of); };
    if (options.slurm)
      run_on_cluster(sweep, store, cluster_of(options), each, how.progress,
                     [&console](const std::string& text) { console.messages.note(text); });
    else
      sweep.run(store, how);
  }
  store.compact();

  if (auto* csv = console.files.open(options.csv)) write_sweep_csv(sweep, *csv);
  if (auto* page = console.files.open(options.report)) write_sweep_page(sweep, *page);
  if (auto* markdown = console.files.open(options.markdown))
    *markdown << study_markdown(sweep, "bmemu whatif --study " + options.study);
  console.files.commit();
  if (!console.files.uses_stdout()) console.out << sweep_text(sweep, console.terminal.width);
  bool any_ran = false;
  for (std::size_t row = 0; row < sweep.size(); ++row)
    any_ran = any_ran || (sweep.is_finished(row) && sweep.results()[row].error.empty());
  if (!any_ran) console.exit_code = kCheckFailed;
}

}  // namespace

void add_whatif_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<WhatifOptions>();
  auto* whatif =
      app.add_subcommand("whatif", "Run programs on many variants of a chip: what if the chip were different?");
  add_model_file_option(*whatif, console, "PROGRAM", options->programs,
                        "Programs: .bmodel, also compressed (.bmodel.zst); models: .onnx, network:NAME");
  whatif->add_option("--net", options->network, "Network of the programs; default: the first")->type_name("NAME");
  whatif->add_option("--stage", options->stage, "Stage of the network, from 0")->type_name("I");
  add_chip_options(*whatif, console, options->chip);
  add_model_options(*whatif, console, options->model);
  whatif
      ->add_option("--vary", options->axes,
                   "A chip parameter with its values, or product or chip: key=v1,v2,... or key=from..to:n; every "
                   "combination of several is a point")
      ->type_name("KEY=VALUES")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_file_option(*whatif, console, "--list", options->list, "Points from a CSV table whose titles are keys",
                  FileUse::kReads);
  add_file_option(*whatif, console, "--study", options->study, "A study: programs, axes and texts (harness/studies)",
                  FileUse::kReads);
  add_file_option(*whatif, console, "--markdown", options->markdown, "Write the study as a section in Markdown",
                  FileUse::kWrites)
      ->needs("--study");
  whatif->add_flag("--retile", options->retile, "Compile models anew for each point's chip");
  const CLI::Range at_least_one(std::uint64_t(1), std::uint64_t(1000000000));
  auto* lhs =
      whatif->add_option("--lhs", options->lhs, "N points of a Latin hypercube over the axes, which are key=from..to")
          ->check(at_least_one)
          ->type_name("N");
  auto* morris =
      whatif->add_option("--morris", options->morris, "N walks through the axes, for elementary effects (Morris)")
          ->check(at_least_one)
          ->type_name("N");
  auto* seed = whatif->add_option("--seed", options->seed, "Of --lhs and --morris")
                   ->check(CLI::NonNegativeNumber)
                   ->type_name("N");
  whatif->add_option("--jobs", options->jobs, "Processes; default: one for each processor")
      ->check(CLI::Range(1U, 4096U))
      ->type_name("N");
  add_file_option(*whatif, console, "--out", options->out,
                  "Keep results in this SQLite file; points that are there never run again", FileUse::kWrites);
  whatif
      ->add_flag(
          "--layers", options->layers,
          "Keep a row for each layer of each point in --out (table layer); a point takes about 2.5 times as long")
      ->needs("--out");
  add_file_option(*whatif, console, "--csv", options->csv, "Write one row per point", FileUse::kWrites);
  add_file_option(*whatif, console, "--report", options->report, "Write an HTML page", FileUse::kWrites);
  whatif->add_option("--part", options->part, "Run every N-th point alone, beginning with the I-th")->type_name("I/N");
  whatif->add_flag("--slurm", options->slurm, "Run in a Slurm job array; needs --out in a folder that all nodes share");
  whatif
      ->add_option("--slurm-args", options->cluster.arguments, "For sbatch, for example \"--partition=fast --time=10\"")
      ->needs("--slurm")
      ->type_name("TEXT");
  whatif->callback([=, &console] {
    if (seed->count() > 0 && lhs->count() + morris->count() == 0)
      throw CLI::RequiresError("--seed", "--lhs or --morris");
    run_whatif(*options, console);
  });
}

}  // namespace bmemu::harness
