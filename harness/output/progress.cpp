// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/progress.h"

#include <fmt/format.h>

#include <ostream>

namespace bmemu::harness {

StepLine::~StepLine() {
  if (!timer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    step_.clear();
    write();
  }
  ended_.notify_one();
  timer_.join();
}

void StepLine::show(const std::string& step) {
  if (!is_terminal_) return;
  const std::lock_guard lock(mutex_);
  step_ = step;
  if (is_due_) write();
  if (timer_.joinable()) return;
  timer_ = std::thread([this] {
    std::unique_lock waiting(mutex_);
    if (ended_.wait_for(waiting, kPatience, [this] { return is_over_; })) return;
    is_due_ = true;
    write();
  });
}

void StepLine::write() {
  if (step_.empty() && !is_shown_) return;
  err_ << "\r\x1b[K" << step_ << std::flush;
  is_shown_ = !step_.empty();
}

Progress::~Progress() {
  if (is_shown_) err_ << "\r\x1b[K" << std::flush;
}

void Progress::on_start(const emulator::RunStart& start) {
  for (const auto& group : start.program->groups) commands_ += group.tiu.commands.size() + group.gdma.commands.size();
}

void Progress::on_command(const emulator::CommandEvent& event) {
  const std::uint64_t percent = ++done_ * 100 / commands_;
  if (percent == percent_ && is_shown_) return;
  percent_ = percent;
  if (std::chrono::steady_clock::now() - begin_ < kPatience) return;
  is_shown_ = true;
  err_ << fmt::format("\r{} % of {} commands, {:.3f} ms emulated", percent, commands_,
                      static_cast<double>(event.end_ps) / 1e9)
       << std::flush;
}

}  // namespace bmemu::harness
