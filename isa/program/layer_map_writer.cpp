// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <nlohmann/json.hpp>

#include "isa/program/layer_map.h"

namespace bmemu::isa {

namespace {

nlohmann::ordered_json tensors_json(const std::vector<LayerTensorText>& texts) {
  nlohmann::ordered_json tensors = nlohmann::ordered_json::array();
  for (const LayerTensorText& text : texts) {
    nlohmann::ordered_json tensor = {{"name", text.name}, {"memory_type", text.memory_type}};
    if (!text.layout.empty()) tensor["layout"] = text.layout;
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace

std::string layer_map_text(const Program& program, const std::vector<LayerTexts>& texts) {
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  for (const LayerSpan& span : program.layers.spans) {
    nlohmann::ordered_json record;
    record["subnet_id"] = program.groups.at(span.group).subnet;
    record["opcode"] = program.layers.kinds.at(span.layer);
    record["tiu_dma_id(before)"] = {span.tiu_before, span.gdma_before};
    record["tiu_dma_id(after)"] = {span.tiu_after, span.gdma_after};
    const LayerTexts* const known = span.layer < texts.size() ? &texts[span.layer] : nullptr;
    record["operands"] = known ? tensors_json(known->operands) : nlohmann::ordered_json::array();
    if (known && !known->results.empty())
      record["results"] = tensors_json(known->results);
    else
      record["results"] = {{{"name", program.layers.names.at(span.layer)}}};
    records.push_back(std::move(record));
  }
  return records.dump(1) + "\n";
}

}  // namespace bmemu::isa
