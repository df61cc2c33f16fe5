// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/fit/calibration.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "harness/accuracy/fit/chip_edit.h"
#include "harness/accuracy/fit/linear_fit.h"
#include "harness/accuracy/statistics.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kStep = 0.05;  ///< of ln(value), to both sides, for derivatives: above the steps of DDR's rules
constexpr int kLinearisations = 3;
constexpr double kSettled = 0.002;  ///< of ln(value)
constexpr double kLargestStep = 0.7;
constexpr int kDraws = 1000;
constexpr double kLowQuantile = 0.05, kHighQuantile = 0.95;
constexpr double kOtherSigma = 0.6;

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
  /// With neutral values where a mechanism is off.
  isa::ChipSpec chip(const VectorXd& x, const Mechanisms& on) const {
    isa::ChipSpec changed = chip_;
    for (Index j = 0; j < x.size(); ++j)
      isa::set_value(changed, *parameters_[std::size_t(j)], on[std::size_t(j)] ? value(x, j) : neutral(j));
    return changed;
  }
  double neutral(Index j) const { return parameters_[std::size_t(j)]->neutral_value; }
  /// The nearest x whose values a chip file can hold.
  VectorXd as_in_a_file(VectorXd x) const {
    for (Index j = 0; j < x.size(); ++j) x[j] = std::log(as_written(value(x, j)) / starts[std::size_t(j)]);
    return x;
  }

  std::vector<double> starts;
  VectorXd sigmas;

 private:
  isa::ChipSpec chip_;
  std::vector<const isa::Parameter*> parameters_;
};

/// ln(time) of all rows by emulation.
class LogTimes {
 public:
  LogTimes(const Predictor& predictor, const Fitted& fitted, const std::function<void(const std::string&)>& progress)
      : predictor_(predictor), fitted_(fitted), progress_(progress) {}

  VectorXd at(const VectorXd& x, const Mechanisms& on) {
    progress_(fmt::format("fit: pass {} over {} programs", ++passes_, predictor_.rows().size()));
    const auto times = predictor_.times_ms(fitted_.chip(x, on));
    return Eigen::Map<const VectorXd>(times.data(), Index(times.size())).array().log();
  }
  /// Into `linear`, at x with the mechanisms that are on.
  void linearise(const VectorXd& x, const Mechanisms& on, LinearTimes& linear) {
    linear.point = x;
    linear.at = at(x, on);
    linear.slopes.setZero(linear.at.size(), x.size());
    for (Index j = 0; j < x.size(); ++j) {
      if (!on[std::size_t(j)]) continue;
      VectorXd up = x;
      up[j] += kStep;
      linear.slopes.col(j) = (at(up, on) - linear.at) / kStep;
    }
  }

 private:
  const Predictor& predictor_;
  const Fitted& fitted_;
  const std::function<void(const std::string&)>& progress_;
  int passes_ = 0;
};

/// The fit on linearisations that follow it.
VectorXd settle(LogTimes& times, const VectorXd& weights, const Mechanisms& on, LinearTimes& linear) {
  VectorXd x = linear.point;
  for (int pass = 0; pass < kLinearisations; ++pass) {
    times.linearise(x, on, linear);
    LinearTimes here = linear;  // what is off is off in the linearisation already
    for (auto& change : here.off) change = VectorXd::Zero(linear.at.size());
    const VectorXd move = fit(here, weights, on).x - x;
    x += move.cwiseMax(-kLargestStep).cwiseMin(kLargestStep);
    if (move.cwiseAbs().maxCoeff() < kSettled) break;
  }
  return x;
}

/// Mean |error| in per cent of counting rows that are left out with their network, mechanisms chosen among `allowed`.
double left_out_mape(const LinearTimes& linear, const VectorXd& weights, const Mechanisms& allowed) {
  double sum = 0;
  const int networks = *std::max_element(linear.networks.begin(), linear.networks.end()) + 1;
  for (int network = 0; network < networks; ++network) {
    VectorXd others = weights;
    for (Index i = 0; i < weights.size(); ++i)
      if (linear.networks[std::size_t(i)] == network) others[i] = 0;
    if (others == weights) continue;
    const VectorXd predicted = fit(linear, others, choose(linear, others, allowed)).times;
    for (Index i = 0; i < weights.size(); ++i)
      if (linear.networks[std::size_t(i)] == network && weights[i] > 0)
        sum += 100 * std::abs(std::expm1(predicted[i] - linear.target[i]));
  }
  return sum / double((weights.array() > 0).count());
}

constexpr std::string_view kAlwaysOn = "launch.";

/// One calibration, step by step: mechanisms and values, what they are worth, each network left out, the bootstrap.
class Calibrator {
 public:
  Calibrator(const Predictor& predictor, const isa::ChipSpec& chip, const std::vector<std::string>& keys,
             const std::function<void(const std::string&)>& progress)
      : predictor_(predictor),
        keys_(keys),
        progress_(progress),
        fitted_(chip, keys),
        times_(predictor, fitted_, progress),
        weights_(Index(predictor.rows().size())),
        all_(keys.size(), true) {
    linear_.target.resize(weights_.size());
    linear_.sigmas = fitted_.sigmas;
    for (Index i = 0; i < weights_.size(); ++i) {
      const auto& row = predictor.rows()[std::size_t(i)];
      linear_.target[i] = std::log(row.comparable_ms);
      weights_[i] = row.is_scored() ? row.weight : 0;
      networks_[row.fold()].push_back(i);
    }
    if (weights_.maxCoeff() <= 0)
      throw Error({"E-ACCURACY-TABLE", chip.name, "no row that counts", "at least one",
                   "every time is of another precision, another program or a transformer"});
    linear_.networks.resize(predictor.rows().size());
    int number = 0;
    for (const auto& [network, members] : networks_) {
      for (const Index i : members) linear_.networks[std::size_t(i)] = number;
      ++number;
    }
  }

  Calibration take() {
    linearise();
    choose_and_fit();
    describe_parameters();
    leave_networks_out();
    draw_networks();
    return std::move(result_);
  }

 private:
  Index parameters() const { return Index(keys_.size()); }
  Mechanisms all_but(Index j) const {
    Mechanisms without = all_;
    without[std::size_t(j)] = false;
    return without;
  }

  /// Around the fit with every mechanism on.
  void linearise() {
    linear_.point = VectorXd::Zero(parameters());
    linear_.off.resize(keys_.size());
    settle(times_, weights_, all_, linear_);
    for (Index j = 0; j < parameters(); ++j)
      if (keys_[std::size_t(j)].rfind(kAlwaysOn, 0) != 0)
        linear_.off[std::size_t(j)] = times_.at(linear_.point, all_but(j)) - linear_.at;
  }

  void choose_and_fit() {
    progress_("choice of mechanisms");
    on_ = choose(linear_, weights_, all_);
    LinearTimes chosen = linear_;
    chosen.point = fit(linear_, weights_, on_).x;
    best_ = fitted_.as_in_a_file(settle(times_, weights_, on_, chosen));
    result_.chip = fitted_.chip(best_, on_);
    result_.folds = int(networks_.size());
    result_.rows.resize(predictor_.rows().size());
    for (std::size_t i = 0; i < result_.rows.size(); ++i) {
      auto& row = result_.rows[i];
      row.likeness = predictor_.run(i, result_.chip).likeness();
      row.in_sample_ms = row.likeness.time_ms;
    }
  }

  void describe_parameters() {
    result_.linear_mape = left_out_mape(linear_, weights_, all_);
    for (Index j = 0; j < parameters(); ++j) {
      FittedParameter parameter;
      parameter.key = keys_[std::size_t(j)];
      parameter.start = fitted_.starts[std::size_t(j)];
      parameter.is_chosen = on_[std::size_t(j)];
      parameter.is_optional = linear_.off[std::size_t(j)].size() > 0;
      parameter.value = parameter.is_chosen ? fitted_.value(best_, j) : fitted_.neutral(j);
      parameter.lowest = parameter.highest = parameter.value;
      parameter.sensitivity = linear_.slopes.col(j).cwiseAbs().mean();
      if (parameter.is_optional) parameter.mape_without = left_out_mape(linear_, weights_, all_but(j));
      result_.parameters.push_back(parameter);
    }
  }

  /// Mechanisms are chosen and fitted anew without each network, whose programs are then emulated.
  void leave_networks_out() {
    for (const auto& [network, members] : networks_) {
      progress_("without " + network);
      VectorXd others = weights_;
      for (const Index i : members) others[i] = 0;
      const bool counts = others != weights_;
      const Mechanisms now = counts ? choose(linear_, others, all_) : on_;
      const VectorXd x = counts ? fit(linear_, others, now).x : best_;
      for (Index j = 0; j < parameters(); ++j) {
        auto& parameter = result_.parameters[std::size_t(j)];
        if (!now[std::size_t(j)]) continue;
        ++parameter.folds_chosen;
        parameter.lowest = std::min(parameter.lowest, fitted_.value(x, j));
        parameter.highest = std::max(parameter.highest, fitted_.value(x, j));
      }
      const isa::ChipSpec without = fitted_.chip(x, now);
      for (const Index i : members)
        result_.rows[std::size_t(i)].held_out_ms = predictor_.time_ms(std::size_t(i), without);
    }
  }

  /// Ranges of the parameters by bootstrap over networks, and what the chip file says of them.
  void draw_networks() {
    progress_(fmt::format("{} draws of {} networks", kDraws, networks_.size()));
    std::vector<std::vector<double>> drawn(keys_.size());
    std::mt19937_64 random;  // its sequence is the standard's, a distribution's would be the library's
    for (int draw = 0; draw < kDraws; ++draw) {
      VectorXd drawn_weights = VectorXd::Zero(weights_.size());
      for (std::size_t member = 0; member < networks_.size(); ++member)
        for (const Index i : std::next(networks_.begin(), std::ptrdiff_t(random() % networks_.size()))->second)
          drawn_weights[i] += weights_[i];
      const VectorXd x = fit(linear_, drawn_weights, on_).x;
      for (Index j = 0; j < parameters(); ++j) drawn[std::size_t(j)].push_back(fitted_.value(x, j));
    }
    for (std::size_t j = 0; j < keys_.size(); ++j) state_origin(result_.parameters[j], drawn[j]);
  }

  void state_origin(FittedParameter& parameter, const std::vector<double>& drawn) {
    const auto counting = (weights_.array() > 0).count();
    auto& origin = result_.chip.origins[parameter.key];
    origin.provenance = isa::Provenance::kFitted;
    if (!parameter.is_chosen) {
      parameter.low = parameter.high = parameter.value;
      origin.source = fmt::format(
          "bmemu calibrate on {} published times: neutral, networks left out are predicted better without it",
          counting);
      return;
    }
    parameter.low = quantile(drawn, kLowQuantile);
    parameter.high = quantile(drawn, kHighQuantile);
    origin.source = fmt::format(
        "bmemu calibrate on {} published times; {:.3g} to {:.3g} (90 %) by bootstrap over networks, {:.3g} to {:.3g} "
        "without one network",
        counting, parameter.low, parameter.high, parameter.lowest, parameter.highest);
  }

  const Predictor& predictor_;
  const std::vector<std::string>& keys_;
  const std::function<void(const std::string&)>& progress_;
  const Fitted fitted_;
  LogTimes times_;
  VectorXd weights_;                                    ///< of the rows; 0: does not count
  std::map<std::string, std::vector<Index>> networks_;  ///< rows by fold
  LinearTimes linear_;
  const Mechanisms all_;
  Mechanisms on_;
  VectorXd best_;
  Calibration result_;
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
  return Calibrator(predictor, chip, keys, progress).take();
}

}  // namespace bmemu::harness
