// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/page.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "harness/report/saved/result_json.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t system_bytes(const CommandRecord& record) {
  if (record.direction == emulator::Direction::kL2L) return 0;
  return record.direction == emulator::Direction::kS2S ? 2 * record.bytes : record.bytes;
}

/// One engine's commands as columns of numbers: times in nanoseconds, the begin as distance from the one before.
Json lane(const CommandLog& log, isa::Engine engine, const std::map<std::string_view, std::size_t>& operations,
          const std::vector<bool>& is_critical) {
  Json json;
  for (const char* column : {"begin", "duration", "operation", "layer", "id", "critical"}) json[column] = Json::array();
  const bool is_tiu = engine == isa::Engine::kTiu;
  const char* work = is_tiu ? "array" : "system_bytes";
  json[work] = Json::array();
  std::int64_t last = 0;
  for (std::size_t i = 0; i < log.records().size(); ++i) {
    const auto& record = log.records()[i];
    if (record.engine != engine) continue;
    const std::int64_t begin = record.begin_ps / 1000;
    json["begin"].push_back(begin - last);
    json["duration"].push_back(record.end_ps / 1000 - begin);
    json["operation"].push_back(operations.at(log.operation(record)));
    json["layer"].push_back(record.layer == isa::LayerMap::kNone ? -1 : static_cast<std::int64_t>(record.layer));
    json["id"].push_back(record.id);
    json["critical"].push_back(is_critical[i] ? 1 : 0);
    const auto array = log.stack(record)[static_cast<std::size_t>(emulator::Cause::kArray)];
    json[work].push_back(is_tiu ? static_cast<std::uint64_t>(array / 1000) : system_bytes(record));
    last = begin;
  }
  return json;
}

Json page_data(const RunResult& result, const CommandLog& log) {
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
  return {{"result", result_json(result)},
          {"ddr_peak_gb_per_s", result.chip.ddr.peak_gb_per_s()},
          {"operations", std::move(names)},
          {"layer_spans", std::move(spans)},
          {"tiu", lane(log, isa::Engine::kTiu, operations, is_critical)},
          {"gdma", lane(log, isa::Engine::kGdma, operations, is_critical)}};
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

void write_page(const RunResult& result, const CommandLog& log, std::ostream& out) {
  std::string page = page_file("report.html");
  replace_mark(page, "/*STYLE*/", page_file("report.css"));
  replace_mark(page, "/*SCRIPT*/",
               page_file("charts.js") + page_file("roofline.js") + page_file("timeline.js") + page_file("report.js"));
  replace_mark(page, "/*DATA*/", script_text(page_data(result, log)));
  out << page;
}

}  // namespace bmemu::harness
