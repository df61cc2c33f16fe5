// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/progress.h"

#include <fmt/format.h>

#include <ostream>

namespace bmemu::harness {
namespace {

constexpr std::chrono::milliseconds kPatience{500};

}  // namespace

Progress::~Progress() {
  if (is_shown_) err_ << "\r\x1b[K" << std::flush;
}

void Progress::on_start(const emulator::RunStart& start) {
  for (const auto& group : start.program->groups) commands_ += group.tiu.commands.size() + group.gdma.commands.size();
}

void Progress::on_command(const emulator::CommandEvent& event) {
  const std::uint64_t percent = ++done_ * 100 / commands_;
  if (percent == percent_) return;
  percent_ = percent;
  if (std::chrono::steady_clock::now() - begin_ < kPatience) return;
  is_shown_ = true;
  err_ << fmt::format("\r{} % of {} commands, {:.3f} ms emulated", percent, commands_,
                      static_cast<double>(event.end_ps) / 1e9)
       << std::flush;
}

}  // namespace bmemu::harness
