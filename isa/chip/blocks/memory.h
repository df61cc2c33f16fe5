// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Memories on the chip.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// Lane-banked local memory.
struct LocalMemorySpec {
  std::int64_t lane_bytes = 0;
  std::int64_t banks = 0;  ///< per lane
  std::int64_t bank_bytes() const { return banks == 0 ? 0 : lane_bytes / banks; }
};

inline constexpr ParameterRow<LocalMemorySpec> kLocalMemoryRows[] = {
    ParameterRow("lane_bytes", &LocalMemorySpec::lane_bytes, 4096, 1 << 24, "local memory of one lane"),
    ParameterRow("banks", &LocalMemorySpec::banks, 1, 64, "banks of the local memory of one lane")
        .limit_on(Family::kBm1684),
};

/// On-chip SRAM shared by the engines.
struct L2Spec {
  std::int64_t bytes = 0;
  std::int64_t bytes_per_cycle = 0;  ///< of its port, in the clock of the DMA engine
};

inline constexpr ParameterRow<L2Spec> kL2Rows[] = {
    ParameterRow("bytes", &L2Spec::bytes, 0, 1 << 30, "L2 SRAM").limit(),
    ParameterRow("bytes_per_cycle", &L2Spec::bytes_per_cycle, 1, 1024,
                 "width of the L2 port, in the clock of the DMA engine"),
};

/// Tables and 16-bit coefficients (BM1684X).
struct StaticMemorySpec {
  std::int64_t bytes = 0;
};

inline constexpr ParameterRow<StaticMemorySpec> kStaticMemoryRows[] = {
    ParameterRow("bytes", &StaticMemorySpec::bytes, 0, 1 << 20, "memory for tables and 16-bit coefficients")
        .only(Family::kBm1684x)
        .limit(),
};

}  // namespace bmemu::isa
