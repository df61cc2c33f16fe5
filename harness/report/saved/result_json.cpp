// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/saved/result_json.h"

#include "emulator/arithmetic/products/fast_gemm.h"
#include "harness/report/chip_output.h"
#include "harness/report/verdict.h"
#include "harness/version.h"
#include "isa/chip/chip_changes.h"

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

Json work_json(const RunResult& result) {
  const Work& work = result.work;
  Json operations = Json::array();
  for (const auto& o : work.operations)
    operations.push_back({{"operation", o.operation},
                          {"engine", name(o.engine)},
                          {"commands", o.commands},
                          {"busy_ps", o.busy_ps},
                          {"macs", o.macs}});
  Json bound = Json::array();
  for (const Bound& b : bounds(result))
    bound.push_back({{"cause", name(b.cause)}, {"kind", b.kind}, {"time_ms", ms(b.time_ps)}});
  return {{"macs", work.macs},
          {"type", work.type.empty() ? Json() : Json(work.type)},
          {"tops", work.tops(result.time_ms())},
          {"peak_tops", work.peak_tops},
          {"peak_ms", work.peak_ms},
          {"mac_utilisation", work.utilisation(result.time_ms())},
          {"operations", std::move(operations)},
          {"bound_by", std::move(bound)}};
}

Json probe_json(const ProbeResult& probe) {
  return {{"outputs_equal", probe.different.empty()}, {"different", probe.different}};
}

Json host_json(const HostStage& stage) {
  Json json = {{"interface", stage.host},
               {"array", stage.array},
               {"inference_ms_per_image", stage.ms},
               {"interface_ms_per_image", stage.interface_ms},
               {"parts", Json::array()}};
  for (const auto& part : stage.parts)
    json["parts"].push_back(
        {{"name", part.name}, {"ms_per_image", part.ms}, {"units_per_image", part.units}, {"from", part.from}});
  return json;
}

void add_notes(const RunNotes& notes, Json& json) {
  json["notes"] = notes.texts;
  json["left_out"] = left_out_json(notes.left_out);
  json["values_end"] = notes.values_end.empty() ? Json() : Json(notes.values_end);
  json["value_counts"] = Json::array();
  for (const auto& counts : notes.counts)
    json["value_counts"].push_back({{"name", counts.name},
                                    {"kind", counts.kind},
                                    {"elements", counts.elements},
                                    {"nan", counts.nan},
                                    {"infinite", counts.infinite},
                                    {"saturated", counts.saturated}});
  json["first_not_finite"] = notes.first_not_finite.empty() ? Json() : Json(notes.first_not_finite);
  if (notes.host) json["host"] = host_json(*notes.host);
}

}  // namespace

Json left_out_json(const std::vector<isa::LeftOut>& parts) {
  Json json = Json::array();
  for (const auto& part : parts)
    json.push_back({{"id", part.id},
                    {"subnet", part.subnet},
                    {"what", part.what},
                    {"bytes_in", part.bytes_in},
                    {"bytes_out", part.bytes_out}});
  return json;
}

Json changes_json(const isa::ChipSpec& chip) {
  Json json = Json::array();
  for (const auto& change : isa::chip_changes(chip))
    json.push_back({{"key", change.key}, {"from", change.from}, {"to", change.to}, {"set_by", change.set_by}});
  return json;
}

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
  json["time_ms_interval"] =
      result.interval.unavailable.empty() ? Json({result.interval.low_ms, result.interval.high_ms}) : Json();
  json["calibration"] = {
      {"probability", kIntervalProbability}, {"type", result.interval.type}, {"outside", result.interval.outside}};
  if (!result.interval.unavailable.empty()) json["calibration"]["unavailable"] = result.interval.unavailable;
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
  if (result.notes.probe.was_done) json["uninitialised"]["probe"] = probe_json(result.notes.probe);
  add_notes(result.notes, json);
  json["work"] = work_json(result);
  json["chip_changes"] = changes_json(result.chip);
  json["chip_description"] = chip_json(result.chip);
  return json;
}

}  // namespace bmemu::harness
