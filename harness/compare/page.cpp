// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/page.h"

#include <map>
#include <ostream>

#include "harness/compare/report.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

/// One engine's commands as columns; times in nanoseconds, `row` counts the layers of the comparison. `place` receives
/// where each record is in its lane.
Json lane(const Run& run, isa::Engine engine, const std::vector<int>& row_of, std::map<std::string, int>& operations,
          std::vector<int>& place) {
  Json json;
  for (const char* column : {"begin", "duration", "operation", "row", "id", "bytes"}) json[column] = Json::array();
  place.resize(run.log.records().size());
  for (std::size_t i = 0; i < run.log.records().size(); ++i) {
    const CommandRecord& record = run.log.records()[i];
    if (record.engine != engine) continue;
    place[i] = static_cast<int>(json["begin"].size());
    const std::string operation(run.log.operation(record));
    json["begin"].push_back(record.begin_ps / 1000);
    json["duration"].push_back((record.end_ps - record.begin_ps) / 1000);
    json["operation"].push_back(operations.emplace(operation, static_cast<int>(operations.size())).first->second);
    json["row"].push_back(record.layer < row_of.size() ? row_of[record.layer] : -1);
    json["id"].push_back(record.id);
    json["bytes"].push_back(record.bytes);
  }
  return json;
}

/// For each layer of the comparison: match, engine (0: TIU), and places in the lanes of A and B; -1: none.
Json pairs_json(const Comparison& comparison, const Run& a, const std::vector<int>& place_a, const Run& b,
                const std::vector<int>& place_b) {
  Json json = Json::array();
  for (const LayerRow& row : comparison.layers) {
    Json pairs = Json::array();
    for (const CommandPair& pair : row.commands) {
      const bool has_a = pair.a != CommandPair::kNone;
      const bool has_b = pair.b != CommandPair::kNone;
      const auto engine = has_a ? a.log.records()[pair.a].engine : b.log.records()[pair.b].engine;
      pairs.push_back({static_cast<int>(pair.match), engine == isa::Engine::kTiu ? 0 : 1, has_a ? place_a[pair.a] : -1,
                       has_b ? place_b[pair.b] : -1});
    }
    json.push_back(std::move(pairs));
  }
  return json;
}

}  // namespace

void write_compare_page(const Side& a, const Side& b, const Comparison& comparison, std::ostream& out) {
  std::vector<int> rows_a(a.run.result.layers.size(), -1);
  std::vector<int> rows_b(b.run.result.layers.size(), -1);
  for (std::size_t r = 0; r < comparison.layers.size(); ++r) {
    for (const auto layer : comparison.layers[r].layers_a) rows_a[layer] = static_cast<int>(r);
    for (const auto layer : comparison.layers[r].layers_b) rows_b[layer] = static_cast<int>(r);
  }
  std::map<std::string, int> operations;
  std::vector<int> place_a;
  std::vector<int> place_b;
  Json data;
  data["result"] = compare_json(a, b, comparison);
  data["a"] = {{"tiu", lane(a.run, isa::Engine::kTiu, rows_a, operations, place_a)},
               {"gdma", lane(a.run, isa::Engine::kGdma, rows_a, operations, place_a)}};
  data["b"] = {{"tiu", lane(b.run, isa::Engine::kTiu, rows_b, operations, place_b)},
               {"gdma", lane(b.run, isa::Engine::kGdma, rows_b, operations, place_b)}};
  data["pairs"] = pairs_json(comparison, a.run, place_a, b.run, place_b);
  std::vector<std::string> names(operations.size());
  for (const auto& [name, number] : operations) names[static_cast<std::size_t>(number)] = name;
  data["operations"] = names;
  std::string page = page_file("compare.html");
  replace_mark(page, "/*STYLE*/", page_file("report.css"));
  replace_mark(page, "/*SCRIPT*/", page_file("compare.js") + page_file("theme.js"));
  replace_mark(page, "/*DATA*/", script_text(data));
  out << page;
}

}  // namespace bmemu::harness
