// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The format of the vendor's profiler: runs are written so that its viewer (tpu_profile --mode time) opens them, and
// folders that it or a board wrote are read as one side of a comparison.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/measure/run.h"

namespace bmemu::harness {

/// Writes global.profile and iter0.profile into `folder`, which exists. Times count cycles from the first command's
/// begin: of 550 MHz (TIU) and 575 MHz (GDMA) on BM1684, whose viewer knows no others; of the TIU's clock on BM1684X.
/// Ids of command groups are counted on. Layers have the tensors of their operators where `run.network` has them, else
/// the viewer shows no shapes and types. Source: libsophon's runtime (bmruntime_profile) and the viewer of tpu_mlir.
/// Errors: E-FILE-WRITE.
void write_vendor_profile(const Run& run, const std::string& folder);

/// A command as a profile states it.
struct ProfileCommand {
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t id = 0;          ///< counted on over groups, from 1
  std::uint32_t dependency = 0;  ///< id of the other engine; 0 = none
  std::uint32_t layer = 0;       ///< index into VendorProfile::layers
  emulator::Direction direction = emulator::Direction::kNone;
  std::int64_t ideal_cycles = 0;       ///< TIU
  std::uint64_t bytes = 0;             ///< GDMA
  emulator::Picoseconds begin_ps = 0;  ///< from the first command's begin
  emulator::Picoseconds end_ps = 0;
};

struct VendorProfile {
  std::string name;  ///< of the folder
  std::string network;
  isa::Family family = isa::Family::kBm1684x;
  std::vector<std::pair<std::string, std::string>> layers;  ///< name and kind; the last one is of no layer
  std::vector<ProfileCommand> commands;                     ///< in order of completion
  emulator::Picoseconds resolution_ps = 0;                  ///< a cycle of the slower clock
};

/// Whether `path` is a folder with global.profile.
bool is_profile(const std::string& path);

/// The first iteration of a profile. Clocks of both engines are brought to one origin: as they stand when no command
/// then begins before what it waits for has ended, else by the first wait of the TIU for the GDMA, as the viewer does.
/// Errors: E-FILE-OPEN, E-PROFILE-FORMAT (a block cut off, a record without a command, no commands).
VendorProfile read_vendor_profile(const std::string& folder);

/// The profile as a run that begins with its first command and ends with its last. Where `emulated` (a run of the same
/// program, begun likewise: see `commands_alone`) has the same commands, their operations and layers are its own, and
/// times that agree within the profile's resolution are the emulated ones.
Run run_of_profile(const VendorProfile& profile, const Run* emulated);

/// Whether a run executes as many commands of each engine as the profile.
bool has_commands_of(const Run& run, const VendorProfile& profile);

/// The run from its first command to its last, without launch: what a profile covers.
Run commands_alone(const Run& run);

}  // namespace bmemu::harness
