// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/fit/interval_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "harness/accuracy/fit/chip_edit.h"
#include "harness/measure/interval.h"

namespace bmemu::harness {
namespace {

using Ratios = std::map<std::string, std::pair<double, double>>;  ///< published over emulated, by type

/// What the runs of scored rows of other networks than `left_out` are like at most.
void set_likeness(const std::string& left_out, const std::vector<PublishedRow>& rows,
                  const std::vector<RowPrediction>& predictions, isa::CalibrationSpec& c) {
  c.shortest_ms = c.longest_ms = c.largest_vector_share = c.largest_row_share = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].is_scored() || rows[i].fold() == left_out) continue;
    const RunLikeness& run = predictions[i].likeness;
    c.shortest_ms = c.shortest_ms == 0 ? rows[i].published_ms : std::min(c.shortest_ms, rows[i].published_ms);
    c.longest_ms = std::max(c.longest_ms, rows[i].published_ms);
    c.largest_vector_share = std::max(c.largest_vector_share, run.vector_share);
    c.largest_row_share = std::max(c.largest_row_share, run.row_share);
  }
}

struct RelativeError {
  std::string network;
  double size = 0;
};

/// Programs of one network err together, so networks are what is drawn: each counts once, with its lowest and its
/// highest error.
std::pair<double, double> range_of_networks(const std::vector<RelativeError>& errors) {
  std::map<std::string, std::pair<double, double>> extremes;
  for (const auto& e : errors) {
    auto& [low, high] = extremes.try_emplace(e.network, e.size, e.size).first->second;
    low = std::min(low, e.size);
    high = std::max(high, e.size);
  }
  std::vector<double> lowest, highest;
  for (const auto& [network, range] : extremes) {
    lowest.push_back(range.first);
    highest.push_back(range.second);
  }
  return {conformal_range(lowest, kIntervalProbability).first, conformal_range(highest, kIntervalProbability).second};
}

/// From scored rows of all networks but `left_out`; their errors are measured in how far their runs are from the
/// others.
Ratios ratios_without(const std::string& left_out, const std::vector<PublishedRow>& rows,
                      const std::vector<RowPrediction>& predictions) {
  std::map<std::string, std::vector<RelativeError>> errors;  ///< by type
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].is_scored() && rows[i].fold() != left_out)
      errors[rows[i].type].push_back(
          {rows[i].fold(), std::log(rows[i].published_ms / predictions[i].held_out_ms) / predictions[i].widening});
  std::map<std::string, double> sizes;
  std::vector<RelativeError> relative;
  for (const auto& [type, list] : errors) {
    double& size = sizes[type];
    for (const auto& e : list) size += std::abs(e.size) / double(list.size());
    for (const auto& e : list) relative.push_back({e.network, size > 0 ? e.size / size : 0});
  }
  Ratios ratios;
  if (relative.empty()) return ratios;
  const auto [low, high] = range_of_networks(relative);
  for (const auto& [type, size] : sizes)
    ratios[type] = {std::exp(std::min(0.0, low * size)), std::exp(std::max(0.0, high * size))};
  return ratios;
}

std::pair<double, double> of_type(const Ratios& ratios, const std::string& type) {
  if (const auto found = ratios.find(type); found != ratios.end()) return found->second;
  if (const auto found = ratios.find("fp32"); found != ratios.end()) return found->second;
  return ratios.empty() ? std::pair{1.0, 1.0} : ratios.begin()->second;
}

}  // namespace

std::pair<double, double> conformal_range(std::vector<double> values, double probability) {
  std::sort(values.begin(), values.end());
  const double rank = std::floor(double(values.size() + 1) * (1 - probability) / 2 + 1e-9);
  const auto skipped = std::min(static_cast<std::size_t>(std::max(rank, 1.0)) - 1, (values.size() - 1) / 2);
  return {values[skipped], values[values.size() - 1 - skipped]};
}

void set_intervals(const std::vector<PublishedRow>& rows, Calibration& calibration) {
  auto& c = calibration.chip.calibration;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    isa::CalibrationSpec others;
    set_likeness(rows[i].fold(), rows, calibration.rows, others);
    calibration.rows[i].widening = widening(calibration.rows[i].likeness, others);
  }
  const Ratios all = ratios_without("", rows, calibration.rows);
  const auto set = [&](const std::string& type, double& low, double& high) {
    const auto [from, to] = of_type(all, type);
    low = as_written(from);
    high = as_written(to);
  };
  set("fp32", c.fp32_low_ratio, c.fp32_high_ratio);
  set("fp16", c.fp16_low_ratio, c.fp16_high_ratio);
  set("int8", c.int8_low_ratio, c.int8_high_ratio);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& row = calibration.rows[i];
    const auto [from, to] = of_type(ratios_without(rows[i].fold(), rows, calibration.rows), rows[i].type);
    row.low_ms = row.held_out_ms * std::pow(from, row.widening);
    row.high_ms = row.held_out_ms * std::pow(to, row.widening);
  }
  set_likeness("", rows, calibration.rows, c);
  for (double* value : {&c.shortest_ms, &c.longest_ms, &c.largest_vector_share, &c.largest_row_share})
    *value = as_written(*value);
  for (const auto& parameter : isa::chip_parameters())
    if (parameter.key.rfind("calibration.", 0) == 0) {
      auto& origin = calibration.chip.origins[std::string(parameter.key)];
      origin.provenance = isa::Provenance::kFitted;
      origin.source = "bmemu calibrate: published times of networks left out of the fit";
    }
}

}  // namespace bmemu::harness
