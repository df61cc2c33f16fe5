// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// From the host to the engines.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// From the command buffer to the engines.
struct QueueSpec {
  std::int64_t tiu_depth = 0;   ///< commands that may wait in front of the TIU
  std::int64_t gdma_depth = 0;  ///< commands that may wait in front of the GDMA
  double fetch_ns = 0;          ///< time that fetching one command takes
};

inline constexpr ParameterRow<QueueSpec> kQueueRows[] = {
    ParameterRow("tiu_depth", &QueueSpec::tiu_depth, 1, 4096, "commands that may wait in front of the TIU"),
    ParameterRow("gdma_depth", &QueueSpec::gdma_depth, 1, 4096, "commands that may wait in front of the GDMA"),
    ParameterRow("fetch_ns", &QueueSpec::fetch_ns, 0, 100000, "time that fetching one command takes"),
};

/// Around a run.
struct LaunchSpec {
  double overhead_us = 0;  ///< host, runtime and firmware, from the call to the first command
};

// Prior: vendor logs, run time minus processor time.
inline constexpr ParameterRow<LaunchSpec> kLaunchRows[] = {
    ParameterRow("overhead_us", &LaunchSpec::overhead_us, 0, 100000,
                 "host, runtime and firmware before the first command")
        .prior(80, 0.3),
};

}  // namespace bmemu::isa
