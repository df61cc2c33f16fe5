// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What was launched, kept in a folder: each distinct network as a BModel, and a table of launches.
#pragma once

#include <mutex>
#include <string>

#include "emulator/event/event.h"
#include "isa/chip/chip_spec.h"
#include "runtime/allocator.h"
#include "runtime/interface/launch_message.h"
#include "runtime/network_cache.h"

namespace bmemu::runtime {

/// A row of the table.
struct LaunchRecord {
  int device = 0;
  const isa::ChipSpec* chip = nullptr;
  std::uint64_t thread = 0;
  std::string program;  ///< file name; empty: it could not be saved
  bool has_values = true;
  emulator::Picoseconds begin_ps = 0;  ///< on the device's timeline
  emulator::Picoseconds length_ps = 0;
  double host_ms = 0;
};

/// Contract: may be used by any number of threads, and the folder by any number of processes at once.
/// Files: launches.csv with a line for each launch, NAME.bmodel named by content.
class LaunchLog {
 public:
  static constexpr const char* kTable = "launches.csv";

  /// Makes the folder when there is none. Errors: E-FILE-WRITE.
  explicit LaunchLog(std::string folder);

  /// Writes the network, with what the device's memory holds for it before the launch, once. Errors: E-FILE-WRITE.
  void save(Network& network, const LaunchMessage& message, const memory::ChipMemory& memory,
            const Allocator& allocator, const isa::ChipSpec& chip);
  /// Errors: E-FILE-WRITE.
  void add(const LaunchRecord& record);

 private:
  std::mutex mutex_;
  std::string folder_;
};

}  // namespace bmemu::runtime
