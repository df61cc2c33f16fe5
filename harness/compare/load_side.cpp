// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/load_side.h"

#include <filesystem>
#include <map>
#include <utility>

namespace bmemu::harness {

namespace {

/// A model's operators do not say where their results lie: those are local whose layer writes nothing to global memory.
void find_local_results(Network& network, const RunResult& result) {
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

Side side_of_run(Run run, std::shared_ptr<const LoadedProgram> program, const std::string& path,
                 const HostModel& host) {
  Side side;
  side.name = std::filesystem::path(path).filename().string();
  side.program = std::move(program);
  side.host = host;
  side.run = std::move(run);
  if (is_model(path)) find_local_results(side.run.network, side.run.result);
  return side;
}

Side side_of_program(OpenedProgram opened, const std::string& path, const HostModel& host) {
  const auto program = std::make_shared<const LoadedProgram>(std::move(opened.program));
  Run run = measure({program, opened.chip, host});
  run.network = std::move(opened.network);
  return side_of_run(std::move(run), program, path, host);
}

Side side_of_profile(const VendorProfile& profile, const Run* emulated) {
  Side side;
  side.name = profile.name;
  side.evidence = "profile";
  side.run = run_of_profile(profile, emulated);
  return side;
}

}  // namespace bmemu::harness
