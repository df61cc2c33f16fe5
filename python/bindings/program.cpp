// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "python/bindings/program.h"

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "emulator/session/session.h"
#include "harness/compare/load_side.h"
#include "harness/compile/program_files.h"
#include "harness/cpu_layers/values_part.h"
#include "harness/measure/measurement.h"
#include "harness/measure/network_places.h"
#include "harness/output/output_file.h"
#include "harness/report/run_outputs.h"
#include "harness/tensor/binding.h"
#include "isa/chip/chip_changes.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"
#include "kernels/io_copies.h"

namespace bmemu::python {
namespace {

/// One run at a time in a process.
std::timed_mutex& simulation() {
  static std::timed_mutex mutex;
  return mutex;
}

/// The lock on it, or what `interrupt` throws.
std::unique_lock<std::timed_mutex> wait_for_simulation(const Interrupt& interrupt) {
  std::unique_lock<std::timed_mutex> lock(simulation(), std::defer_lock);
  while (!lock.try_lock_for(std::chrono::milliseconds(50))) interrupt.check();
  return lock;
}

/// Compiling a model runs candidates on the emulator.
harness::OpenedProgram open_alone(const harness::ProgramSource& source, const Interrupt& interrupt) {
  const auto lock = wait_for_simulation(interrupt);
  return harness::open_program(
      source, [&](const std::string&) { interrupt.check(); }, [&] { interrupt.check(); });
}

/// A run and the outputs that it computed.
std::pair<harness::Run, std::vector<harness::Array>> run_values(const harness::OpenedProgram& opened,
                                                                const isa::ChipSpec& chip,
                                                                const std::vector<harness::Array>& inputs,
                                                                std::vector<std::string> notes,
                                                                const RunRequest& request, Interrupt& interrupt) {
  const isa::Program& original = opened.program;
  if (const std::string reason = isa::geometry_mismatch(original, chip); !reason.empty())
    throw Error({"E-CHIP-GEOMETRY", original.source, reason,
                 "the chip that the program was compiled for; without inputs its times are given",
                 "a program is tiled for its chip: on another its values would be those of no chip"});
  isa::Program program = request.io_copies ? kernels::with_io_copies(original) : original;
  emulator::SessionOptions options;
  if (request.fast_float) options.host.floats = emulator::FloatMode::kFast;
  const bool is_whole = program.left_out.empty();
  harness::ValuesPart part{program, {}, {}, {}};
  if (!is_whole) part = harness::values_part(program, isa::BModel::open(original.source));
  options.host_parts = std::move(part.host_parts);
  notes.insert(notes.end(), part.notes.begin(), part.notes.end());
  emulator::Session computed(std::move(part.program), chip, options);
  options.host_parts.clear();
  harness::bind_inputs(computed, inputs, harness::InputLayout::kNchw, &notes);
  computed.watch(interrupt);
  harness::Measurement measurement;
  if (is_whole) {
    computed.run(measurement.listeners());
  } else {  // times of the whole, values up to the first part that is left out
    emulator::Session(std::move(program), chip, options).time(measurement.listeners());
    computed.run();
  }
  measurement.add_uninitialised(computed);
  harness::RunNotes run_notes;
  run_notes.texts = std::move(notes);
  run_notes.values_end = std::move(part.end);
  measurement.add_notes(std::move(run_notes));
  return {measurement.take(), harness::read_outputs(computed)};
}

}  // namespace

Program::Program(const harness::ProgramSource& source, Interrupt& interrupt)
    : path_(source.model.path),
      opened_(open_alone(source, interrupt)),
      loaded_(std::make_shared<const harness::LoadedProgram>(opened_.program)) {}

std::vector<std::string> Program::notes() const {
  std::vector<std::string> notes;
  for (const auto& message : opened_.rejected_layer_maps) notes.push_back("layer map not used: " + message);
  for (const auto& part : opened_.program.left_out)
    notes.push_back(fmt::format("left out: {} ({})", part.what, part.id));
  return notes;
}

isa::ChipSpec Program::chip_for(const harness::ChipChoice& choice) const {
  if (!choice.chip.empty() || !choice.product.empty()) {
    isa::ChipSpec chip = harness::load_chip(choice, std::nullopt);
    isa::check_family(chip, opened_.program.family, opened_.program.source);
    return chip;
  }
  isa::ChipSpec chip = opened_.chip;
  for (const auto& setting : choice.settings) isa::apply_setting(chip, setting);
  isa::check_chip(chip);
  return chip;
}

FinishedRun Program::time_run(const RunRequest& request, Interrupt& interrupt) const {
  const harness::Point point{loaded_, chip_for(request.chip), {request.io_copies}};
  const auto lock = wait_for_simulation(interrupt);
  return finished(harness::measure(point, {&interrupt}), {}, request);
}

FinishedRun Program::finished(harness::Run run, std::vector<harness::Array> outputs, const RunRequest& request) const {
  harness::set_network(run, opened_.network);
  return {std::move(run), std::move(outputs), loaded_, path_, request.io_copies};
}

FinishedRun Program::run(const std::vector<harness::Array>& inputs, const RunRequest& request,
                         Interrupt& interrupt) const {
  const isa::ChipSpec chip = chip_for(request.chip);
  std::vector<std::string> notes;
  const auto ordered = harness::order_inputs(inputs, opened_.program, "inputs", &notes);
  const auto lock = wait_for_simulation(interrupt);
  auto [run, outputs] = run_values(opened_, chip, ordered, std::move(notes), request, interrupt);
  return finished(std::move(run), std::move(outputs), request);
}

FinishedRun Program::run(const std::string& inputs, const RunRequest& request, Interrupt& interrupt) const {
  const isa::ChipSpec chip = chip_for(request.chip);
  std::vector<std::string> notes;
  const auto arrays = harness::inputs_from(inputs, opened_.program, &notes);
  const auto lock = wait_for_simulation(interrupt);
  auto [run, outputs] = run_values(opened_, chip, arrays, std::move(notes), request, interrupt);
  return finished(std::move(run), std::move(outputs), request);
}

emulator::Picoseconds Program::time(const RunRequest& request) const {
  const harness::Point point{loaded_, chip_for(request.chip), {request.io_copies}};
  const std::lock_guard<std::timed_mutex> lock(simulation());
  return harness::measure_length(point);
}

void Program::save(const std::string& path) const {
  harness::OutputFile program(path);
  harness::OutputFile layers(harness::layer_map_path(path));
  harness::write_program(opened_.program, opened_.network, opened_.chip, program.stream(), layers.stream());
  program.finish();
  layers.finish();
  program.commit();
  layers.commit();
}

void FinishedComparison::write_page(const std::string& path) const {
  harness::OutputFile file(path);
  harness::write_compare_page(a, b, comparison, file.stream());
  file.commit();
}

FinishedComparison compare_runs(const FinishedRun& a, const FinishedRun& b, const Interrupt& interrupt) {
  const auto lock = wait_for_simulation(interrupt);
  const auto side = [](const FinishedRun& finished) {
    return harness::side_of_run(finished.run, finished.program, finished.path, {finished.io_copies});
  };
  FinishedComparison compared{side(a), side(b), {}};
  harness::drop_layers_of_one(compared.a, compared.b);
  compared.comparison = harness::compare(compared.a, compared.b);
  return compared;
}

void write_report(const FinishedRun& finished, const std::string& option, const std::string& path) {
  for (const harness::RunOutput& output : harness::run_outputs())
    if (option == output.option) {
      harness::OutputFile file(path);
      output.write(finished.run, path, file.stream());
      file.commit();
      return;
    }
  throw std::invalid_argument("a run has no report " + option);
}

}  // namespace bmemu::python
