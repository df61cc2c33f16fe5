// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What each layer of the network cost.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/measure/listeners/critical_path.h"
#include "harness/measure/listeners/cycle_stack.h"
#include "harness/measure/listeners/traffic.h"
#include "harness/measure/network.h"

namespace bmemu::harness {

struct Interval {
  emulator::Picoseconds begin_ps = 0;
  emulator::Picoseconds end_ps = 0;
};

struct LayerCost {
  std::string name;  ///< empty for commands that belong to no layer
  std::string kind;
  EngineTotals tiu;
  EngineTotals gdma;
  Traffic traffic;
  std::vector<Interval> active;           ///< when at least one of its commands ran; disjoint, in order
  emulator::Picoseconds critical_ps = 0;  ///< its part of the critical path
  emulator::TimeStack critical{};         ///< the same by cause

  emulator::Picoseconds active_ps() const;
};

/// Index into `layers` by the key that operators of the network have too; of several with one key the first.
std::map<OperatorKey, std::size_t> layers_by_key(const std::vector<LayerCost>& layers);

/// Costs by layer. Commands without a layer go into a last entry without a name.
class LayerCosts : public emulator::Listener {
 public:
  void on_start(const emulator::RunStart& start) override;
  void on_command(const emulator::CommandEvent& event) override;
  /// The same for a run that was not listened to: one entry for each layer and one for no layer, then its commands.
  void start(std::vector<LayerCost> layers) { layers_ = std::move(layers); }
  void add(const emulator::CommandEvent& event, std::uint32_t layer);
  /// Adds each layer's part of the critical path. Together with `path.tail` the layers sum to the run's length.
  void charge(const CriticalPath& path, const CommandLog& log);
  /// In the order of the layer map; the last one holds commands of no layer.
  const std::vector<LayerCost>& layers() const { return layers_; }

 private:
  LayerCost& of(std::uint32_t layer);
  LayerIndex index_;
  std::vector<LayerCost> layers_;
};

}  // namespace bmemu::harness
