// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/compile_inputs.h"

#include <fmt/format.h>

namespace bmemu::kernels {

const std::vector<std::string_view>& chip_parameters_read() {
  static const std::vector<std::string_view> keys = {"tiu.clock_mhz",
                                                     "tiu.lanes",
                                                     "tiu.eu_bytes",
                                                     "local_memory.lane_bytes",
                                                     "local_memory.banks",
                                                     "static_memory.bytes",
                                                     "gdma.clock_mhz",
                                                     "gdma.l2s_bytes_per_cycle",
                                                     "gdma.row_bytes",
                                                     "ddr.controllers",
                                                     "ddr.bits_per_controller",
                                                     "ddr.rate_mt_per_s"};
  return keys;
}

std::string text_of(const CompileOptions& options) {
  return fmt::format("layer_groups={} longest_group={}", options.layer_groups, options.longest_group);
}

}  // namespace bmemu::kernels
