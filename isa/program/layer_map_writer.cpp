// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <nlohmann/json.hpp>

#include "isa/program/layer_map.h"

namespace bmemu::isa {

std::string layer_map_text(const Program& program) {
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  for (const LayerSpan& span : program.layers.spans) {
    nlohmann::ordered_json record;
    record["subnet_id"] = program.groups.at(span.group).subnet;
    record["opcode"] = program.layers.kinds.at(span.layer);
    record["tiu_dma_id(before)"] = {span.tiu_before, span.gdma_before};
    record["tiu_dma_id(after)"] = {span.tiu_after, span.gdma_after};
    record["operands"] = nlohmann::ordered_json::array();
    record["results"] = {{{"name", program.layers.names.at(span.layer)}}};
    records.push_back(std::move(record));
  }
  return records.dump(1) + "\n";
}

}  // namespace bmemu::isa
