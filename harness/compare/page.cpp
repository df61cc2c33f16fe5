// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/page.h"

#include <map>
#include <ostream>

#include "harness/compare/report.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

/// One engine's commands as columns; times in nanoseconds, `row` counts the layers of the comparison.
Json lane(const Run& run, isa::Engine engine, const std::vector<int>& row_of, std::map<std::string, int>& operations) {
  Json json;
  for (const char* column : {"begin", "duration", "operation", "row", "id", "bytes"}) json[column] = Json::array();
  for (const CommandRecord& record : run.log.records()) {
    if (record.engine != engine) continue;
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

}  // namespace

void write_compare_page(const Side& a, const Side& b, const Comparison& comparison, std::ostream& out) {
  std::vector<int> rows_a(a.run.result.layers.size(), -1);
  std::vector<int> rows_b(b.run.result.layers.size(), -1);
  for (std::size_t r = 0; r < comparison.layers.size(); ++r) {
    for (const auto layer : comparison.layers[r].layers_a) rows_a[layer] = static_cast<int>(r);
    for (const auto layer : comparison.layers[r].layers_b) rows_b[layer] = static_cast<int>(r);
  }
  std::map<std::string, int> operations;
  Json data;
  data["result"] = compare_json(a, b, comparison);
  data["a"] = {{"tiu", lane(a.run, isa::Engine::kTiu, rows_a, operations)},
               {"gdma", lane(a.run, isa::Engine::kGdma, rows_a, operations)}};
  data["b"] = {{"tiu", lane(b.run, isa::Engine::kTiu, rows_b, operations)},
               {"gdma", lane(b.run, isa::Engine::kGdma, rows_b, operations)}};
  std::vector<std::string> names(operations.size());
  for (const auto& [name, number] : operations) names[static_cast<std::size_t>(number)] = name;
  data["operations"] = names;
  std::string page = page_file("compare.html");
  replace_mark(page, "/*STYLE*/", page_file("report.css"));
  replace_mark(page, "/*SCRIPT*/", page_file("compare.js"));
  replace_mark(page, "/*DATA*/", script_text(data));
  out << page;
}

}  // namespace bmemu::harness
