// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a compiler tiles a program for.
#pragma once

#include <cstdint>
#include <string>

namespace bmemu::isa {

struct ChipGeometry {
  std::int64_t lanes = 0;
  std::int64_t eu_bytes = 0;
  std::int64_t lane_bytes = 0;
  std::int64_t banks = 0;
  bool operator==(const ChipGeometry& o) const {
    return lanes == o.lanes && eu_bytes == o.eu_bytes && lane_bytes == o.lane_bytes && banks == o.banks;
  }
  bool operator!=(const ChipGeometry& o) const { return !(*this == o); }
};

/// "64 lanes of 524288 bytes in 16 banks, 64 EU bytes".
std::string geometry_text(const ChipGeometry& geometry);

}  // namespace bmemu::isa
