// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/host/host_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "harness/host/robust_fit.h"

namespace bmemu::harness {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// Order of HostCost; ms per call and ns per element. Rates of plain loops on a core of about 2 GHz.
constexpr std::array<double, kHostCostCount> kStarts = {0.4, 2, 6, 2, 8, 2, 8, 0.4, 0.2, 2, 0.5};
/// Publications of one program differ by 5 % (median), stages of one run by less.
constexpr double kErrorScale = 0.03;
constexpr double kPriorSigma = 3;
constexpr int kEvaluations = 200;

InterfaceModel start_model(const InterfaceModel& shape) {
  InterfaceModel model = shape;
  for (std::size_t i = 0; i < kHostCostCount; ++i) model.values[i].value = kStarts[i];
  return model;
}

InterfaceModel model_at(const InterfaceModel& start, const VectorXd& x) {
  InterfaceModel model = start;
  for (std::size_t i = 0; i < kHostCostCount; ++i) model.values[i].value *= std::exp(x[Index(i)]);
  return model;
}

InterfaceModel fit_cases(const std::vector<const StageCase*>& cases, const InterfaceModel& start) {
  const auto rows = Index(cases.size());
  RobustLoss loss;
  loss.errors = [&](const VectorXd& x) {
    const InterfaceModel model = model_at(start, x);
    VectorXd errors(rows);
    for (Index i = 0; i < rows; ++i)
      errors[i] = std::log(cases[std::size_t(i)]->predicted_ms(model) / cases[std::size_t(i)]->published_ms());
    return errors;
  };
  loss.slopes = [&](const VectorXd& x) {
    const InterfaceModel model = model_at(start, x);
    Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(rows, Index(kHostCostCount));
    for (Index i = 0; i < rows; ++i) {
      const StageCase& stage = *cases[std::size_t(i)];
      const double predicted = stage.predicted_ms(model);
      for (const auto& part : host_parts(stage.call, model)) slopes(i, Index(part.cost)) += part.ms / predicted;
    }
    return slopes;
  };
  loss.weights = VectorXd::Ones(rows);
  loss.scales = VectorXd::Constant(rows, kErrorScale);
  loss.sigmas = VectorXd::Constant(Index(kHostCostCount), kPriorSigma);
  return model_at(start, minimise(loss, VectorXd::Zero(Index(kHostCostCount)), kEvaluations));
}

std::vector<const StageCase*> cases_without(const std::vector<StageCase>& cases, const std::string& sample) {
  std::vector<const StageCase*> chosen;
  for (const auto& stage : cases)
    if (stage.excluded.empty() && stage.outputs_known && stage.row.sample != sample) chosen.push_back(&stage);
  return chosen;
}

}  // namespace

HostFit fit_host(const std::vector<StageCase>& cases) {
  const InterfaceModel start = start_model(load_interface_model());
  const auto used = cases_without(cases, "");
  HostFit fit{fit_cases(used, start), std::vector<double>(cases.size(), 0)};
  std::set<std::string> samples;
  for (const auto& stage : cases) samples.insert(stage.row.sample);
  for (auto& value : fit.model.values) value.low = value.high = value.value;
  for (const auto& sample : samples) {
    const InterfaceModel without = fit_cases(cases_without(cases, sample), start);
    for (std::size_t i = 0; i < kHostCostCount; ++i) {
      auto& value = fit.model.values[i];
      value.low = std::min(value.low, without.values[i].value);
      value.high = std::max(value.high, without.values[i].value);
    }
    for (std::size_t i = 0; i < cases.size(); ++i)
      if (cases[i].row.sample == sample) fit.held_out[i] = cases[i].relative_error(without);
  }
  for (std::size_t i = 0; i < kHostCostCount; ++i) {
    std::set<std::string> moving;
    std::size_t rows = 0;
    for (const StageCase* stage : used)
      for (const auto& part : host_parts(stage->call, fit.model))
        if (std::size_t(part.cost) == i) moving.insert(stage->row.sample), ++rows;
    fit.model.values[i].source =
        fmt::format("bmemu claims 6.2 --fit on {} published stages of {} samples", rows, moving.size());
  }
  return fit;
}

}  // namespace bmemu::harness
