// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/compile_inputs.h"

#include <fmt/format.h>

namespace bmemu::kernels {

const std::vector<std::string_view>& chip_parameters_read() {
  static const std::vector<std::string_view> kKeys = {"tiu.clock_mhz",
                                                      "tiu.lanes",
                                                      "tiu.eu_bytes",
                                                      "local_memory.lane_bytes",
                                                      "local_memory.banks",
                                                      "static_memory.bytes",
                                                      "gdma.clock_mhz",
                                                      "gdma.s2l_bytes_per_cycle",
                                                      "gdma.l2s_bytes_per_cycle",
                                                      "gdma.tensor_rate_ratio",
                                                      "gdma.row_bytes",
                                                      "ideal_dma.port_bytes_per_cycle",
                                                      "ideal_dma.ddr_rate_ratio",
                                                      "ideal_dma.ddr_read_start_ns",
                                                      "ideal_dma.ddr_write_start_ns",
                                                      "ddr.controllers",
                                                      "ddr.bits_per_controller",
                                                      "ddr.rate_mt_per_s",
                                                      "silicon.dma_start_ns",
                                                      "silicon.dma_time_ratio",
                                                      "silicon.dma_row_cycles"};
  return kKeys;
}

std::string text_of(const CompileOptions& options) {
  return fmt::format("layer_groups={} longest_group={} search_budget={}", options.layer_groups, options.longest_group,
                     options.search_budget ? fmt::format("{}", *options.search_budget) : "none");
}

}  // namespace bmemu::kernels
