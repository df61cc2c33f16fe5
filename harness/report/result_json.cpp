// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/result_json.h"

#include "emulator/arithmetic/fast_gemm.h"
#include "harness/report/chip_output.h"
#include "harness/version.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

double ms(emulator::Picoseconds time) { return static_cast<double>(time) / 1e9; }

double ratio(emulator::Picoseconds part, emulator::Picoseconds whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

Json by_direction(const Traffic& traffic, Json (*value)(const DirectionTotals&)) {
  Json json;
  for (const auto direction : kMovingDirections) json[std::string(name(direction))] = value(traffic.of(direction));
  return json;
}

Json bytes_of(const DirectionTotals& totals) { return totals.bytes; }
Json bandwidth_of(const DirectionTotals& totals) { return totals.commands == 0 ? Json() : Json(totals.gb_per_s()); }

Json engine_json(const EngineTotals& totals, double clock_mhz, emulator::Picoseconds length) {
  Json json;
  json["clock_mhz"] = clock_mhz;
  json["commands"] = totals.commands;
  json["busy_ms"] = ms(totals.busy_ps);
  json["utilisation"] = ratio(totals.busy_ps, length);
  json["ideal_cycles"] = totals.ideal_cycles;
  return json;
}

Json layer_engine_json(const EngineTotals& totals) {
  Json json;
  json["commands"] = totals.commands;
  json["busy_ms"] = ms(totals.busy_ps);
  json["ideal_cycles"] = totals.ideal_cycles;
  json["stack"] = stack_json(totals.stack);
  return json;
}

Json layer_json(const LayerCost& layer) {
  Json json;
  if (!layer.name.empty()) {
    json["name"] = layer.name;
    json["kind"] = layer.kind;
  }
  json["time_ms"] = ms(layer.critical_ps);
  json["active_ms"] = ms(layer.active_ps());
  json["causes"] = stack_json(layer.critical);
  json["tiu"] = layer_engine_json(layer.tiu);
  json["gdma"] = layer_engine_json(layer.gdma);
  json["gdma"]["bytes"] = by_direction(layer.traffic, bytes_of);
  return json;
}

/// Exact values are the same on every computer; fast ones also depend on the library and its instructions.
Json values_json(const std::optional<emulator::HostArithmetic>& arithmetic) {
  if (!arithmetic) return {};
  const bool fast = arithmetic->floats == emulator::FloatMode::kFast;
  Json json;
  json["floats"] = fast ? "fast" : "exact";
  if (fast) {
    json["library"] = emulator::fast_gemm_library();
    json["cpu"] = name(arithmetic->cpu);
  }
  return json;
}

}  // namespace

Json stack_json(const emulator::TimeStack& stack) {
  Json json;
  for (std::size_t cause = 0; cause < emulator::kCauseCount; ++cause)
    json[std::string(name(static_cast<emulator::Cause>(cause)))] = stack[cause];
  return json;
}

Json result_json(const RunResult& result) {
  Json json;
  json["schema"] = "bmemu.run/1";
  json["bmemu"] = {{"version", kVersion}, {"git", kGitVersion}};
  json["evidence"] = "emulated";
  json["values"] = values_json(result.arithmetic);
  json["program"] = result.program;
  json["network"] = result.network;
  json["stage"] = result.stage;
  json["batch"] = result.batch;
  json["chip"] = result.chip.name;
  json["product"] = result.chip.product.empty() ? Json() : Json(result.chip.product);
  json["time_ms"] = result.time_ms();
  const TimeInterval& interval = result.interval;
  const bool has_interval = interval.not_available.empty();
  json["time_ms_interval"] = has_interval ? Json{interval.low_ms, interval.high_ms} : Json();
  json["calibration"] = {{"probability", kIntervalProbability}, {"type", interval.type}, {"outside", interval.outside}};
  if (!has_interval) json["calibration"]["not_available"] = interval.not_available;
  json["per_image_ms"] = result.per_image_ms();
  json["ideal_ms"] = ms(result.ideal_ps);
  json["length_ps"] = result.length_ps;
  json["tiu"] = engine_json(result.tiu, result.chip.tiu.clock_mhz, result.length_ps);
  json["gdma"] = engine_json(result.gdma, result.chip.gdma.clock_mhz, result.length_ps);
  json["gdma"]["bytes"] = by_direction(result.traffic, bytes_of);
  json["gdma"]["gb_per_s"] = by_direction(result.traffic, bandwidth_of);
  json["stack"] = {{"unit", "ps"}, {"tiu", stack_json(result.tiu.stack)}, {"gdma", stack_json(result.gdma.stack)}};
  json["critical_path"] = {{"unit", "ps"},
                           {"causes", stack_json(result.path.by_cause)},
                           {"tiu", result.path.tiu_ps},
                           {"gdma", result.path.gdma_ps},
                           {"outside", emulator::total(result.path.tail)},
                           {"commands", result.path.steps.size()},
                           {"engine_changes", result.path.engine_changes}};
  Json layers = Json::array();
  for (std::size_t i = 0; i + 1 < result.layers.size(); ++i) layers.push_back(layer_json(result.layers[i]));
  json["layers"] = std::move(layers);
  json["no_layer"] = result.layers.empty() ? Json() : layer_json(result.layers.back());
  json["hazards"] = Json::array();
  for (const HazardNote& hazard : result.hazards)
    json["hazards"].push_back({{"kind", hazard.kind}, {"where", hazard.where}});
  json["uninitialised"] = {{"count", result.uninitialised.count}, {"where", result.uninitialised.where}};
  json["chip_description"] = chip_json(result.chip);
  return json;
}

}  // namespace bmemu::harness
