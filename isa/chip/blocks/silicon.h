// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What silicon adds to the ideal costs.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// What silicon adds to the ideal costs. Fitted on published run times; docs/silicon.md has the evidence.
struct SiliconSpec {
  double tiu_start_cycles = 0;   ///< start and drain of every TIU command
  double cube_drain_cycles = 0;  ///< in which a block's results leave the cube when every lane has some
  double cube_line_cycles = 0;   ///< from the begin of a line of results to its first, unless its blocks are longer
  double cube_16bit_ratio = 0;   ///< cycles of the cube on 16-bit data, share of the ideal ones
  double window_row_share = 0;   ///< of a cycle, for every further row that a tap of a 32-bit convolution reads
  double matmul_f32_ratio = 0;   ///< cycles of a 32-bit matrix multiplication, share of the ideal ones
  double gather_ratio = 0;       ///< cycles of gather and scatter in local memory, share of the ideal ones
  double dma_start_ns = 0;       ///< start of every DMA command
  double dma_time_ratio = 0;     ///< time of a transfer's bytes, share of the ideal one
  double dma_row_ratio = 0;      ///< time lost on short rows, share of the ideal one
};

// Priors: TIU instructions of a later chip start in 11 to 60 cycles, its convolutions in 8 at least; DMA starts in 100
// to 150 ns on later chips; all else the ideal cost.
inline constexpr ParameterRow<SiliconSpec> kSiliconRows[] = {
    ParameterRow("tiu_start_cycles", &SiliconSpec::tiu_start_cycles, 0, 10000, "start and drain of every TIU command")
        .prior(60, 0.7),
    ParameterRow("cube_drain_cycles", &SiliconSpec::cube_drain_cycles, 0, 1000,
                 "cycles in which the results of a block leave the cube when every lane has some")
        .only(Family::kBm1684x)
        .prior(8, 0.7),
    ParameterRow("cube_line_cycles", &SiliconSpec::cube_line_cycles, 0, 10000,
                 "cycles from the begin of a line of results to its first, unless its blocks are longer")
        .only(Family::kBm1684x)
        .prior(40, 0.7),
    ParameterRow("cube_16bit_ratio", &SiliconSpec::cube_16bit_ratio, 1, 100,
                 "cycles of the cube on 16-bit data, share of the ideal ones")
        .only(Family::kBm1684x)
        .neutral(1)
        .prior(1.05, 0.1),
    ParameterRow("window_row_share", &SiliconSpec::window_row_share, 0, 10,
                 "cycles for every further row that a tap of a 32-bit convolution reads")
        .only(Family::kBm1684x)
        .prior(1, 0.5),
    ParameterRow("matmul_f32_ratio", &SiliconSpec::matmul_f32_ratio, 1, 100,
                 "cycles of a 32-bit matrix multiplication, share of the ideal ones")
        .only(Family::kBm1684x)
        .neutral(1),
    ParameterRow("gather_ratio", &SiliconSpec::gather_ratio, 1, 100,
                 "cycles of gather and scatter in local memory, share of the ideal ones")
        .only(Family::kBm1684x)
        .neutral(1)
        .prior(1.1, 0.3),
    ParameterRow("dma_start_ns", &SiliconSpec::dma_start_ns, 0, 100000, "start of every DMA command").prior(120, 0.6),
    ParameterRow("dma_time_ratio", &SiliconSpec::dma_time_ratio, 0.1, 100,
                 "time of a transfer's bytes, share of the ideal one")
        .neutral(1)
        .prior(1, 0.2),
    ParameterRow("dma_row_ratio", &SiliconSpec::dma_row_ratio, 0, 100,
                 "time lost on short rows, share of the ideal one")
        .neutral(1)
        .prior(0.7, 0.6),
};

}  // namespace bmemu::isa
