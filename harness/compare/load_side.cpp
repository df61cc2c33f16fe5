// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/load_side.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "harness/measure/log_totals.h"
#include "harness/measure/network_places.h"

namespace bmemu::harness {
namespace {

/// The run with what is of no operator of its network in the layers that it had, and all else in the last one.
Run without_operators(const Run& run) {
  Run result = without_commands(run);
  result.network.operators.clear();
  const auto operators = operators_by_key(run.network);
  std::vector<LayerCost> kept;
  std::vector<std::uint32_t> number(run.result.layers.size(), isa::LayerMap::kNone);
  for (std::size_t i = 0; i < number.size(); ++i) {
    LayerCost& layer = result.result.layers[i];
    const bool is_last = i + 1 == number.size();
    if (!is_last && operators.count({layer.name, short_kind(layer.kind)}) != 0) continue;
    if (!is_last) number[i] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(std::move(layer));
  }
  result.result.layers = std::move(kept);
  for (CommandRecord record : run.log.records()) {
    if (record.layer != isa::LayerMap::kNone) record.layer = number[record.layer];
    result.log.add(record, run.log.operation(record), run.log.stack(record));
  }
  result.log.finish(run.log.length_ps());
  add_log_totals(result);
  return result;
}

/// As if it had no layer map: commands belong to no layer, but for the firmware's copies.
Side without_layers(const Side& side) {
  Side result = side;
  if (side.program == nullptr) {
    result.run = without_operators(side.run);
    return result;
  }
  isa::Program program = side.program->with({false});
  program.layers = {};
  result.program = std::make_shared<const LoadedProgram>(program);
  result.run = measure({result.program, side.run.result.chip, side.host});
  result.run.network = side.run.network;
  result.run.network.operators.clear();
  return result;
}

}  // namespace

Side side_of_run(Run run, std::shared_ptr<const LoadedProgram> program, const std::string& path,
                 const HostModel& host) {
  Side side;
  side.name = std::filesystem::path(path).filename().string();
  side.program = std::move(program);
  side.host = host;
  side.run = std::move(run);
  return side;
}

Side side_of_program(OpenedProgram opened, const std::string& path, const HostModel& host) {
  const auto program = std::make_shared<const LoadedProgram>(std::move(opened.program));
  Run run = measure({program, opened.chip, host});
  set_network(run, std::move(opened.network));
  return side_of_run(std::move(run), program, path, host);
}

const Side* drop_layers_of_one(Side& a, Side& b) {
  if (a.run.network.operators.empty() == b.run.network.operators.empty()) return nullptr;
  const bool has_a = !a.run.network.operators.empty();
  Side& with = has_a ? a : b;
  with = without_layers(with);
  return has_a ? &b : &a;
}

Side side_of_profile(const VendorProfile& profile, const Run* emulated) {
  Side side;
  side.name = profile.name;
  side.evidence = "profile";
  side.run = run_of_profile(profile, emulated);
  return side;
}

}  // namespace bmemu::harness
