// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How far work is, on one line of a terminal. Nothing in the first half second: most work is over by then.
#pragma once

#include <chrono>
#include <condition_variable>
#include <iosfwd>
#include <mutex>
#include <string>
#include <thread>

#include "emulator/event/event.h"

namespace bmemu::harness {

inline constexpr std::chrono::milliseconds kPatience{500};

/// What is being done. A step that begins early and lasts is shown when its time has come.
/// Contract: whoever prints elsewhere on the terminal clears it before.
class StepLine {
 public:
  StepLine(std::ostream& err, bool is_terminal) : err_(err), is_terminal_(is_terminal) {}
  ~StepLine();
  StepLine(const StepLine&) = delete;
  StepLine& operator=(const StepLine&) = delete;
  void show(const std::string& step);
  void clear() { show(""); }

 private:
  void write();

  std::ostream& err_;
  bool is_terminal_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_over_ = false;
  bool is_due_ = false;    ///< patience is over
  bool is_shown_ = false;  ///< there is something to clear
  std::string step_;
  std::thread timer_;
};

/// A run: rewrites its line at every whole per cent of the commands and clears it at the end, also when the run fails.
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
