// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu run`: one program on one chip, and every report about it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "emulator/session/session.h"
#include "harness/commands/command.h"
#include "harness/commands/options/choice.h"
#include "harness/commands/options/file_options.h"
#include "harness/commands/options/model_options.h"
#include "harness/commands/run_host.h"
#include "harness/commands/run_values.h"
#include "harness/cpu_layers/values_part.h"
#include "harness/measure/measurement.h"
#include "harness/output/progress.h"
#include "harness/output/words.h"
#include "harness/profile/vendor_profile.h"
#include "harness/report/chip_output.h"
#include "harness/report/run_outputs.h"
#include "harness/report/run_text.h"
#include "harness/tensor/npy.h"
#include "harness/tensor/stage_advice.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "isa/program/layer_map.h"
#include "kernels/io_copies.h"

namespace bmemu::harness {
namespace {

/// What to do about reads of memory that nobody wrote.
struct Unwritten {
  emulator::UninitialisedCheck check = emulator::UninitialisedCheck::kReport;
  bool probe = false;  ///< compute again with another filling
};

struct RunCommandOptions {
  ProgramOptions program;
  ModelOptions model;
  ChipOptions chip;
  std::string layers;
  std::vector<std::string> outputs = std::vector<std::string>(run_outputs().size());  ///< paths, by run_outputs()
  std::string vendor_profile;
  ValueOptions values;
  HostOptions host;
  emulator::HazardCheck hazards = emulator::HazardCheck::kReport;
  Unwritten unwritten;
  std::string io_copies = "on";
  std::size_t top = 10;
};

/// Tells the console which layer map was found, and which were not used.
isa::FoundLayerMap layers_for(const RunCommandOptions& options, const isa::Program& program, Console& console) {
  isa::FoundLayerMap found = find_layers(options.layers, options.program.path, program);
  for (const auto& message : found.rejected) console.messages.warn("layer map not used: " + message);
  if (!found.path.empty() && options.layers.empty()) console.files.also_reads("layer map", found.path);
  if (!found.path.empty()) console.messages.debug("layer map " + found.path);
  return found;
}

OpenedProgram compile_for_run(const RunCommandOptions& options, Console& console) {
  ProgramSource source;
  source.model = options.model;
  source.model.path = options.program.path;
  source.layers = options.layers;
  source.selection.network = options.program.network;
  source.selection.stage = options.program.stage;
  source.chip = options.chip;
  StepLine line(console.err, console.err_is_terminal);
  return open_program(source, [&](const std::string& step) { line.show(step); });
}

Network network_of_program(const isa::Program& program, const isa::BModel& model, const std::string& layers) {
  return make_network(program, layers.empty() ? std::vector<isa::LayerRecord>() : isa::load_layer_records(layers),
                      model.compiler_version());
}

/// `model`: the file of the program, none where one was compiled. Errors: those of RunValues; of a shape, with the
/// stage that would take it.
std::unique_ptr<RunValues> make_values(const RunCommandOptions& options, const std::optional<isa::BModel>& model,
                                       emulator::Session& session, CommandFiles& files, std::uint32_t first_group) {
  try {
    return std::make_unique<RunValues>(options.values, session, files, first_group);
  } catch (const Error& e) {
    if (!model || e.id() != "E-TENSOR-SHAPE" || is_random(options.values.input)) throw;
    const auto fitting = stage_that_fits(*model, session.program(), read_arrays(options.values.input));
    if (fitting.empty()) throw;
    throw Error({e.id(), e.place(), e.value(), e.legal() + "; " + fitting + " takes this one", e.sentence()});
  }
}

/// What is run, and on which chip.
struct Subject {
  std::optional<isa::BModel> model;  ///< the file of the program; none for a model, which is compiled
  isa::Program program;
  isa::ChipSpec chip;
  std::string layers;  ///< path of the layer map that was found
  Network network;     ///< of a model
};

/// The program of a file, without its layers; of a model the chip alone.
Subject open_subject(const RunCommandOptions& options) {
  Subject subject;
  if (is_model(options.program.path)) {
    subject.chip = load_chip(options.chip, isa::Family::kBm1684x);
    return subject;
  }
  require_no_model_options(options.model, options.program.path);
  subject.model = open_bmodel(options.program);
  subject.program = load_program(options.program, *subject.model);
  subject.chip = chip_of_program(options.chip, *subject.model);
  return subject;
}

/// Compiles the model, or adds the layers of the program.
void complete(Subject& subject, const RunCommandOptions& options, Console& console) {
  if (!subject.model) {
    OpenedProgram opened = compile_for_run(options, console);
    subject.program = std::move(opened.program);
    subject.network = std::move(opened.network);
    return;
  }
  isa::check_family(subject.chip, subject.program.family, options.program.path);
  isa::FoundLayerMap found = layers_for(options, subject.program, console);
  subject.program.layers = std::move(found.layers);
  subject.layers = found.path;
}

/// One run, from open files to reports. Contract: `measure`, then `write_files`, then `print`.
class ProgramRun {
 public:
  ProgramRun(const RunCommandOptions& options, Console& console, Subject subject)
      : options_(options), console_(console), subject_(std::move(subject)) {
    isa::Program program = std::move(subject_.program);
    const std::size_t groups = program.groups.size();
    if (options.io_copies == "on") program = kernels::with_io_copies(program);
    const std::uint32_t first_group = program.groups.size() != groups ? 1 : 0;  // behind the copies of the inputs
    emulator::SessionOptions session_options{options.unwritten.check, options.values.host};
    if (options.values.fast_float) session_options.host.floats = emulator::FloatMode::kFast;
    if (has_values() && !program.left_out.empty()) open_values_part(program, session_options);
    session_.emplace(std::move(program), subject_.chip, session_options);
    for (const std::string& path : options.outputs) outputs_.push_back(console.files.open(path));
    if (has_values()) values_ = make_values(options, subject_.model, computed(), console.files, first_group);
  }

  void measure() {
    auto listeners = measurement_.listeners();
    std::unique_ptr<Progress> progress;
    if (console_.err_is_terminal && console_.messages.are_notes_shown())
      listeners.push_back((progress = std::make_unique<Progress>(console_.err)).get());
    if (values_ && !values_part_)
      session_->run(listeners, options_.hazards);
    else
      session_->time(listeners, options_.hazards);
    if (values_part_) values_part_->run({}, options_.hazards);
    progress.reset();
    add_findings();
  }

  void write_files() {
    if (needs_network())
      measurement_.set_network(subject_.model
                                   ? network_of_program(session_->program(), *subject_.model, subject_.layers)
                                   : subject_.network);
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      if (outputs_[i] != nullptr) run_outputs()[i].write(measurement_.run(), options_.outputs[i], *outputs_[i]);
    if (!options_.vendor_profile.empty())
      write_vendor_profile(measurement_.run(), console_.files.open_folder(options_.vendor_profile));
    if (values_) values_->write();
    console_.files.commit();
  }

  /// On standard output, unless a file goes there.
  void print() {
    const bool has_stdout = console_.files.uses_stdout();
    const RunResult& result = measurement_.result();
    const auto [width, colour] = console_.terminal;
    if (!has_stdout)
      console_.out << run_text(result, {options_.top, width, colour})
                   << folded(host_stage_text(options_.host, result.notes.host), width, 2);
    if (!values_) return;
    const RunValues::Verdict verdict = values_->compare(has_stdout ? 0 : width);
    (has_stdout ? console_.err : console_.out) << verdict.text;
    if (has_stdout)
      for (const std::string& note : result.notes.texts) console_.messages.warn(note);
    if (!verdict.is_within) console_.exit_code = kCheckFailed;
  }

 private:
  bool has_values() const { return !options_.values.input.empty(); }
  emulator::Session& computed() { return values_part_ ? *values_part_ : *session_; }

  /// Values are computed of the part of the program that has them; the whole is timed.
  void open_values_part(const isa::Program& program, const emulator::SessionOptions& session_options) {
    ValuesPart part = values_part(program, *subject_.model);
    values_end_ = std::move(part.end);
    computed_parts_ = std::move(part.notes);
    values_part_.emplace(
        std::move(part.program), subject_.chip,
        emulator::SessionOptions{session_options.uninitialised, session_options.host, part.host_parts});
  }

  void add_findings() {
    measurement_.add_uninitialised(computed());
    if (values_) {
      RunNotes notes = values_->notes(options_.unwritten.probe);
      notes.values_end = values_end_;
      notes.texts.insert(notes.texts.end(), computed_parts_.begin(), computed_parts_.end());
      measurement_.add_notes(std::move(notes));
    }
    measurement_.set_host(host_stage(options_.host, session_->program(), measurement_.result().time_ms()));
  }

  bool needs_network() const {
    bool needs = !options_.vendor_profile.empty();
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      needs = needs || (outputs_[i] != nullptr && run_outputs()[i].needs_network);
    return needs;
  }

  const RunCommandOptions& options_;
  Console& console_;
  Subject subject_;                               ///< without its program, which the session has
  std::optional<emulator::Session> session_;      ///< always
  std::optional<emulator::Session> values_part_;  ///< for values, where a part of the program is left out
  std::string values_end_;
  std::vector<std::string> computed_parts_;
  std::vector<std::ostream*> outputs_;
  std::unique_ptr<RunValues> values_;
  Measurement measurement_;
};

void run_program(const RunCommandOptions& options, Console& console) {
  emulator::check_cpu_path(options.values.host.cpu);
  check_host_options(options.host);
  Subject subject = open_subject(options);
  if (options.chip.print_config) {
    console.out << chip_toml(subject.chip);
    return;
  }
  complete(subject, options, console);
  ProgramRun run(options, console, std::move(subject));
  run.measure();
  run.write_files();
  run.print();
}

}  // namespace

void add_run_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<RunCommandOptions>();
  auto* run = app.add_subcommand("run", "Run a program on a chip: how long it takes and why");
  add_program_options(*run, console, options->program)
      ->required()
      ->description("Compiled program: .bmodel, also compressed (.bmodel.zst); or a model (.onnx), compiled first");
  add_model_options(*run, console, options->model);
  add_chip_options(*run, console, options->chip);
  add_file_option(*run, console, "--layers", options->layers,
                  "The compiler's tensor_location.json; default: the one beside the program, if there is one",
                  FileUse::kReads);
  for (std::size_t i = 0; i < options->outputs.size(); ++i)
    add_file_option(*run, console, run_outputs()[i].option, options->outputs[i], run_outputs()[i].help,
                    FileUse::kWrites);
  add_file_option(*run, console, "--vendor-profile", options->vendor_profile,
                  "Write a new folder in the format of the vendor's profiler (tpu_profile --mode time opens it)",
                  FileUse::kWritesFolder);
  run->add_option("--top", options->top, "Layers in the report's table; default: 10")
      ->check(CLI::Range(1, 1000000))
      ->type_name("N");
  add_value_options(*run, console, options->values);
  add_host_options(*run, options->host);
  add_choice<emulator::HazardCheck>(*run, "--hazards", options->hazards,
                                    {{"report", emulator::HazardCheck::kReport},
                                     {"error", emulator::HazardCheck::kError},
                                     {"off", emulator::HazardCheck::kOff}},
                                    "Missing waits between the engines: report, error (stop) or off")
      ->default_str("report");
  add_choice<Unwritten>(*run, "--uninitialised", options->unwritten,
                        {{"report", {emulator::UninitialisedCheck::kReport, false}},
                         {"error", {emulator::UninitialisedCheck::kError, false}},
                         {"off", {emulator::UninitialisedCheck::kOff, false}},
                         {"probe", {emulator::UninitialisedCheck::kReport, true}}},
                        "Reads of memory that was never written: report, error (stop), off, or probe "
                        "(report, and compute again with that memory filled otherwise)")
      ->default_str("report");
  run->add_option("--io-copies", options->io_copies,
                  "Copies of inputs and outputs that the firmware makes around the program: on (default; part of the "
                  "vendor's published times) or off (address modes that avoid them)")
      ->check(CLI::IsMember({"on", "off"}))
      ->type_name("on|off");
  run->callback([options, &console] {
    if (options->unwritten.probe && options->values.input.empty())
      throw CLI::RequiresError("--uninitialised probe", "--input");
    run_program(*options, console);
  });
}

}  // namespace bmemu::harness
