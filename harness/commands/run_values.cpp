// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/commands/run_values.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "harness/commands/cpu_option.h"
#include "harness/tensor/binding.h"
#include "harness/tensor/compare.h"
#include "harness/tensor/npy.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

void require_layers(const isa::Program& program) {
  if (!program.layers.results.empty()) return;
  throw Error({"E-LAYERS-NONE", program.source, "no layer map that states tensors", "--layers FILE",
               "tensors of layers are known from the compiler's layer map only"});
}

}  // namespace

void add_value_options(CLI::App& run, ValueOptions& options) {
  auto* input = run.add_option("--input", options.input, "Compute values too, from these inputs; without: time only")
                    ->type_name("FILE.npz|FILE.npy|random:SEED");
  run.add_flag("--fast-float", options.fast_float,
               "Sums of products of floats by a library: faster, the last bits may differ. Integers stay exact")
      ->needs(input);
  add_cpu_option(run, options.host.cpu)->needs(input)->type_name("SET");
  run.add_option("--output", options.output, "Write the outputs (NumPy arrays)")
      ->needs(input)
      ->type_name("FILE.npz|FILE.npy");
  run.add_option("--compare", options.reference,
                 "Compare outputs, and results of layers that have a reference, with these arrays; exit code 1 beyond "
                 "the tolerance")
      ->needs(input)
      ->type_name("REF.npz|REF.npy");
  run.add_option("--tolerance", options.tolerance,
                 "Largest absolute difference that --compare accepts; default 0: identical")
      ->check(CLI::NonNegativeNumber);
  run.add_option("--layer-tensors", options.layer_tensors, "Write the results of all layers of the layer map, as f32")
      ->needs(input)
      ->type_name("FILE.npz");
  auto* dump = run.add_option("--dump", options.dump,
                              "Write operands and results of commands: tiu:ID, gdma:FIRST-LAST, GROUP/tiu:ID (ids of "
                              "disasm) or the name of a layer")
                   ->needs(input)
                   ->type_name("COMMAND");
  auto* folder = run.add_option("--dump-to", options.dump_to, "New folder for --dump")->needs(dump)->type_name("DIR");
  dump->needs(folder);
}

RunValues::RunValues(const ValueOptions& options, emulator::Session& session, std::uint32_t first_group)
    : options_(options), session_(session) {
  const isa::Program& program = session.program();
  bind_inputs(session, inputs_from(options.input, program));
  if (!options.reference.empty()) {
    references_ = read_arrays(options.reference);
    layers_.emplace(program, references_);
    if (layers_->empty()) layers_.reset();
  }
  if (!options.layer_tensors.empty()) {
    require_layers(program);
    layer_arrays_.emplace(program);
  }
  if (layers_ || layer_arrays_) {
    watcher_ = std::make_unique<emulator::LayerResultWatcher>(
        program, [this](const isa::LayerResult& result, const memory::ChipMemory& memory) {
          if (layers_) layers_->add(result, session_.chip(), memory);
          if (layer_arrays_) layer_arrays_->add(result, session_.chip(), memory);
        });
    session.watch(*watcher_);
  }
  if (!options.dump.empty()) {
    dump_ = std::make_unique<CommandDump>(options.dump_to, choose_commands(options.dump, program, first_group), program,
                                          session.chip(), first_group);
    session.watch(*dump_);
  }
}

void RunValues::write() {
  if (!options_.output.empty()) write_arrays(options_.output, read_outputs(session_));
  if (layer_arrays_) write_arrays(options_.layer_tensors, layer_arrays_->arrays());
  if (dump_) dump_->commit();
}

RunValues::Verdict RunValues::compare() const {
  Verdict verdict;
  if (references_.empty()) return verdict;
  // References of layers alone are legal; without any, every output needs one.
  std::vector<Array> outputs = read_outputs(session_);
  if (layers_) {
    const auto has_none = [&](const Array& output) { return find_array(references_, output.name) == nullptr; };
    outputs.erase(std::remove_if(outputs.begin(), outputs.end(), has_none), outputs.end());
  }
  if (!outputs.empty()) {
    const auto differences = compare_arrays(outputs, references_);
    verdict.text += comparison_text("output", differences, options_.tolerance);
    for (const Difference& d : differences) verdict.is_within = verdict.is_within && d.within(options_.tolerance);
  }
  if (layers_) {
    const auto differences = layers_->differences();
    verdict.text += layer_comparison_text(differences, options_.tolerance);
    for (const LayerDifference& d : differences)
      verdict.is_within = verdict.is_within && d.difference.within(options_.tolerance);
  }
  std::vector<std::string> unused;
  for (const Array& reference : references_)
    if (!reference.name.empty() && isa::find_tensor(session_.program().outputs, reference.name) == nullptr &&
        !(layers_ && layers_->has(reference.name)))
      unused.push_back(reference.name);
  if (!unused.empty() && references_.size() > 1)
    verdict.text += fmt::format("references of no output and no layer: {}\n", fmt::join(unused, ", "));
  return verdict;
}

}  // namespace bmemu::harness
