// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How far a run is, on one line of a terminal.
#pragma once

#include <chrono>
#include <iosfwd>

#include "emulator/event/event.h"

namespace bmemu::harness {

/// Says nothing in the first half second: most runs are over by then. After it, rewrites its line at every whole per
/// cent of the commands and clears it at the end, also when the run fails.
class Progress : public emulator::Listener {
 public:
  explicit Progress(std::ostream& err) : err_(err) {}
  ~Progress() override;
  void on_start(const emulator::RunStart& start) override;
  void on_command(const emulator::CommandEvent& event) override;

 private:
  std::ostream& err_;
  std::uint64_t commands_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t percent_ = 0;
  bool is_shown_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace bmemu::harness
