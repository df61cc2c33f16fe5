// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <ostream>

#include "harness/measure/owners.h"
#include "harness/report/causes.h"
#include "harness/report/saved/result_json.h"
#include "harness/report/verdict.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

/// Texts and lists that many commands share, each once.
class Shared {
 public:
  std::size_t number(const Json& value) {
    const auto [entry, is_new] = numbers_.emplace(value.dump(), values_.size());
    if (is_new) values_.push_back(value);
    return entry->second;
  }
  Json take() { return std::move(values_); }

 private:
  std::map<std::string, std::size_t> numbers_;
  Json values_ = Json::array();
};

/// [cause, ns, cause, ns ...]: what is not zero, waits before the command included.
Json stack_list(const emulator::TimeStack& stack) {
  Json list = Json::array();
  for (std::size_t cause = 0; cause < stack.size(); ++cause)
    if (const auto ns = stack[cause] / 1000; ns != 0) {
      list.push_back(cause);
      list.push_back(ns);
    }
  return list;
}

/// One engine's commands as columns of numbers: times in nanoseconds, the begin as distance from the one before.
/// `waited_for`: id of the other engine's command that let it begin, 0 without one.
Json lane(const CommandLog& log, isa::Engine engine, const std::map<std::string_view, std::size_t>& operations,
          const std::vector<bool>& is_critical, Shared& stacks) {
  Json json;
  for (const char* column :
       {"begin", "duration", "operation", "layer", "id", "critical", "ideal_cycles", "waited_for", "stack"})
    json[column] = Json::array();
  const bool is_tiu = engine == isa::Engine::kTiu;
  const char* work = is_tiu ? "array" : "system_bytes";
  json[work] = Json::array();
  std::int64_t last = 0;
  for (std::size_t i = 0; i < log.records().size(); ++i) {
    const auto& record = log.records()[i];
    if (record.engine != engine) continue;
    const std::int64_t begin = record.begin_ps / 1000;
    const emulator::TimeStack stack = log.stack(record);
    json["begin"].push_back(begin - last);
    json["duration"].push_back(record.end_ps / 1000 - begin);
    json["operation"].push_back(operations.at(log.operation(record)));
    json["layer"].push_back(record.layer == isa::LayerMap::kNone ? -1 : static_cast<std::int64_t>(record.layer));
    json["id"].push_back(record.id);
    json["critical"].push_back(is_critical[i] ? 1 : 0);
    json["ideal_cycles"].push_back(record.ideal_cycles);
    json["waited_for"].push_back(record.blocker == emulator::Blocker::kOtherEngine ? record.dependency : 0);
    json["stack"].push_back(stacks.number(stack_list(stack)));
    const auto array = stack[static_cast<std::size_t>(emulator::Cause::kArray)];
    json[work].push_back(is_tiu ? static_cast<std::uint64_t>(array / 1000)
                                : system_bytes(record.direction, record.bytes));
    last = begin;
  }
  return json;
}

Json causes() {
  Json list = Json::array();
  for (std::size_t c = 0; c < emulator::kCauseCount; ++c) {
    const auto cause = static_cast<emulator::Cause>(c);
    list.push_back({{"name", name(cause)}, {"meaning", text_of(cause).meaning}, {"remedy", text_of(cause).remedy}});
  }
  return list;
}

std::string tensors_text(const std::vector<NetworkTensor>& tensors) {
  std::string text;
  for (const NetworkTensor& tensor : tensors)
    text += fmt::format("{}{}[{}]", text.empty() ? "" : ", ", tensor.type, fmt::join(tensor.shape, "x"));
  return text;
}

/// "si8[1x32x320x320], si8[64x32x3x3] -> si8[1x64x160x160], kernel 3x3 stride 2x2".
std::string shape_text(const NetworkOperator& op) {
  return fmt::format("{} -> {}{}", tensors_text(op.operands), tensors_text(op.results),
                     op.kernel.empty() ? "" : ", kernel " + op.kernel);
}

/// When at least one of the layers was active.
emulator::Picoseconds active_ps(const RunResult& result, const std::vector<std::size_t>& layers) {
  std::vector<Interval> all;
  for (const std::size_t layer : layers)
    all.insert(all.end(), result.layers[layer].active.begin(), result.layers[layer].active.end());
  std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.begin_ps < b.begin_ps; });
  emulator::Picoseconds sum = 0;
  emulator::Picoseconds covered = 0;
  for (const Interval& interval : all) {
    sum += std::max<emulator::Picoseconds>(0, interval.end_ps - std::max(covered, interval.begin_ps));
    covered = std::max(covered, interval.end_ps);
  }
  return sum;
}

/// By layer: its shapes, and the layer that it serves (itself, where it computes or serves none). By layer that is
/// served: when it or what serves it was active.
void add_layers(const Run& run, Json& data) {
  const auto& layers = run.result.layers;
  const auto places = layers_by_key(layers);
  std::vector<std::string> shapes(layers.size());
  std::vector<std::size_t> served(layers.size());
  std::iota(served.begin(), served.end(), 0);
  const Owners owners(run.network);
  const auto& operators = run.network.operators;
  const auto place = [&](std::size_t op) { return places.find({operators[op].name, operators[op].kind}); };
  for (std::size_t i = 0; i < operators.size(); ++i) {
    const auto at = place(i);
    if (at == places.end()) continue;
    shapes[at->second] = shape_text(operators[i]);
    const std::size_t owner = owners.of(i);
    if (owner == Owners::kNone) continue;
    if (const auto owner_at = place(owner); owner_at != places.end()) served[at->second] = owner_at->second;
  }
  std::vector<std::vector<std::size_t>> members(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i) members[served[i]].push_back(i);
  Json active = Json::array();
  for (const auto& group : members) active.push_back(active_ps(run.result, group) / 1000);
  data["layer_shapes"] = shapes;
  data["served_layer"] = served;
  data["served_active_ns"] = std::move(active);
}

Json page_data(const Run& run) {
  const RunResult& result = run.result;
  const CommandLog& log = run.log;
  std::map<std::string_view, std::size_t> operations;
  for (const auto& record : log.records()) operations.emplace(log.operation(record), 0);
  Json names = Json::array();
  for (auto& [operation, number] : operations) {
    number = names.size();
    names.push_back(operation);
  }
  std::vector<bool> is_critical(log.records().size(), false);
  for (const auto& step : result.path.steps) is_critical[step.record] = true;
  Json spans = Json::array();  // first begin and last end of each layer, for the jump from the table to the timeline
  for (const auto& layer : result.layers)
    spans.push_back(layer.active.empty()
                        ? Json::array({0, 0})
                        : Json::array({layer.active.front().begin_ps / 1000, layer.active.back().end_ps / 1000}));
  Shared stacks;
  Json data{{"result", result_json(result)},
            {"verdict", verdict_text(result)},
            {"causes", causes()},
            {"ddr_peak_gb_per_s", result.chip.ddr.peak_gb_per_s()},
            {"operations", std::move(names)},
            {"layer_spans", std::move(spans)},
            {"tiu", lane(log, isa::Engine::kTiu, operations, is_critical, stacks)},
            {"gdma", lane(log, isa::Engine::kGdma, operations, is_critical, stacks)}};
  data["stacks"] = stacks.take();
  add_layers(run, data);
  return data;
}

}  // namespace

std::string page_file(std::string_view name, const std::vector<PageText>& texts) {
  for (const auto& text : texts)
    if (text.file == name) return std::string(text.text);
  check_failed("a file of the page is compiled in", __FILE__, __LINE__, std::string(name));
}

void replace_mark(std::string& text, std::string_view mark, const std::string& with) {
  const auto at = text.find(mark);
  BMEMU_CHECK(at != std::string::npos, "the page has no mark " + std::string(mark));
  text.replace(at, mark.size(), with);
}

std::string script_text(const Json& json) {
  std::string text = json.dump();
  for (auto at = text.find("</"); at != std::string::npos; at = text.find("</", at + 3)) text.replace(at, 2, "<\\/");
  return text;
}

void write_page(const Run& run, std::ostream& out) {
  std::string page = page_file("report.html");
  replace_mark(page, "/*STYLE*/", page_file("report.css"));
  replace_mark(page, "/*SCRIPT*/",
               page_file("theme.js") + page_file("charts.js") + page_file("roofline.js") + page_file("timeline.js") +
                   page_file("commands.js") + page_file("report.js"));
  replace_mark(page, "/*DATA*/", script_text(page_data(run)));
  out << page;
}

}  // namespace bmemu::harness
