// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Published inference stages beside what the host model says: the time of the TPU plus the interface.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/host/networks.h"

namespace bmemu::harness {

struct StageCase {
  StageRow row;
  double tpu_ms = 0;  ///< per image, published
  std::string tpu_source;
  HostCall call;
  std::string excluded;  ///< why the row says nothing about the interface; empty: it does
  bool outputs_known = false;

  double published_ms() const { return *row.inference_ms; }
  double predicted_ms(const InterfaceModel& model) const { return tpu_ms + host_ms(call, model); }
  double relative_error(const InterfaceModel& model) const { return predicted_ms(model) / published_ms() - 1; }
};

/// The current rows that have a time of the TPU, in file order. A further row of the same key is kept and excluded.
std::vector<StageCase> stage_cases(const std::vector<StageRow>& rows, const std::vector<TimeRow>& times,
                                   const std::vector<NetworkFacts>& networks);

/// How many cases are predicted within `within` of what was published.
struct StageScore {
  std::size_t count = 0, within = 0;
  double median_error = 0;  ///< of absolute relative errors
  double share() const { return count == 0 ? 0 : static_cast<double>(within) / static_cast<double>(count); }
};
inline constexpr double kStageTolerance = 0.20;
enum class Excluded { kCounted, kLeftOut };

/// Scores by interface. `errors`: relative, one per case.
std::map<HostInterface, StageScore> score(const std::vector<StageCase>& cases, const std::vector<double>& errors,
                                          Excluded excluded);
StageScore total(const std::map<HostInterface, StageScore>& scores);

std::vector<double> relative_errors(const std::vector<StageCase>& cases, const InterfaceModel& model);

}  // namespace bmemu::harness
