// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/program_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "harness/report/chip_output.h"
#include "isa/bmodel/writer.h"
#include "isa/program/layer_map.h"

namespace bmemu::harness {
namespace {

isa::LayerTensorText text_of(const NetworkTensor& tensor, bool states_places) {
  isa::LayerTensorText text;
  text.name = tensor.name;
  text.memory_type = fmt::format("<{}x{}>", fmt::join(tensor.shape, "x"), tensor.type);
  if (states_places) text.layout = tensor.is_local ? "eu_align" : "continuous";
  return text;
}

std::vector<isa::LayerTexts> texts_of(const isa::LayerMap& layers, const Network& network) {
  const auto operators = operators_by_key(network);
  std::vector<isa::LayerTexts> texts(layers.names.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto found = operators.find({layers.names[i], short_kind(layers.kinds[i])});
    if (found == operators.end()) continue;
    const NetworkOperator& op = network.operators[found->second];
    for (const NetworkTensor& tensor : op.operands) texts[i].operands.push_back(text_of(tensor, network.states_places));
    for (const NetworkTensor& tensor : op.results) texts[i].results.push_back(text_of(tensor, network.states_places));
  }
  return texts;
}

}  // namespace

std::string layer_map_path(const std::string& program) {
  return program.empty() ? std::string() : std::filesystem::path(program).replace_extension(".json").string();
}

std::size_t write_program(const isa::Program& program, const Network& network, const isa::ChipSpec& chip,
                          std::ostream& bmodel, std::ostream& layers) {
  isa::BModelNotes notes;
  notes.chip_text = chip_toml(chip);
  const auto bytes = isa::write_bmodel(program, notes);
  bmodel.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  layers << isa::layer_map_text(program, texts_of(program.layers, network));
  return bytes.size();
}

}  // namespace bmemu::harness
