// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/calibration.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <set>
#include <unsupported/Eigen/NonLinearOptimization>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kErrorScale = 0.08;  ///< errors well below count squared, well above by their size
constexpr double kPriorWeight = 0.55;
constexpr double kStep = 0.03;        ///< of ln(value), for derivatives
constexpr double kLargestMove = 2.0;  ///< of ln(value), over a whole fit

/// What is believed before any time is seen. `centre` 0: the value in the chip file.
struct Prior {
  std::string_view key;
  double centre;
  double sigma;  ///< of ln(value)
};

// Centres: host and runtime 0.15 ms (vendor logs: run time minus processor time); TIU instructions of a later chip
// start in 11 to 60 cycles; DMA starts in 100 to 150 ns on later chips; all else the ideal cost.
constexpr Prior kPriors[] = {
    {"launch.overhead_us", 150, 0.4},     {"silicon.tiu_start_cycles", 60, 0.7}, {"silicon.conv_block_cycles", 3, 0.7},
    {"silicon.window_row_share", 1, 0.5}, {"silicon.gather_ratio", 1.1, 0.3},    {"silicon.dma_start_ns", 120, 0.6},
    {"silicon.dma_time_ratio", 1, 0.2},   {"silicon.dma_row_ratio", 0.7, 0.6},
};
constexpr Prior kOtherPrior = {"", 0, 0.6};

Prior prior_of(const std::string& key) {
  for (const Prior& prior : kPriors)
    if (prior.key == key) return prior;
  return kOtherPrior;
}

/// How much a row says about silicon. Other programs than the one at hand made rows of mixed precision, and older
/// compilers those marked so.
double weight(const PublishedRow& row) {
  return row.weight * (row.is_mixed ? 0.4 : 1) * (row.other_compiler ? 0.4 : 1);
}

/// Pseudo-Huber: |robust(e)|^2 grows like e^2 near 0, like |e| far from it.
double robust(double e) {
  const double z = e / kErrorScale;
  return std::copysign(kErrorScale * std::sqrt(2 * (std::sqrt(1 + z * z) - 1)), e);
}
double robust_slope(double e) {
  const double z = e / kErrorScale;
  if (std::abs(z) < 1e-6) return 1;
  return (e / std::sqrt(1 + z * z)) / robust(e);
}

isa::ChipSpec with(const isa::ChipSpec& chip, const std::vector<FittedParameter>& parameters, const VectorXd& x) {
  isa::ChipSpec changed = chip;
  for (std::size_t k = 0; k < parameters.size(); ++k)
    isa::find_parameter(parameters[k].key)->real(changed) = parameters[k].start * std::exp(x[Eigen::Index(k)]);
  return changed;
}

/// Residuals of the robust loss and of the prior, for Eigen's optimiser. `log_ratios` and `slopes` are of ln(time).
struct Loss {
  using Scalar = double;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };
  using InputType = VectorXd;
  using ValueType = VectorXd;
  using JacobianType = MatrixXd;

  std::function<VectorXd(const VectorXd&)> log_ratios;
  std::function<MatrixXd(const VectorXd&)> slopes;
  VectorXd weights;
  VectorXd sigmas;  ///< of the prior, whose centre is 0
  Eigen::Index parameters = 0;

  int inputs() const { return int(parameters); }
  int values() const { return int(weights.size() + parameters); }
  int operator()(const VectorXd& x, VectorXd& out) const {
    const VectorXd e = log_ratios(x);
    out.resize(values());
    for (Eigen::Index i = 0; i < e.size(); ++i) out[i] = robust(weights[i] * e[i]);
    out.tail(parameters) = x.cwiseQuotient(sigmas) * (kPriorWeight * kErrorScale);
    return 0;
  }
  int df(const VectorXd& x, MatrixXd& out) const {
    const VectorXd e = log_ratios(x);
    const MatrixXd s = slopes(x);
    out.setZero(values(), parameters);
    for (Eigen::Index i = 0; i < e.size(); ++i) out.row(i) = s.row(i) * (weights[i] * robust_slope(weights[i] * e[i]));
    out.bottomRows(parameters).diagonal() = sigmas.cwiseInverse() * (kPriorWeight * kErrorScale);
    return 0;
  }
};

VectorXd minimise(Loss& loss, VectorXd x, int evaluations) {
  Eigen::LevenbergMarquardt<Loss> optimiser(loss);
  optimiser.parameters.maxfev = evaluations;
  optimiser.parameters.factor = 1;  // first steps stay within a factor of e
  optimiser.parameters.ftol = optimiser.parameters.xtol = 1e-5;
  optimiser.minimize(x);
  return x.cwiseMax(-kLargestMove).cwiseMin(kLargestMove);
}

VectorXd to_eigen(const std::vector<double>& values) {
  return Eigen::Map<const VectorXd>(values.data(), Eigen::Index(values.size()));
}

}  // namespace

std::vector<std::string> default_fit_keys(const isa::ChipSpec& chip) {
  std::vector<std::string> keys;
  for (const auto& parameter : isa::chip_parameters()) {
    const std::string key(parameter.key);
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
  const auto n = Eigen::Index(rows.size());
  const auto k = Eigen::Index(keys.size());
  Calibration result;
  for (const auto& key : keys) {
    const isa::Parameter* parameter = isa::find_parameter(key);
    if (parameter == nullptr || parameter->real == nullptr)
      throw Error({"E-CHIP-KEY", "--parameters", key, "a real parameter that bmemu chips lists", "cannot be fitted"});
    const double value = isa::value(*parameter, chip);
    if (!(value > 0))
      throw Error({"E-ACCURACY-PARAMETER", key, fmt::format("{}", value), "a start above 0", "cannot be fitted"});
    FittedParameter fitted;
    fitted.key = key;
    const double centre = prior_of(key).centre;
    fitted.start = centre > 0 ? centre : value;
    result.parameters.push_back(fitted);
  }

  VectorXd published(n);
  VectorXd weights(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    published[i] = rows[std::size_t(i)].published_ms;
    weights[i] = weight(rows[std::size_t(i)]);
  }
  VectorXd at;  // the last point that was emulated
  VectorXd log_times;
  int runs = 0;
  const auto emulate = [&](const VectorXd& x) -> VectorXd {
    progress(fmt::format("fit: pass {} over {} programs", ++runs, n));
    return to_eigen(predictor.times_ms(with(chip, result.parameters, x))).array().log().matrix();
  };
  const auto times_at = [&](const VectorXd& x) {
    if (at.size() != x.size() || (at - x).cwiseAbs().maxCoeff() > 0) {
      log_times = emulate(x);
      at = x;
    }
    return log_times;
  };
  const auto slopes_at = [&](const VectorXd& x) {
    const VectorXd base = times_at(x);
    MatrixXd slopes(n, k);
    for (Eigen::Index j = 0; j < k; ++j) {
      VectorXd moved = x;
      moved[j] += kStep;
      slopes.col(j) = (emulate(moved) - base) / kStep;
    }
    return slopes;
  };
  const VectorXd log_published = published.array().log().matrix();

  Loss loss;
  loss.parameters = k;
  loss.weights = weights;
  loss.sigmas.resize(k);
  for (Eigen::Index j = 0; j < k; ++j) loss.sigmas[j] = prior_of(keys[std::size_t(j)]).sigma;
  loss.log_ratios = [&](const VectorXd& x) { return VectorXd(times_at(x) - log_published); };
  loss.slopes = slopes_at;
  const VectorXd best = minimise(loss, VectorXd::Zero(k), 8);
  const VectorXd best_times = times_at(best);
  const MatrixXd slopes = slopes_at(best);

  result.chip = with(chip, result.parameters, best);
  result.rows.resize(rows.size());
  for (Eigen::Index i = 0; i < n; ++i) result.rows[std::size_t(i)].in_sample_ms = std::exp(best_times[i]);
  for (Eigen::Index j = 0; j < k; ++j) {
    auto& parameter = result.parameters[std::size_t(j)];
    parameter.value = parameter.lowest = parameter.highest = parameter.start * std::exp(best[j]);
    parameter.sensitivity = slopes.col(j).cwiseAbs().mean();
  }

  std::set<std::string> folds;
  for (const auto& row : rows) folds.insert(row.fold());
  loss.log_ratios = [&](const VectorXd& x) { return VectorXd(best_times + slopes * (x - best) - log_published); };
  loss.slopes = [&](const VectorXd&) { return slopes; };
  for (const auto& fold : folds) {
    progress("without " + fold);
    for (Eigen::Index i = 0; i < n; ++i) loss.weights[i] = rows[std::size_t(i)].fold() == fold ? 0 : weights[i];
    const VectorXd x = minimise(loss, best, 400);
    const isa::ChipSpec without = with(chip, result.parameters, x);
    for (Eigen::Index j = 0; j < k; ++j) {
      auto& parameter = result.parameters[std::size_t(j)];
      const double value = parameter.start * std::exp(x[j]);
      parameter.lowest = std::min(parameter.lowest, value);
      parameter.highest = std::max(parameter.highest, value);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].fold() == fold) result.rows[i].held_out_ms = predictor.time_ms(i, without);
  }
  for (const auto& parameter : result.parameters) {
    auto& origin = result.chip.origins[parameter.key];
    origin.provenance = isa::Provenance::kFitted;
    origin.source = fmt::format("bmemu calibrate on {} published times; {:.3g} to {:.3g} without one network", n,
                                parameter.lowest, parameter.highest);
  }
  return result;
}

}  // namespace bmemu::harness
