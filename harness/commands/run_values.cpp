// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/commands/run_values.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "harness/commands/options/choice.h"
#include "harness/commands/options/cpu_option.h"
#include "harness/commands/options/file_options.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/compare.h"
#include "harness/tensor/npy.h"
#include "isa/chip/chip_changes.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

void require_layers(const isa::Program& program) {
  if (!program.layers.results.empty()) return;
  throw Error({"E-LAYERS-NONE", program.source, "no layer map that states tensors", "--layers FILE",
               "tensors of layers are known from the compiler's layer map only"});
}

}  // namespace

void add_value_options(CLI::App& run, Console& console, ValueOptions& options) {
  auto* input = run.add_option("--input", options.input, "Compute values too, from these inputs; without: time only")
                    ->type_name("FILE.npz|FILE.npy|random:SEED");
  declare_files(run, console, *input, FileUse::kReads, [&options] {
    return is_random(options.input) ? std::vector<std::string>() : std::vector<std::string>{options.input};
  });
  add_choice<InputLayout>(run, "--input-layout", options.layout,
                          {{"nchw", InputLayout::kNchw}, {"nhwc", InputLayout::kNhwc}},
                          "Order of the dimensions of input arrays of four: nchw (default, the program's) or nhwc")
      ->needs(input);
  run.add_flag("--fast-float", options.fast_float,
               "Sums of products of floats by a library: faster, the last bits may differ. Integers stay exact")
      ->needs(input);
  add_cpu_option(run, options.host.cpu)->needs(input)->type_name("SET");
  add_file_option(run, console, "--output", options.output, "Write the outputs (NumPy arrays)", FileUse::kWritesArrays)
      ->needs(input)
      ->type_name("FILE.npz|FILE.npy");
  auto* compare =
      add_file_option(
          run, console, "--compare", options.reference,
          "Compare outputs, and results of layers that have a reference, with these arrays; exit code 1 beyond "
          "the tolerance",
          FileUse::kReads)
          ->needs(input)
          ->type_name("REF.npz|REF.npy");
  run.add_option("--tolerance", options.tolerance,
                 "Largest absolute difference that --compare accepts; default 0: identical")
      ->check([](const std::string& text) {
        double value = -1;
        const bool is_legal = CLI::detail::lexical_cast(text, value) && value >= 0 && std::isfinite(value);
        return is_legal ? "" : text + " is no finite number from 0";
      })
      ->needs(compare);
  add_file_option(run, console, "--layer-tensors", options.layer_tensors,
                  "Write the results of all layers of the layer map, as f32", FileUse::kWritesArrays)
      ->needs(input)
      ->type_name("FILE.npz");
  auto* dump = run.add_option("--dump", options.dump,
                              "Write operands and results of commands: tiu:ID, gdma:FIRST-LAST, GROUP/tiu:ID (ids of "
                              "disasm) or the name of a layer")
                   ->needs(input)
                   ->type_name("COMMAND");
  auto* folder =
      add_file_option(run, console, "--dump-to", options.dump_to, "New folder for --dump", FileUse::kWritesFolder)
          ->needs(dump)
          ->type_name("DIR");
  dump->needs(folder);
}

RunValues::RunValues(const ValueOptions& options, emulator::Session& session, CommandFiles& files,
                     std::uint32_t first_group)
    : options_(options), session_(session), counter_(session.program()) {
  const isa::Program& program = session.program();
  if (const std::string reason = isa::geometry_mismatch(program, session.chip()); !reason.empty())
    throw Error({"E-CHIP-GEOMETRY", program.source, reason,
                 "the chip that the program was compiled for; without --input its times are given",
                 "a program is tiled for its chip: on another its values would be those of no chip"});
  outputs_ = files.open(options.output);
  layer_tensors_ = files.open(options.layer_tensors);
  if (outputs_ != nullptr) check_array_count(options.output, program.outputs.size());
  inputs_ = inputs_from(options.input, program, &notes_);
  bind_inputs(session, inputs_, layout(), &notes_);
  if (!options.reference.empty()) {
    references_ = read_arrays(options.reference);
    layers_.emplace(program, references_);
    if (layers_->empty()) layers_.reset();
    check_references();
  }
  if (!options.layer_tensors.empty()) {
    require_layers(program);
    layer_arrays_.emplace(program);
  }
  watcher_ = std::make_unique<emulator::LayerResultWatcher>(
      program, [this](const isa::LayerResult& result, const memory::ChipMemory& memory) {
        counter_.add(result, session_.chip(), memory);
        if (layers_) layers_->add(result, session_.chip(), memory);
        if (layer_arrays_) layer_arrays_->add(result, session_.chip(), memory);
      });
  session.watch(*watcher_);
  if (!options.dump.empty()) {
    dump_ = std::make_unique<CommandDump>(files.open_folder(options.dump_to),
                                          choose_commands(options.dump, program, first_group), program, session.chip(),
                                          first_group);
    session.watch(*dump_);
  }
}

/// Random inputs are made in the program's order.
InputLayout RunValues::layout() const { return is_random(options_.input) ? InputLayout::kNchw : options_.layout; }

/// What can be known before the run: every output has a reference of its size, or layers have some.
void RunValues::check_references() const {
  if (references_.empty() ||
      std::all_of(references_.begin(), references_.end(), [](const Array& array) { return array.elements() == 0; }))
    throw Error({"E-COMPARE-NONE", options_.reference, "no element", "arrays of outputs or results of layers",
                 "nothing would be compared, which is not a pass"});
  const auto& outputs = session_.program().outputs;
  for (const isa::TensorInfo& output : outputs) {
    const bool is_only = outputs.size() == 1 && references_.size() == 1;
    const Array* reference = is_only ? &references_.front() : find_reference(references_, output.name);
    if (reference == nullptr || (is_only && layers_)) continue;
    std::uint64_t elements = 1;
    for (const std::uint64_t dimension : output.shape) elements *= dimension;
    if (reference->elements() != elements)
      throw Error({"E-TENSOR-SHAPE", output.name, fmt::format("{} elements", reference->elements()),
                   fmt::format("{} elements", elements), "a reference has another size than its output"});
  }
  if (layers_ || (outputs.size() == 1 && references_.size() == 1)) return;
  for (const isa::TensorInfo& output : outputs)
    if (find_reference(references_, output.name) == nullptr)
      throw Error({"E-TENSOR-NAME", options_.reference, fmt::format("no array \"{}\"", output.name),
                   isa::names_of(outputs), "an output has no reference of its name"});
}

RunNotes RunValues::notes(bool probe) {
  RunNotes notes;
  notes.texts = notes_;
  counter_.add_outputs(read_outputs(session_));
  notes.counts = counter_.counts();
  const auto bind = [this](emulator::Session& session) { bind_inputs(session, inputs_, layout()); };
  if (counter_.has_not_finite()) notes.first_not_finite = first_not_finite(session_, options_.host, bind);
  if (probe && session_.uninitialised_count() > 0) notes.probe = probe_unwritten(session_, options_.host, bind);
  return notes;
}

void RunValues::write() {
  if (outputs_ != nullptr) write_arrays(options_.output, read_outputs(session_), *outputs_);
  if (layer_tensors_ != nullptr) write_arrays(options_.layer_tensors, layer_arrays_->arrays(), *layer_tensors_);
  if (dump_) dump_->finish();
}

RunValues::Verdict RunValues::compare(std::size_t width) const {
  Verdict verdict;
  if (references_.empty()) return verdict;
  // References of layers alone are legal; without any, every output needs one.
  std::vector<Array> outputs = read_outputs(session_);
  if (layers_) {
    const auto has_none = [&](const Array& output) { return find_reference(references_, output.name) == nullptr; };
    outputs.erase(std::remove_if(outputs.begin(), outputs.end(), has_none), outputs.end());
  }
  if (!outputs.empty()) {
    const auto differences = compare_arrays(outputs, references_);
    verdict.text += comparison_text("output", differences, options_.tolerance, width);
    for (const std::string& note : reference_notes(outputs, references_)) verdict.text += note + "\n";
    for (const Difference& d : differences) verdict.is_within = verdict.is_within && d.within(options_.tolerance);
  }
  if (layers_) {
    const auto differences = layers_->differences();
    verdict.text += layer_comparison_text(differences, options_.tolerance, width);
    for (const LayerDifference& d : differences)
      verdict.is_within = verdict.is_within && d.difference.within(options_.tolerance);
  }
  const auto is_output = [&](const std::string& reference) {
    const auto& all = session_.program().outputs;
    return std::any_of(all.begin(), all.end(), [&](const isa::TensorInfo& output) {
      const Array* found = find_reference(references_, output.name);
      return found != nullptr && found->name == reference;
    });
  };
  std::vector<std::string> unused;
  for (const Array& reference : references_)
    if (!reference.name.empty() && !is_output(reference.name) && !(layers_ && layers_->has(reference.name)))
      unused.push_back(reference.name);
  if (!unused.empty() && references_.size() > 1)
    verdict.text += fmt::format("references of no output and no layer: {}\n", fmt::join(unused, ", "));
  return verdict;
}

}  // namespace bmemu::harness
