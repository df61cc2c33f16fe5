// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/layer_index.h"

namespace bmemu::harness {

LayerIndex::LayerIndex(const isa::Program& program) {
  if (program.layers.empty()) return;
  for (std::uint32_t g = 0; g < program.groups.size(); ++g) {
    const auto& group = program.groups[g];
    groups_.push_back({program.layers.layer_of_commands(isa::Engine::kTiu, g, group.tiu.commands.size()),
                       program.layers.layer_of_commands(isa::Engine::kGdma, g, group.gdma.commands.size())});
  }
}

std::uint32_t LayerIndex::layer(isa::Engine engine, std::uint32_t group, std::uint32_t index) const {
  if (group >= groups_.size()) return isa::LayerMap::kNone;
  const auto& layers = engine == isa::Engine::kTiu ? groups_[group].tiu : groups_[group].gdma;
  return index < layers.size() ? layers[index] : isa::LayerMap::kNone;
}

}  // namespace bmemu::harness
