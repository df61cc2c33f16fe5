// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which layer a command came from.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::harness {

class LayerIndex {
 public:
  LayerIndex() = default;
  explicit LayerIndex(const isa::Program& program);

  /// Index into LayerMap::names, or LayerMap::kNone. `index`: position in the stream of the group.
  std::uint32_t layer(isa::Engine engine, std::uint32_t group, std::uint32_t index) const;

 private:
  struct Group {
    std::vector<std::uint32_t> tiu;
    std::vector<std::uint32_t> gdma;
  };
  std::vector<Group> groups_;
};

}  // namespace bmemu::harness
