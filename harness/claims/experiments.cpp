// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/claims/experiments.h"

namespace bmemu::harness {

const std::map<std::string, Experiment>& experiments() {
  static const std::map<std::string, Experiment> kExperiments = {
      {"3.1", test_quantisation}, {"3.2", test_group_search},  {"4.1", test_upsampling},
      {"4.2", test_upsampling},   {"5.1", test_fp32_accuracy}, {"6.1", test_local_memory},
      {"6.2", test_scale_loop},   {"6.3", test_serial_demos},  {"6.4", test_low_end},
  };
  return kExperiments;
}

}  // namespace bmemu::harness
