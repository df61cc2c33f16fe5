// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/analysis.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "isa/chip/chip_description.h"

namespace bmemu::harness {
namespace {

bool ran(const Sweep& sweep, std::size_t row) { return sweep.is_finished(row) && sweep.results()[row].error.empty(); }

bool is_word(const std::string& key) { return key == "product" || key == "chip"; }

double number(const Sweep& sweep, std::size_t row, std::size_t key) {
  return std::stod(sweep.rows()[row].settings[key]);
}

double log_time(const Sweep& sweep, std::size_t row) {
  return std::log(double(sweep.results()[row].numbers.length_ps));
}

/// Rows that differ in one number alone, by its value.
using Curve = std::vector<std::size_t>;
std::vector<Curve> curves(const Sweep& sweep, std::size_t key) {
  std::map<std::vector<std::string>, Curve> groups;
  for (std::size_t row = 0; row < sweep.size(); ++row) {
    if (!ran(sweep, row)) continue;
    auto others = sweep.rows()[row].settings;
    others[key].clear();
    others.push_back(std::to_string(row / sweep.request().design.points.size()));
    groups[others].push_back(row);
  }
  std::vector<Curve> result;
  for (auto& [others, curve] : groups) {
    std::sort(curve.begin(), curve.end(),
              [&](std::size_t a, std::size_t b) { return number(sweep, a, key) < number(sweep, b, key); });
    if (curve.size() > 1) result.push_back(std::move(curve));
  }
  return result;
}

/// Slopes of ln(time) over ln(value) between neighbours; none where a value is 0 or less.
std::vector<double> slopes(const Sweep& sweep, std::size_t key, const Curve& curve) {
  std::vector<double> result;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double from = number(sweep, curve[i - 1], key), to = number(sweep, curve[i], key);
    if (from > 0 && to > from)
      result.push_back((log_time(sweep, curve[i]) - log_time(sweep, curve[i - 1])) / std::log(to / from));
  }
  return result;
}

/// What a block of parameters is called in a sentence.
std::string block_words(const std::string& key) {
  static const std::map<std::string, std::string> kWords = {{"tiu", "the TIU"},
                                                            {"ddr", "DDR"},
                                                            {"gdma", "the GDMA"},
                                                            {"l2", "L2"},
                                                            {"local_memory", "local memory"},
                                                            {"launch", "the launch"},
                                                            {"queue", "the command queues"}};
  const auto found = kWords.find(key.substr(0, key.find('.')));
  return found == kWords.end() ? key : found->second;
}

/// "41.0 GB/s (ddr.rate_mt_per_s 2560)" where a rate of DDR follows, else "tiu.clock_mhz 700".
std::string shown(const Sweep& sweep, std::size_t row, const std::string& key, double value) {
  std::string text = fmt::format("{} {:.4g}", key, value);
  const auto* parameter = isa::find_parameter(key);
  if (parameter == nullptr || key.compare(0, 4, "ddr.") != 0) return text;
  isa::ChipSpec chip = sweep.chip_of(row);
  const double before = chip.ddr.peak_gb_per_s();
  isa::set_value(chip, *parameter, 2 * value);
  const double twice = chip.ddr.peak_gb_per_s();
  isa::set_value(chip, *parameter, value);
  if (twice == before || chip.ddr.peak_gb_per_s() == twice) return text;
  return fmt::format("{:.3g} GB/s ({})", chip.ddr.peak_gb_per_s(), text);
}

/// A faster or larger thing costs more; a latency costs more when it is shorter.
bool small_is_cheap(const std::string& key) {
  for (const std::string_view ending : {"_ns", "_us", "_cycles", "_ps"})
    if (key.size() > ending.size() && key.compare(key.size() - ending.size(), ending.size(), ending) == 0) return false;
  return true;
}

/// Each value of a sweep along one number against the chip as it is, where that is one of the points and the same for
/// all programs: "local_memory.lane_bytes 524288 instead of 262144: between -1.2 % (resnet50) and +0.0 % (vit_tiny)."
std::vector<std::string> changes_from_base(const Sweep& sweep) {
  constexpr std::size_t kMostLines = 8;
  const auto& request = sweep.request();
  const std::size_t points = request.design.points.size();
  if (request.design.keys.size() != 1 || is_word(request.design.keys.front()) || points > kMostLines) return {};
  const auto* parameter = isa::find_parameter(request.design.keys.front());
  std::vector<std::string> lines;
  std::optional<double> base;
  for (const auto& program : request.programs) {
    const double value = isa::value(*parameter, request.base_chip("", "", program.family));
    if (base && *base != value) return {};
    base = value;
  }
  std::size_t base_point = points;
  for (std::size_t point = 0; point < points; ++point)
    if (number(sweep, point, 0) == base) base_point = point;
  for (std::size_t point = 0; point < points && base_point < points; ++point) {
    if (point == base_point) continue;
    std::vector<std::pair<double, std::string>> changes;
    for (std::size_t program = 0; program < request.programs.size(); ++program) {
      const std::size_t row = program * points + point, as_it_is = program * points + base_point;
      if (ran(sweep, row) && ran(sweep, as_it_is))
        changes.emplace_back(100 * (std::exp(log_time(sweep, row) - log_time(sweep, as_it_is)) - 1),
                             request.programs[program].name);
    }
    const bool is_same = std::all_of(changes.begin(), changes.end(), [](const auto& c) { return c.first == 0; });
    if (is_same) continue;  // also where nothing ran
    const auto [least, most] = std::minmax_element(changes.begin(), changes.end());
    lines.push_back(changes.size() == 1
                        ? fmt::format("{} {} instead of {:g}: {:+.1f} % time.", parameter->key,
                                      request.design.points[point].front(), *base, least->first)
                        : fmt::format("{} {} instead of {:g}: between {:+.1f} % ({}) and {:+.1f} % ({}) time.",
                                      parameter->key, request.design.points[point].front(), *base, least->first,
                                      least->second, most->first, most->second));
  }
  return lines;
}

}  // namespace

std::vector<std::string> numeric_keys(const Sweep& sweep) {
  std::vector<std::string> keys;
  for (const auto& key : sweep.request().design.keys)
    if (!is_word(key)) keys.push_back(key);
  return keys;
}

std::vector<Elasticity> elasticities(const Sweep& sweep) {
  std::vector<Elasticity> result;
  const auto& keys = sweep.request().design.keys;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (is_word(keys[key])) continue;
    std::map<std::size_t, std::vector<double>> by_program;
    for (const auto& curve : curves(sweep, key)) {
      auto& list = by_program[curve.front() / sweep.request().design.points.size()];
      for (const double slope : slopes(sweep, key, curve)) list.push_back(slope);
    }
    for (const auto& [program, list] : by_program) {
      if (list.empty()) continue;
      Elasticity e{sweep.request().programs[program].name, keys[key], 0, 0, 0, list.size()};
      e.mean = std::accumulate(list.begin(), list.end(), 0.0) / double(list.size());
      e.lowest = *std::min_element(list.begin(), list.end());
      e.highest = *std::max_element(list.begin(), list.end());
      result.push_back(std::move(e));
    }
  }
  return result;
}

std::vector<Knee> knees(const Sweep& sweep) {
  std::vector<Knee> result;
  if (sweep.request().design.keys.size() != 1 || numeric_keys(sweep).empty()) return result;
  for (const auto& curve : curves(sweep, 0)) {
    const auto list = slopes(sweep, 0, curve);
    if (list.size() + 1 != curve.size()) continue;  // a value is 0: no logarithms
    const auto middle = [&](std::size_t i) {        // of the interval that slope i belongs to, geometric
      return 0.5 * std::log(number(sweep, curve[i], 0) * number(sweep, curve[i + 1], 0));
    };
    for (std::size_t i = 1; i < list.size(); ++i) {
      const double a = std::abs(list[i - 1]), b = std::abs(list[i]);
      if ((a >= kBoundElasticity) == (b >= kBoundElasticity)) continue;
      const double share = (kBoundElasticity - a) / (b - a);
      result.push_back(
          {sweep.program_of(curve.front()).name, sweep.request().design.keys[0],
           std::exp(middle(i - 1) + share * (middle(i) - middle(i - 1))), a >= kBoundElasticity,
           (a >= kBoundElasticity ? list[i - 1] : list[i]) > 0 && small_is_cheap(sweep.request().design.keys[0])});
    }
  }
  return result;
}

std::vector<std::size_t> pareto_rows(const Sweep& sweep) {
  const auto& keys = sweep.request().design.keys;
  std::vector<std::vector<double>> costs(sweep.size());
  for (std::size_t row = 0; row < sweep.size(); ++row) {
    if (!ran(sweep, row)) continue;
    costs[row].push_back(sweep.results()[row].numbers.per_image_ms());
    for (std::size_t key = 0; key < keys.size(); ++key)
      if (!is_word(keys[key])) costs[row].push_back(number(sweep, row, key) * (small_is_cheap(keys[key]) ? 1 : -1));
  }
  const auto beats = [&](std::size_t a, std::size_t b) {
    bool better = false;
    for (std::size_t i = 0; i < costs[a].size(); ++i) {
      if (costs[a][i] > costs[b][i]) return false;
      better = better || costs[a][i] < costs[b][i];
    }
    return better;
  };
  std::vector<std::size_t> result;
  const std::size_t points = sweep.request().design.points.size();
  for (std::size_t row = 0; row < sweep.size(); ++row) {
    if (costs[row].empty()) continue;
    bool beaten = false;
    const std::size_t first = row / points * points;  // rows of other programs do not compete
    for (std::size_t other = first; other < first + points && !beaten; ++other)
      beaten = other != row && !costs[other].empty() && beats(other, row);
    if (!beaten) result.push_back(row);
  }
  return result;
}

std::vector<ElementaryEffect> elementary_effects(const Sweep& sweep) {
  const auto& design = sweep.request().design;
  const std::size_t length = design.keys.size() + 1;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<double>> effects;
  for (std::size_t row = 1; row < sweep.size(); ++row) {
    const std::size_t point = row % design.points.size();
    if (point % length == 0 || !ran(sweep, row) || !ran(sweep, row - 1)) continue;
    for (std::size_t key = 0; key < design.keys.size(); ++key) {
      const double step = number(sweep, row, key) - number(sweep, row - 1, key);
      if (step != 0)
        effects[{row / design.points.size(), key}].push_back((log_time(sweep, row) - log_time(sweep, row - 1)) *
                                                             (step > 0 ? 1 : -1));
    }
  }
  std::vector<ElementaryEffect> result;
  for (const auto& [where, list] : effects) {
    double sum = 0, absolute = 0, squares = 0;
    for (const double e : list) sum += e, absolute += std::abs(e);
    const double mean = sum / double(list.size());
    for (const double e : list) squares += (e - mean) * (e - mean);
    result.push_back({sweep.request().programs[where.first].name, design.keys[where.second],
                      absolute / double(list.size()),
                      list.size() > 1 ? std::sqrt(squares / double(list.size() - 1)) : 0.0});
  }
  return result;
}

std::vector<Regression> regressions(const Sweep& sweep) {
  std::vector<Regression> result;
  const auto& keys = sweep.request().design.keys;
  const auto numbers = numeric_keys(sweep);
  const std::size_t points = sweep.request().design.points.size();
  for (std::size_t program = 0; program < sweep.request().programs.size(); ++program) {
    std::vector<std::size_t> rows;
    for (std::size_t row = program * points; row < (program + 1) * points; ++row)
      if (ran(sweep, row)) rows.push_back(row);
    if (numbers.empty() || rows.size() < numbers.size() + 2) continue;
    Eigen::MatrixXd x(rows.size(), numbers.size() + 1);
    Eigen::VectorXd y(rows.size());
    bool positive = true;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      x(i, 0) = 1;
      y[i] = log_time(sweep, rows[std::size_t(i)]);
      Eigen::Index column = 1;
      for (std::size_t key = 0; key < keys.size(); ++key) {
        if (is_word(keys[key])) continue;
        const double value = number(sweep, rows[std::size_t(i)], key);
        positive = positive && value > 0;
        x(i, column++) = std::log(value);
      }
    }
    if (!positive) continue;
    const Eigen::VectorXd solution = x.colPivHouseholderQr().solve(y);
    const double mean = y.mean();
    const double whole = (y.array() - mean).square().sum();
    Regression regression{sweep.request().programs[program].name, {}, 1};
    for (Eigen::Index i = 1; i < solution.size(); ++i) regression.elasticities.push_back(solution[i]);
    if (whole > 0) regression.r_squared = 1 - (x * solution - y).squaredNorm() / whole;
    result.push_back(std::move(regression));
  }
  return result;
}

std::vector<std::string> findings(const Sweep& sweep) {
  std::vector<std::string> lines = changes_from_base(sweep);
  const auto found = knees(sweep);
  for (const auto& knee : found) {
    std::size_t row = 0;
    while (row + 1 < sweep.size() && (!ran(sweep, row) || sweep.rows()[row].program != knee.program)) ++row;
    lines.push_back(
        knee.costs ? fmt::format("{} {} a larger {} makes {} slower: half or more of a change is added to its time. "
                                 "No network needs that: its programs fit the larger chip badly.",
                                 knee.bound_below ? "Below" : "Above", shown(sweep, row, knee.key, knee.value),
                                 knee.key, knee.program)
                   : fmt::format("{} {} {} is bound by {}: half or more of a change arrives in its time.",
                                 knee.bound_below ? "Below" : "Above", shown(sweep, row, knee.key, knee.value),
                                 knee.program, block_words(knee.key)));
  }
  for (const auto& e : elasticities(sweep)) {
    const bool has_knee =
        std::any_of(found.begin(), found.end(), [&](const Knee& k) { return k.program == e.program; });
    if (has_knee) continue;
    if (e.lowest == 0 && e.highest == 0)
      lines.push_back(fmt::format("{} does not change the time of {}.", e.key, e.program));
    else
      lines.push_back(
          fmt::format("1 % more {} changes the time of {} by {:+.2f} % ({:+.2f} to {:+.2f} % over the range){}.", e.key,
                      e.program, e.mean, e.lowest, e.highest,
                      e.lowest <= -kBoundElasticity && e.highest <= -kBoundElasticity
                          ? fmt::format(": it is bound by {} everywhere", block_words(e.key))
                          : ""));
  }
  std::size_t failed = 0, outside = 0;
  std::string first;  // reason of the first that failed
  for (std::size_t row = 0; row < sweep.size(); ++row) {
    if (sweep.is_finished(row) && !sweep.results()[row].error.empty()) {
      if (failed == 0) first = sweep.results()[row].error;
      ++failed;
    }
    outside += ran(sweep, row) && !sweep.results()[row].outside.empty() ? 1 : 0;
  }
  if (failed > 0)
    lines.push_back(fmt::format("{} of {} points could not run or do not fit; their rows say why. The first: {}.",
                                failed, sweep.size(), first));
  if (outside > 0)
    lines.push_back(
        fmt::format("{} of {} points lie outside what was calibrated; their rows say why.", outside, sweep.size()));
  return lines;
}

}  // namespace bmemu::harness
