// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/network_places.h"

#include <map>
#include <utility>

namespace bmemu::harness {
namespace {

void find_places(Network& network, const RunResult& result) {
  std::map<std::string, bool> stores;
  for (const LayerCost& layer : result.layers) {
    const auto written =
        layer.traffic.of(emulator::Direction::kL2S).bytes + layer.traffic.of(emulator::Direction::kS2S).bytes;
    stores[layer.name] = stores[layer.name] || written != 0;
  }
  for (NetworkOperator& op : network.operators)
    if (const auto found = stores.find(op.name); found != stores.end())
      for (NetworkTensor& tensor : op.results) tensor.is_local = !found->second;
}

}  // namespace

void set_network(Run& run, Network network) {
  if (!network.states_places) find_places(network, run.result);
  run.network = std::move(network);
}

}  // namespace bmemu::harness
