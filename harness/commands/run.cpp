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

void run_program(const RunCommandOptions& options, Console& console) {
  const bool has_stdout = console.files.uses_stdout();
  emulator::check_cpu_path(options.values.host.cpu);
  check_host_options(options.host);
  const bool compiles = is_model(options.program.path);
  std::optional<isa::BModel> model;
  isa::Program program;
  if (!compiles) {
    require_no_model_options(options.model, options.program.path);
    model = open_bmodel(options.program);
    program = load_program(options.program, *model);
  }
  const isa::ChipSpec chip =
      compiles ? load_chip(options.chip, isa::Family::kBm1684x) : chip_of_program(options.chip, *model);
  if (options.chip.print_config) {
    console.out << chip_toml(chip);
    return;
  }
  std::string layers;
  Network network;  // of a model
  if (compiles) {
    OpenedProgram opened = compile_for_run(options, console);
    program = std::move(opened.program);
    network = std::move(opened.network);
  } else {
    isa::check_family(chip, program.family, options.program.path);
    isa::FoundLayerMap found = layers_for(options, program, console);
    program.layers = std::move(found.layers);
    layers = found.path;
  }
  const std::size_t groups = program.groups.size();
  if (options.io_copies == "on") program = kernels::with_io_copies(program);
  const bool has_copies = program.groups.size() != groups;
  emulator::SessionOptions session_options{options.unwritten.check, options.values.host};
  if (options.values.fast_float) session_options.host.floats = emulator::FloatMode::kFast;
  std::optional<emulator::Session> up_to;  // for values, where a part of the program is left out
  std::string values_end;
  std::vector<std::string> computed_parts;
  if (!options.values.input.empty() && !program.left_out.empty()) {
    ValuesPart part = values_part(program, *model);
    values_end = std::move(part.end);
    computed_parts = std::move(part.notes);
    up_to.emplace(std::move(part.program), chip,
                  emulator::SessionOptions{session_options.uninitialised, session_options.host, part.host_parts});
  }
  emulator::Session session(std::move(program), chip, session_options);
  emulator::Session& computed = up_to ? *up_to : session;

  CommandFiles& files = console.files;
  std::vector<std::ostream*> outputs;
  for (const std::string& path : options.outputs) outputs.push_back(files.open(path));

  std::unique_ptr<RunValues> values;
  if (!options.values.input.empty()) values = make_values(options, model, computed, files, has_copies ? 1U : 0U);

  Measurement measurement;
  auto listeners = measurement.listeners();
  {
    std::unique_ptr<Progress> progress;
    if (console.err_is_terminal && console.messages.are_notes_shown())
      listeners.push_back((progress = std::make_unique<Progress>(console.err)).get());
    if (values && !up_to)
      session.run(listeners, options.hazards);
    else
      session.time(listeners, options.hazards);
    if (up_to) up_to->run({}, options.hazards);
  }
  measurement.add_uninitialised(computed);
  if (values) {
    RunNotes notes = values->notes(options.unwritten.probe);
    notes.values_end = std::move(values_end);
    notes.texts.insert(notes.texts.end(), computed_parts.begin(), computed_parts.end());
    measurement.add_notes(std::move(notes));
  }

  measurement.set_host(host_stage(options.host, session.program(), measurement.result().time_ms()));

  const RunResult& result = measurement.result();
  bool needs_network = !options.vendor_profile.empty();
  for (std::size_t i = 0; i < outputs.size(); ++i)
    needs_network = needs_network || (outputs[i] != nullptr && run_outputs()[i].needs_network);
  if (needs_network)
    measurement.set_network(compiles ? network : network_of_program(session.program(), *model, layers));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i] != nullptr) run_outputs()[i].write(measurement.run(), options.outputs[i], *outputs[i]);
  if (!options.vendor_profile.empty())
    write_vendor_profile(measurement.run(), files.open_folder(options.vendor_profile));
  if (values) values->write();
  files.commit();
  if (!has_stdout)
    console.out << run_text(result, {options.top, console.terminal.width, console.terminal.colour})
                << folded(host_stage_text(options.host, result.notes.host), console.terminal.width, 2);
  if (!values) return;
  const RunValues::Verdict verdict = values->compare(has_stdout ? 0 : console.terminal.width);
  (has_stdout ? console.err : console.out) << verdict.text;
  if (has_stdout)
    for (const std::string& note : result.notes.texts) console.messages.warn(note);
  if (!verdict.is_within) console.exit_code = kCheckFailed;
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
