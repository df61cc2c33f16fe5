// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "memory/ddr_map.h"

#include <numeric>

#include "isa/layout/address_map.h"

namespace bmemu::memory {

DdrMap::DdrMap(const isa::DdrSpec& ddr)
    : controllers_(static_cast<std::uint64_t>(ddr.controllers)),
      granule_(static_cast<std::uint64_t>(ddr.interleave_bytes)),
      burst_(static_cast<std::uint64_t>(ddr.burst_bytes)),
      bursts_per_row_(static_cast<std::uint64_t>(ddr.row_bytes / ddr.burst_bytes)),
      banks_(static_cast<std::uint64_t>(ddr.banks)) {
  const auto stripe = static_cast<std::uint64_t>(ddr.row_bytes * ddr.banks);  // one row of every bank
  const std::uint64_t local = stripe / std::gcd(stripe, granule_.value()) * granule_.value();
  if (local * controllers() > isa::kAddressEnd) return;
  period_bytes_ = local * controllers();
  rows_per_period_ = local / stripe;
}

DdrPlace DdrMap::place(std::uint64_t address) const {
  const std::uint64_t granule = granule_.quotient(address);
  const std::uint64_t burst = burst_.quotient(local_start(granule) + granule_.remainder(address));
  const std::uint64_t row = bursts_per_row_.quotient(burst);
  return {static_cast<std::uint32_t>(controller_of_granule(granule)), static_cast<std::uint32_t>(banks_.remainder(row)),
          banks_.quotient(row), burst};
}

}  // namespace bmemu::memory
