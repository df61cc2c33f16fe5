// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What silicon adds to the ideal costs.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// What silicon adds to the ideal costs. Fitted on published run times; docs/silicon.md has the evidence.
struct SiliconSpec {
  double board_ratio = 0;  ///< time of TIU commands on boards with published times, share of that at `tiu.clock_mhz`
  double tiu_start_cycles = 0;  ///< start and drain of every TIU command
  double cube_ratio = 0;        ///< cycles of convolutions and products in the cube, share of the ideal ones
  double special_ratio = 0;     ///< cycles of divisions, series and table look-ups, share of the ideal ones
  double window_row_share = 0;  ///< of a cycle, for every further row that a tap of a 32-bit convolution reads
  double matmul_f32_ratio = 0;  ///< cycles of a 32-bit matrix multiplication, share of the ideal ones
  double dma_start_ns = 0;      ///< start of every DMA command
  double dma_time_ratio = 0;    ///< time of a transfer's bytes, share of the ideal one
  double dma_row_cycles = 0;    ///< shortest time of one contiguous row, in cycles of the DMA engine
};

// Priors, before any time is seen: TIU commands of a later chip start in 11 to 60 cycles, those of an older one in
// more; arrays wait for local memory now and then; LPDDR4 gives 70 to 90 % of its peak.
inline constexpr ParameterRow<SiliconSpec> kSiliconRows[] = {
    ParameterRow("board_ratio", &SiliconSpec::board_ratio, 0.1, 100,
                 "time of TIU commands on boards with published times, share of that at the stated clock")
        .neutral(1),
    ParameterRow("tiu_start_cycles", &SiliconSpec::tiu_start_cycles, 0, 10000, "start and drain of every TIU command")
        .prior(300, 0.7),
    ParameterRow("cube_ratio", &SiliconSpec::cube_ratio, 1, 100,
                 "cycles of convolutions and products in the cube, share of the ideal ones")
        .only(Family::kBm1684x)
        .neutral(1)
        .prior(1.05, 0.05),
    ParameterRow("special_ratio", &SiliconSpec::special_ratio, 1, 100,
                 "cycles of divisions, series and table look-ups, share of the ideal ones")
        .neutral(1)
        .prior(1.2, 0.15),
    ParameterRow("window_row_share", &SiliconSpec::window_row_share, 0, 10,
                 "cycles for every further row that a tap of a 32-bit convolution reads")
        .only(Family::kBm1684x),
    ParameterRow("matmul_f32_ratio", &SiliconSpec::matmul_f32_ratio, 1, 100,
                 "cycles of a 32-bit matrix multiplication, share of the ideal ones")
        .only(Family::kBm1684x)
        .neutral(1),
    ParameterRow("dma_start_ns", &SiliconSpec::dma_start_ns, 0, 100000, "start of every DMA command").prior(120, 0.4),
    ParameterRow("dma_time_ratio", &SiliconSpec::dma_time_ratio, 0.1, 100,
                 "time of a transfer's bytes, share of the ideal one")
        .neutral(1)
        .prior(1.1, 0.1),
    ParameterRow("dma_row_cycles", &SiliconSpec::dma_row_cycles, 0, 1000,
                 "shortest time of one contiguous row, in cycles of the DMA engine")
        .prior(4, 0.3),
};

}  // namespace bmemu::isa
