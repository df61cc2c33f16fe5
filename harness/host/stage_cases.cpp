// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/host/stage_cases.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/accuracy/statistics.h"

namespace bmemu::harness {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

HostCall call_of(const StageRow& row, const TimeRow& time, const NetworkFacts* facts) {
  HostCall call;
  call.host = interface_of(row.program);
  call.input_elements = elements_per_image(time.input_shape);
  call.batch = row.batch;
  if (facts == nullptr) return call;
  call.array = facts->array;
  call.output_elements = facts->outputs;
  call.scales_input = row.type == "int8" && holds(facts->int8_input, row.chip);
  call.scales_output = row.type == "int8" && facts->int8_output;
  call.fetches_output = call.host == HostInterface::kBmcvPython ? facts->bmcv_fetches_output : facts->fetches_output;
  return call;
}

std::string reason_against(const StageRow& row, const NetworkFacts* facts, bool is_repeated) {
  if (facts != nullptr && !facts->excluded.empty() &&
      (facts->excluded_chip.empty() || facts->excluded_chip == row.chip))
    return facts->excluded;
  return is_repeated ? "a second table of the same programs with other options; the first one counts" : "";
}

}  // namespace

std::vector<StageCase> stage_cases(const std::vector<StageRow>& rows, const std::vector<TimeRow>& times,
                                   const std::vector<NetworkFacts>& networks) {
  std::vector<StageCase> cases;
  std::set<std::string> seen;
  for (const auto& row : rows) {
    const TimeRow* time = row.period.is_current ? find_time(row, times) : nullptr;
    if (time == nullptr) continue;
    const NetworkFacts* facts = find_network(networks, row);
    StageCase stage{row, time->ms, time->source(), call_of(row, *time, facts), "", facts != nullptr};
    const bool is_repeated =
        !seen.insert(row.sample + "\n" + row.program + "\n" + row.bmodel + "\n" + row.chip + "\n" + row.product).second;
    stage.excluded = reason_against(row, facts, is_repeated);
    cases.push_back(std::move(stage));
  }
  return cases;
}

std::vector<double> relative_errors(const std::vector<StageCase>& cases, const InterfaceModel& model) {
  std::vector<double> errors;
  errors.reserve(cases.size());
  for (const auto& stage : cases) errors.push_back(stage.relative_error(model));
  return errors;
}

std::map<HostInterface, StageScore> score(const std::vector<StageCase>& cases, const std::vector<double>& errors,
                                          Excluded excluded) {
  std::map<HostInterface, std::vector<double>> by_interface;
  for (std::size_t i = 0; i < cases.size(); ++i)
    if (excluded == Excluded::kCounted || cases[i].excluded.empty())
      by_interface[cases[i].call.host].push_back(std::abs(errors[i]));
  std::map<HostInterface, StageScore> scores;
  for (const auto& [host, values] : by_interface) {
    StageScore& one = scores[host];
    one.count = values.size();
    one.within = static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](double error) { return error <= kStageTolerance; }));
    one.median_error = quantile(values, 0.5);
  }
  return scores;
}

StageScore total(const std::map<HostInterface, StageScore>& scores) {
  StageScore sum;
  for (const auto& [host, one] : scores) {
    sum.count += one.count;
    sum.within += one.within;
    sum.median_error = std::max(sum.median_error, one.median_error);
  }
  return sum;
}

}  // namespace bmemu::harness
