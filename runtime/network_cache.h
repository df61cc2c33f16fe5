// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Networks that a device has launched before: their streams need not be decoded anew as long as memory still holds
// them.
#pragma once

#include <cstdint>
#include <list>
#include <vector>

#include "emulator/session/machine.h"
#include "isa/program/program.h"

namespace bmemu::runtime {

/// A network's commands, without the firmware's copies.
struct Network {
  std::vector<emulator::StreamsInMemory> places;
  std::vector<std::vector<std::uint8_t>> bytes;  ///< as they lay in memory: TIU, GDMA of each group
  isa::Program program;
  std::uint64_t number = 0;  ///< 1 for the first network of the device
  bool is_saved = false;     ///< see LaunchLog
  std::string saved_as;      ///< file name; empty: it could not be saved
};

/// Contract: a found network's streams are byte for byte those in memory at the time of the call.
class NetworkCache {
 public:
  /// Valid until the next call. Errors: those of Machine::program_at.
  Network& find(emulator::Machine& machine, const std::vector<emulator::StreamsInMemory>& places);

 private:
  static constexpr std::size_t kMost = 64;  ///< the least recently used one is forgotten
  std::list<Network> networks_;             ///< latest first
  std::uint64_t count_ = 0;
};

}  // namespace bmemu::runtime
