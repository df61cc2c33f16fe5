// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/open_program.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "isa/bmodel/writer.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

isa::ChipSpec with_settings(isa::ChipSpec spec, const ChipChoice& choice) {
  for (const auto& setting : choice.settings) isa::apply_setting(spec, setting);
  isa::check_chip(spec);
  return spec;
}

OpenedProgram open_model(const ProgramSource& source, const StepWatcher& step, const Checkpoint& checkpoint) {
  require_no_program_options(source);
  OpenedProgram opened;
  opened.chip = load_chip(source.chip, isa::Family::kBm1684x);
  const PreparedModel prepared = prepare_model(source.model, opened.chip, step);
  if (step) step("lower");
  opened.program = lower_model(prepared.graph, opened.chip, source.model, checkpoint);
  opened.network = network_of_model(opened.program, prepared.graph);
  return opened;
}

NetworkTensor tensor_of(const kernels::Value& value) {
  NetworkTensor tensor;
  tensor.name = value.name;
  for (std::size_t i = 0; i < value.shape.size(); ++i)
    if (i == 0 || value.shape[i] != 1) tensor.shape.push_back(static_cast<std::uint64_t>(value.shape[i]));
  tensor.type = isa::name(value.type);
  return tensor;
}

}  // namespace

isa::ChipSpec load_chip(const ChipChoice& choice, std::optional<isa::Family> fallback) {
  std::string chip = choice.chip;
  if (chip.empty() && choice.product.empty() && fallback) chip = name(*fallback);
  return with_settings(isa::load_chip(chip, choice.product), choice);
}

isa::ChipSpec chip_of_program(const ChipChoice& choice, const isa::BModel& model) {
  if (choice.chip.empty() && choice.product.empty())
    for (const isa::BModelNetwork& network : model.networks())
      for (const isa::BModelStage& stage : network.stages)
        if (const std::string text = isa::chip_text_of(stage.statistics); !text.empty())
          return with_settings(isa::load_recorded_chip(text, model.source()), choice);
  return load_chip(choice, model.family());
}

isa::FoundLayerMap find_layers(const std::string& layers, const std::string& program_path,
                               const isa::Program& program) {
  if (layers.empty()) return isa::find_layer_map(program_path, program);
  return {layers, isa::load_layer_map(layers, program), {}};
}

void require_no_program_options(const ProgramSource& source) {
  const auto fail = [&](const char* option, const std::string& found, const char* sentence) {
    throw Error(
        {"E-USAGE", option, found, fmt::format("a compiled program; {} is a model", source.model.path), sentence});
  };
  if (!source.layers.empty()) fail("--layers", source.layers, "a model needs no layer map: its layers are its own");
  if (!source.selection.network.empty()) fail("--net", source.selection.network, "a model is one network");
  if (source.selection.stage != 0) fail("--stage", std::to_string(source.selection.stage), "a model has one stage");
}

OpenedProgram open_program(const ProgramSource& source, const StepWatcher& step, const Checkpoint& checkpoint) {
  const std::string& path = source.model.path;
  if (is_model(path)) return open_model(source, step, checkpoint);
  require_no_model_options(source.model, path);
  const isa::BModel model = isa::BModel::open(path);
  OpenedProgram opened;
  opened.program = isa::load_program(model, source.selection);
  opened.chip = chip_of_program(source.chip, model);
  isa::check_family(opened.chip, opened.program.family, path);
  isa::FoundLayerMap found = find_layers(source.layers, path, opened.program);
  opened.program.layers = std::move(found.layers);
  opened.layer_map = found.path;
  opened.rejected_layer_maps = std::move(found.rejected);
  opened.network = make_network(
      opened.program, found.path.empty() ? std::vector<isa::LayerRecord>() : isa::load_layer_records(found.path),
      model.compiler_version());
  return opened;
}

Network network_of_model(const isa::Program& program, const kernels::Graph& graph) {
  std::map<std::string, const kernels::Node*> makers;
  for (const kernels::Node& node : graph.nodes) makers.emplace(graph.output(node).name, &node);
  std::vector<isa::LayerRecord> records;
  for (const isa::LayerSpan& span : program.layers.spans) {
    isa::LayerRecord record;
    record.name = program.layers.names[span.layer];
    record.kind = program.layers.kinds[span.layer];
    records.push_back(std::move(record));
  }
  Network network = make_network(program, records, "bmemu");
  for (NetworkOperator& op : network.operators) {
    const auto found = makers.find(op.name);
    if (found == makers.end()) continue;
    const kernels::Node& node = *found->second;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) op.operands.push_back(tensor_of(graph.input(node, i)));
    op.results.push_back(tensor_of(graph.output(node)));
  }
  return network;
}

}  // namespace bmemu::harness
