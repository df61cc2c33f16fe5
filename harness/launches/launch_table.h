// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the runtime library kept of the launches of a command (BMEMU_SAVE), and what people want to know of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/program/program.h"

namespace bmemu::harness {

/// All launches of one network on one device of one process, or of several processes.
struct LaunchedNetwork {
  int device = 0;
  std::string chip;     ///< title
  std::string program;  ///< file in the folder; empty: it could not be saved
  std::string name;     ///< "resnet50 (stage 1)"; the file's name where nothing is known
  std::uint32_t batch = 1;
  std::uint64_t launches = 0;
  double time_ms = 0;  ///< emulated, all launches
  double host_ms = 0;  ///< that their emulation took

  double launch_ms() const { return time_ms / static_cast<double>(launches); }
};

/// By device and program, in the order of their first launches; none when nothing was launched.
/// Errors: E-ACCURACY-TABLE (a damaged table).
std::vector<LaunchedNetwork> launched_networks(const std::string& folder);

/// Names and batches from BModels: a launched network has the TIU commands of the one that it is, at whatever
/// addresses. `models`: files that are not BModels are passed over.
void name_networks(std::vector<LaunchedNetwork>& networks, const std::string& folder,
                   const std::vector<std::string>& models);

/// A table for people, with a line of totals. `command_ms`: what the whole command took.
std::string launch_text(const std::vector<LaunchedNetwork>& networks, double command_ms);

}  // namespace bmemu::harness
