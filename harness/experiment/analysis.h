// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a finished sweep says: elasticities, knees, sensitivities and the points that nothing beats.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/sweep.h"

namespace bmemu::harness {

/// How time answers to a parameter: d ln(time) / d ln(parameter). -1: twice the parameter, half the time; 0: no effect.
/// Between neighbours that differ in nothing else.
struct Elasticity {
  std::string program;
  std::string key;
  double mean = 0;  ///< over all pairs of neighbours
  double lowest = 0, highest = 0;
  std::size_t pairs = 0;
};
std::vector<Elasticity> elasticities(const Sweep& sweep);

/// Where a curve stops to depend on its parameter: half of a change still arrives in the time on one side, less on the
/// other. For sweeps of one program along one number.
struct Knee {
  std::string program;
  std::string key;
  double value = 0;         ///< of the parameter, between two points
  bool bound_below = true;  ///< the side on which the parameter binds
  bool costs = false;       ///< there the time grows with a rate or a size, which no network needs
};
inline constexpr double kBoundElasticity = 0.5;
std::vector<Knee> knees(const Sweep& sweep);

/// Time and the varied numbers, all wanted small (rates) or large (latencies): rows that no other row beats in all.
std::vector<std::size_t> pareto_rows(const Sweep& sweep);

/// Morris' elementary effects of trajectories made by `morris`: of ln(time), for a step of two thirds of a range.
struct ElementaryEffect {
  std::string program;
  std::string key;
  double mean_absolute = 0;  ///< mu*: importance
  double deviation = 0;      ///< sigma: not linear, or interacts
};
std::vector<ElementaryEffect> elementary_effects(const Sweep& sweep);

/// ln(time) as a linear function of ln(parameters), by least squares: elasticities of a sample.
struct Regression {
  std::string program;
  std::vector<double> elasticities;  ///< in the order of the design's numeric keys
  double r_squared = 0;              ///< share of the variance that this explains
};
std::vector<Regression> regressions(const Sweep& sweep);
std::vector<std::string> numeric_keys(const Sweep& sweep);

/// The findings in sentences, one a line, for text and page: "below 41 GB/s (ddr.rate_mt_per_s 2560) resnet50 is bound
/// by DDR".
std::vector<std::string> findings(const Sweep& sweep);

}  // namespace bmemu::harness
