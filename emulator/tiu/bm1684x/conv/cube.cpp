// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/conv/cube.h"

namespace bmemu::emulator::bm1684x {

double add_block_waits(CostParts& parts, std::int64_t blocks, std::int64_t channels, std::int64_t first_lane,
                       std::int64_t steps, std::uint64_t precision, const isa::ChipSpec& chip) {
  const bool is_16bit = element_bits(precision) == 16;
  const double cycles = double(steps) * (is_16bit ? chip.silicon.cube_16bit_ratio : 1.0);
  const std::int64_t lanes = chip.tiu.lanes;
  double drain = 0;
  std::int64_t lane_rows = 0;
  for (std::int64_t left = channels, room = lanes - first_lane; left > 0; left -= room, room = lanes, ++lane_rows)
    drain += std::max(0.0, chip.silicon.cube_drain_cycles * double(std::min(left, room)) / double(lanes) - cycles);
  parts.add(Cause::kFill, double(blocks) * drain);
  parts.add(Cause::kSupply, double(blocks * lane_rows) * (cycles - double(steps)));
  return cycles;
}

}  // namespace bmemu::emulator::bm1684x
