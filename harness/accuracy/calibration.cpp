// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/calibration.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "harness/accuracy/chip_edit.h"
#include "harness/accuracy/robust_fit.h"
#include "harness/accuracy/statistics.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kErrorScale = 0.08;  ///< of ln(predicted / published)
constexpr double kSpreadShare = 0.5;  ///< of a row's distance from its program's fastest publication, in its scale
constexpr double kStep = 0.05;        ///< of ln(value), to both sides, for derivatives: above the steps of DDR's rules
constexpr int kEmulatedEvaluations = 40;
constexpr int kLinearEvaluations = 400;
constexpr int kDraws = 1000;
constexpr double kLowQuantile = 0.05, kHighQuantile = 0.95;

constexpr double kOtherSigma = 0.6;  ///< of ln(value), for parameters whose row has no prior

double weight(const PublishedRow& row) {
  return row.weight * (row.is_mixed ? 0.4 : 1) * (row.other_compiler ? 0.4 : 1);
}

double scale(const PublishedRow& row) {
  return std::hypot(kErrorScale, kSpreadShare * std::log(row.published_ms / row.fastest_ms));
}

/// The parameters with the values of x in them.
class Fitted {
 public:
  Fitted(const isa::ChipSpec& chip, const std::vector<std::string>& keys) : chip_(chip) {
    const isa::ChipSpec built_in = isa::load_chip(std::string(isa::name(chip.family)));
    sigmas.resize(Index(keys.size()));
    for (const auto& key : keys) {
      const isa::Parameter* parameter = isa::find_parameter(key);
      if (parameter == nullptr || parameter->is_integer)
        throw Error({"E-CHIP-KEY", "--parameters", key, "a real parameter that bmemu chips lists", "cannot be fitted"});
      const bool is_known = parameter->prior.sigma > 0;
      const double start = is_known ? parameter->prior.centre : isa::value(*parameter, built_in);
      if (!(start > 0))
        throw Error({"E-ACCURACY-PARAMETER", key, fmt::format("{}", start), "a start above 0", "cannot be fitted"});
      sigmas[Index(starts.size())] = is_known ? parameter->prior.sigma : kOtherSigma;
      starts.push_back(start);
      parameters_.push_back(parameter);
    }
  }
  double value(const VectorXd& x, Index j) const {
    const auto* p = parameters_[std::size_t(j)];
    return std::clamp(starts[std::size_t(j)] * std::exp(x[j]), p->minimum, p->maximum);
  }
  isa::ChipSpec chip(const VectorXd& x) const {
    isa::ChipSpec changed = chip_;
    for (Index j = 0; j < x.size(); ++j) isa::set_value(changed, *parameters_[std::size_t(j)], value(x, j));
    return changed;
  }
  /// The nearest x whose values a chip file can hold.
  VectorXd rounded(VectorXd x) const {
    for (Index j = 0; j < x.size(); ++j) x[j] = std::log(as_written(value(x, j)) / starts[std::size_t(j)]);
    return x;
  }

  std::vector<double> starts;
  VectorXd sigmas;

 private:
  isa::ChipSpec chip_;
  std::vector<const isa::Parameter*> parameters_;
};

/// ln(time) of all rows by emulation; the last point is remembered.
class LogTimes {
 public:
  LogTimes(const Predictor& predictor, const Fitted& fitted, const std::function<void(const std::string&)>& progress)
      : predictor_(predictor), fitted_(fitted), progress_(progress) {}

  const VectorXd& at(const VectorXd& x) {
    if (x_.size() != x.size() || (x_ - x).cwiseAbs().maxCoeff() > 0) {
      times_ = emulate(x);
      x_ = x;
    }
    return times_;
  }
  MatrixXd slopes(const VectorXd& x) {
    MatrixXd result(Index(predictor_.rows().size()), x.size());
    for (Index j = 0; j < x.size(); ++j) {
      VectorXd up = x, down = x;
      up[j] += kStep;
      down[j] -= kStep;
      result.col(j) = (emulate(up) - emulate(down)) / (2 * kStep);
    }
    return result;
  }

 private:
  VectorXd emulate(const VectorXd& x) {
    progress_(fmt::format("fit: pass {} over {} programs", ++passes_, predictor_.rows().size()));
    const auto times = predictor_.times_ms(fitted_.chip(x));
    return Eigen::Map<const VectorXd>(times.data(), Index(times.size())).array().log();
  }

  const Predictor& predictor_;
  const Fitted& fitted_;
  const std::function<void(const std::string&)>& progress_;
  VectorXd x_, times_;
  int passes_ = 0;
};

}  // namespace

std::vector<std::string> default_fit_keys(const isa::ChipSpec& chip) {
  std::vector<std::string> keys;
  for (const auto& parameter : isa::chip_parameters()) {
    const std::string& key = parameter.key;
    const auto origin = chip.origins.find(key);
    const bool is_silicon = key.rfind("silicon.", 0) == 0 || key.rfind("launch.", 0) == 0;
    if (is_silicon && origin != chip.origins.end() && origin->second.provenance == isa::Provenance::kFitted)
      keys.push_back(key);
  }
  return keys;
}

Calibration calibrate(const Predictor& predictor, const isa::ChipSpec& chip, const std::vector<std::string>& keys,
                      const std::function<void(const std::string&)>& progress) {
  const auto& rows = predictor.rows();
  const auto n = Index(rows.size());
  const auto k = Index(keys.size());
  const Fitted fitted(chip, keys);
  LogTimes times(predictor, fitted, progress);

  VectorXd published(n), weights(n);
  RobustLoss loss;
  loss.scales.resize(n);
  std::map<std::string, std::vector<Index>> networks;  // rows by fold
  for (Index i = 0; i < n; ++i) {
    const auto& row = rows[std::size_t(i)];
    published[i] = std::log(row.published_ms);
    weights[i] = weight(row);
    loss.scales[i] = scale(row);
    networks[row.fold()].push_back(i);
  }
  loss.weights = weights;
  loss.sigmas = fitted.sigmas;
  loss.errors = [&](const VectorXd& x) { return VectorXd(times.at(x) - published); };
  loss.slopes = [&](const VectorXd& x) { return times.slopes(x); };
  const VectorXd best = fitted.rounded(minimise(loss, VectorXd::Zero(k), kEmulatedEvaluations));
  const VectorXd best_times = times.at(best);
  const MatrixXd slopes = times.slopes(best);

  Calibration result;
  result.chip = fitted.chip(best);
  result.rows.resize(rows.size());
  for (Index i = 0; i < n; ++i) result.rows[std::size_t(i)].in_sample_ms = std::exp(best_times[i]);
  for (Index j = 0; j < k; ++j) {
    FittedParameter parameter;
    parameter.key = keys[std::size_t(j)];
    parameter.start = fitted.starts[std::size_t(j)];
    parameter.value = parameter.lowest = parameter.highest = fitted.value(best, j);
    parameter.sensitivity = slopes.col(j).cwiseAbs().mean();
    result.parameters.push_back(parameter);
  }

  loss.errors = [&](const VectorXd& x) { return VectorXd(best_times + slopes * (x - best) - published); };
  loss.slopes = [&](const VectorXd&) { return MatrixXd(slopes); };
  for (const auto& [network, members] : networks) {
    progress("without " + network);
    loss.weights = weights;
    for (const Index i : members) loss.weights[i] = 0;
    const VectorXd x = minimise(loss, best, kLinearEvaluations);
    const isa::ChipSpec without = fitted.chip(x);
    for (Index j = 0; j < k; ++j) {
      auto& parameter = result.parameters[std::size_t(j)];
      parameter.lowest = std::min(parameter.lowest, fitted.value(x, j));
      parameter.highest = std::max(parameter.highest, fitted.value(x, j));
    }
    for (const Index i : members) result.rows[std::size_t(i)].held_out_ms = predictor.time_ms(std::size_t(i), without);
  }

  progress(fmt::format("{} draws of {} networks", kDraws, networks.size()));
  std::vector<std::vector<double>> drawn(keys.size());
  std::mt19937_64 random;  // its sequence is the standard's, a distribution's would be the library's
  for (int draw = 0; draw < kDraws; ++draw) {
    loss.weights.setZero();
    for (std::size_t member = 0; member < networks.size(); ++member)
      for (const Index i : std::next(networks.begin(), std::ptrdiff_t(random() % networks.size()))->second)
        loss.weights[i] += weights[i];
    const VectorXd x = minimise(loss, best, kLinearEvaluations);
    for (Index j = 0; j < k; ++j) drawn[std::size_t(j)].push_back(fitted.value(x, j));
  }
  for (std::size_t j = 0; j < keys.size(); ++j) {
    auto& parameter = result.parameters[j];
    parameter.low = quantile(drawn[j], kLowQuantile);
    parameter.high = quantile(drawn[j], kHighQuantile);
    auto& origin = result.chip.origins[parameter.key];
    origin.provenance = isa::Provenance::kFitted;
    origin.source = fmt::format(
        "bmemu calibrate on {} published times; {:.3g} to {:.3g} (90 %) by bootstrap over networks, {:.3g} to {:.3g} "
        "without one network",
        n, parameter.low, parameter.high, parameter.lowest, parameter.highest);
  }
  return result;
}

}  // namespace bmemu::harness
