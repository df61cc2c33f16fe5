// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A chip description for the memory tests with the numbers of BM1684X.
#pragma once

#include "isa/chip_spec.h"

namespace bmemu::memory {

inline isa::ChipSpec test_chip() {
  isa::ChipSpec chip;
  chip.tiu.clock_mhz = 1000;
  chip.tiu.lanes = 64;
  chip.tiu.eu_bytes = 64;
  chip.local_memory.lane_bytes = 256 * 1024;
  chip.local_memory.banks = 16;
  chip.gdma.clock_mhz = 1000;
  chip.l2.bytes = 2 * 1024 * 1024;
  chip.static_memory.bytes = 64 * 1024;
  chip.ddr.controllers = 4;
  chip.ddr.bits_per_controller = 32;
  chip.ddr.rate_mt_per_s = 4000;
  return chip;
}

}  // namespace bmemu::memory
