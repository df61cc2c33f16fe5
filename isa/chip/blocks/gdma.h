// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The DMA engine, as silicon has it and as the compiler estimates it.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// DMA engine between DDR, L2 and local memory.
struct GdmaSpec {
  double clock_mhz = 0;
  // Undisturbed rates by direction, in bytes per cycle of the DMA engine. S = DDR or L2, L = local memory.
  double s2l_bytes_per_cycle = 0, l2s_bytes_per_cycle = 0, s2s_bytes_per_cycle = 0, l2l_bytes_per_cycle = 0;
  double gather_bytes_per_cycle = 0;
  double tensor_rate_ratio = 0;       ///< rate of tensor copies, share of the rate of matrix copies
  double transpose_rate_ratio = 0;    ///< rate of transposing matrix copies, share of that of plain ones
  std::int64_t row_bytes = 0;         ///< shortest contiguous row: a shorter one takes as long
  std::int64_t rate_controllers = 0;  ///< DDR controllers that a tensor copy must reach to have its full rate
};

inline constexpr ParameterRow<GdmaSpec> kGdmaRows[] = {
    ParameterRow("clock_mhz", &GdmaSpec::clock_mhz, 1, 10000, "clock of the DMA engine"),
    ParameterRow("s2l_bytes_per_cycle", &GdmaSpec::s2l_bytes_per_cycle, 0, 4096,
                 "undisturbed rate from DDR or L2 to local memory")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("l2s_bytes_per_cycle", &GdmaSpec::l2s_bytes_per_cycle, 0, 4096,
                 "undisturbed rate from local memory to DDR or L2")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("s2s_bytes_per_cycle", &GdmaSpec::s2s_bytes_per_cycle, 0, 4096,
                 "undisturbed rate from DDR or L2 to DDR or L2")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("l2l_bytes_per_cycle", &GdmaSpec::l2l_bytes_per_cycle, 0, 4096, "undisturbed rate inside local memory")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("gather_bytes_per_cycle", &GdmaSpec::gather_bytes_per_cycle, 0, 4096,
                 "undisturbed rate of gather and scatter")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("tensor_rate_ratio", &GdmaSpec::tensor_rate_ratio, 0, 1,
                 "rate of tensor copies, share of that of matrix copies")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("transpose_rate_ratio", &GdmaSpec::transpose_rate_ratio, 0, 1,
                 "rate of transposing matrix copies, share of that of plain ones")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("row_bytes", &GdmaSpec::row_bytes, 0, 65536, "shortest row of a transfer: a shorter one takes as long")
        .only(Family::kBm1684x),
    ParameterRow("rate_controllers", &GdmaSpec::rate_controllers, 0, 16,
                 "DDR controllers that a tensor copy must reach to have its full rate")
        .only(Family::kBm1684x),
};

/// What a transfer costs when nothing disturbs it, as the vendor's compiler estimates it. BM1684 only: 0 on other
/// chips.
struct IdealDmaSpec {
  std::int64_t port_bytes_per_cycle = 0;  ///< of its memory ports, in the clock of the DMA engine
  double ddr_rate_ratio = 0;              ///< rate outside refresh, as a share of the stated peak of the DDR
  double local_gb_per_s = 0;              ///< one pass over local memory, reading or writing
  double ddr_read_start_ns = 0, ddr_write_start_ns = 0, fill_start_ns = 0, local_start_ns = 0;
  double row_ns = 0;   ///< shortest time of one contiguous row
  double page_ns = 0;  ///< every `page_bytes` that a scattered read passes over
  std::int64_t page_bytes = 0;
  double refresh_share = 0;  ///< of the time, in which DDR is not available
};

inline constexpr ParameterRow<IdealDmaSpec> kIdealDmaRows[] = {
    ParameterRow("port_bytes_per_cycle", &IdealDmaSpec::port_bytes_per_cycle, 0, 4096,
                 "bytes per DMA clock of a memory port (BM1684 estimate)")
        .only(Family::kBm1684),
    ParameterRow("ddr_rate_ratio", &IdealDmaSpec::ddr_rate_ratio, 0, 2, "DDR rate outside refresh, share of the peak")
        .only(Family::kBm1684),
    ParameterRow("local_gb_per_s", &IdealDmaSpec::local_gb_per_s, 0, 10000, "one pass over local memory")
        .only(Family::kBm1684),
    ParameterRow("ddr_read_start_ns", &IdealDmaSpec::ddr_read_start_ns, 0, 1e6, "start of a transfer that reads DDR")
        .only(Family::kBm1684),
    ParameterRow("ddr_write_start_ns", &IdealDmaSpec::ddr_write_start_ns, 0, 1e6, "start of a transfer that writes DDR")
        .only(Family::kBm1684),
    ParameterRow("fill_start_ns", &IdealDmaSpec::fill_start_ns, 0, 1e6, "start of a fill with a constant")
        .only(Family::kBm1684),
    ParameterRow("local_start_ns", &IdealDmaSpec::local_start_ns, 0, 1e6, "start of a copy inside local memory")
        .only(Family::kBm1684),
    ParameterRow("row_ns", &IdealDmaSpec::row_ns, 0, 1e6, "shortest time of one contiguous row").only(Family::kBm1684),
    ParameterRow("page_ns", &IdealDmaSpec::page_ns, 0, 1e6, "every page that a scattered read passes over")
        .only(Family::kBm1684),
    ParameterRow("page_bytes", &IdealDmaSpec::page_bytes, 0, 1 << 20, "page of a scattered read").only(Family::kBm1684),
    ParameterRow("refresh_share", &IdealDmaSpec::refresh_share, 0, 0.9, "share of the time spent in DDR refresh")
        .only(Family::kBm1684),
};

}  // namespace bmemu::isa
