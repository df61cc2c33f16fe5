// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The elements of a tensor of the layer map, read out of memory, and the moments when such tensors are whole.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "emulator/dispatch/watch.h"
#include "isa/program/layer_tensor.h"
#include "isa/program/program.h"

namespace bmemu::emulator {

/// The elements of the slice as stored, in the order n, c, d, h, w, without gaps.
/// Errors: E-MEMORY-RANGE (the map belongs to another program or chip).
std::vector<std::uint8_t> read_layer_tensor(const isa::LayerTensor& tensor, const isa::ChipSpec& chip,
                                            const memory::ChipMemory& memory);

/// Calls `whole` for every result of the program's layer map as soon as the commands that make it have computed: before
/// a later command can overwrite it. Contract: one run; `program` must outlive this object.
class LayerResultWatcher : public ExecutionWatcher {
 public:
  using Whole = std::function<void(const isa::LayerResult&, const memory::ChipMemory&)>;

  LayerResultWatcher(const isa::Program& program, Whole whole);
  void after(const ExecutedCommand& command, const memory::ChipMemory& memory) override;

 private:
  bool is_whole(const isa::LayerResult& result) const;

  const isa::Program* program_;
  Whole whole_;
  std::uint32_t group_ = 0;
  std::uint32_t done_[2] = {0, 0};  ///< commands of the group that have computed, by engine
  std::vector<const isa::LayerResult*> open_;
};

}  // namespace bmemu::emulator
