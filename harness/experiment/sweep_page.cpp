// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/sweep_page.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/experiment/analysis.h"
#include "harness/experiment/sweep_output.h"
#include "harness/version.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

Json stack_json(const PointNumbers& numbers, std::size_t engine) {
  Json json = Json::object();
  for (std::size_t i = 0; i < emulator::kCauseCount; ++i)
    if (numbers.stack_ps[engine][i] > 0)
      json[std::string(emulator::name(static_cast<emulator::Cause>(i)))] = double(numbers.stack_ps[engine][i]) / 1e9;
  return json;
}

Json point_json(const Sweep& sweep, std::size_t row) {
  const auto& result = sweep.results()[row];
  Json json = {{"number", row + 1}, {"program", sweep.rows()[row].program}, {"settings", sweep.rows()[row].settings}};
  if (!sweep.is_finished(row) || !result.error.empty()) {
    json["error"] = sweep.is_finished(row) ? result.error : "not run";
    json["status"] = sweep.is_finished(row) ? status_of(result) : "not run";
    return json;
  }
  const auto& n = result.numbers;
  json["ms"] = n.time_ms();
  json["per_image_ms"] = n.per_image_ms();
  const bool has_interval = n.high_ms > 0 && result.outside.empty();
  json["low_ms"] = has_interval ? Json(n.low_ms) : Json();
  json["high_ms"] = has_interval ? Json(n.high_ms) : Json();
  json["tiu_busy"] = double(n.busy_ps[0]) / double(n.length_ps);
  json["gdma_busy"] = double(n.busy_ps[1]) / double(n.length_ps);
  json["mb"] = double(n.bytes[0] + n.bytes[1] + 2 * n.bytes[2]) / 1e6;
  json["tiu"] = stack_json(n, 0);
  json["outside"] = result.outside;
  return json;
}

Json page_json(const Sweep& sweep) {
  const auto& request = sweep.request();
  const auto& study = request.study;
  Json json = {{"title", study.title},           {"study_question", study.question}, {"setup", study.setup},
               {"version", kGitVersion},         {"question", request.question},     {"keys", request.design.keys},
               {"numeric", numeric_keys(sweep)}, {"findings", findings(sweep)},      {"limits", sweep_limits(sweep)}};
  json["programs"] = Json::array();
  for (const auto& program : request.programs) {
    const auto chip = request.base_chip("", "", program.family);
    Json base = Json::object();
    for (const auto& key : numeric_keys(sweep))
      if (const auto* parameter = isa::find_parameter(key)) base[key] = isa::value(*parameter, chip);
    json["programs"].push_back({{"name", program.name},
                                {"network", program.network},
                                {"batch", program.batch},
                                {"chip", chip.name},
                                {"product", chip.product},
                                {"base", std::move(base)}});
  }
  json["elasticities"] = Json::array();
  for (const auto& e : elasticities(sweep))
    json["elasticities"].push_back(
        {{"program", e.program}, {"key", e.key}, {"mean", e.mean}, {"low", e.lowest}, {"high", e.highest}});
  json["knees"] = Json::array();
  for (const auto& knee : knees(sweep))
    json["knees"].push_back({{"program", knee.program}, {"key", knee.key}, {"value", knee.value}});
  json["regressions"] = Json::array();
  for (const auto& r : regressions(sweep))
    json["regressions"].push_back(
        {{"program", r.program}, {"elasticities", r.elasticities}, {"r_squared", r.r_squared}});
  json["effects"] = Json::array();
  if (request.question.find("--morris") != std::string::npos)
    for (const auto& e : elementary_effects(sweep))
      json["effects"].push_back(
          {{"program", e.program}, {"key", e.key}, {"mean_absolute", e.mean_absolute}, {"deviation", e.deviation}});
  json["pareto"] = Json::array();
  for (const auto row : pareto_rows(sweep)) json["pareto"].push_back(row + 1);
  json["points"] = Json::array();
  for (std::size_t row = 0; row < sweep.size(); ++row) json["points"].push_back(point_json(sweep, row));
  return json;
}

}  // namespace

void write_sweep_page(const Sweep& sweep, std::ostream& out) {
  const auto texts = sweep_page_texts();
  std::string page = page_file("sweep.html", texts);
  replace_mark(page, "/*STYLE*/", page_file("sweep.css", texts));
  replace_mark(page, "/*D3*/", page_file("d3.min.js", texts));
  replace_mark(page, "/*SCRIPT*/", page_file("sweep.js", texts));
  replace_mark(page, "/*DATA*/", script_text(page_json(sweep)));
  out << page;
}

}  // namespace bmemu::harness
