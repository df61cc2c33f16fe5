// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Records of the chips' performance monitors: one for each command, as the vendor's tools read them.
#pragma once

#include <cstdint>
#include <string>

#include "emulator/event/event.h"

namespace bmemu::emulator {

/// The clocks that the monitors count in.
struct MonitorClocks {
  double tiu_mhz = 0;
  double gdma_mhz = 0;
};

/// BM1684: 550 and 575 MHz, since the viewer knows no others; BM1684X: the TIU's clock for both.
MonitorClocks monitor_clocks(const isa::ChipSpec& chip);

/// Bytes of a record: TIU 32, GDMA 192.
std::uint64_t monitor_record_bytes(isa::Engine engine);

/// A record of `event` with times from `origin_ps` on. `id`: 1 for the engine's first command; the record holds as many
/// of its bits as the chip does. Filled are times, id, the TIU's ideal cycles, and the GDMA's bytes by port: reads and
/// writes of DDR (words 3 to 5) and of local memory (9 to 11).
/// Source: libsophon tpu-runtime/include/bm1684{,x}_profile.h and the viewer of tpu_mlir.
std::string monitor_record(const CommandEvent& event, std::uint32_t id, Picoseconds origin_ps,
                           const isa::ChipSpec& chip);

}  // namespace bmemu::emulator
