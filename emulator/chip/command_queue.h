// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The queue in front of an engine, and the feeder that fetches commands into it.
#pragma once

#include <deque>
#include <systemc>

#include "emulator/chip/run_context.h"

namespace bmemu::emulator {

/// Commands that were fetched and not yet taken by the engine, as indexes into the stream.
class CommandQueue {
 public:
  void reset(std::size_t depth) {
    depth_ = depth;
    indexes_.clear();
  }
  bool full() const { return indexes_.size() >= depth_; }
  bool empty() const { return indexes_.empty(); }
  void push(std::uint32_t index) {
    indexes_.push_back(index);
    filled_.notify(sc_core::SC_ZERO_TIME);
  }
  std::uint32_t pop() {
    const std::uint32_t index = indexes_.front();
    indexes_.pop_front();
    freed_.notify(sc_core::SC_ZERO_TIME);
    return index;
  }
  sc_core::sc_event& filled() { return filled_; }
  sc_core::sc_event& freed() { return freed_; }

 private:
  std::deque<std::uint32_t> indexes_;
  std::size_t depth_ = 1;
  sc_core::sc_event filled_;
  sc_core::sc_event freed_;
};

/// Fetches one engine's stream in order, a command at a time, as long as the queue has room.
class CommandFeeder : public sc_core::sc_module {
 public:
  CommandFeeder(const sc_core::sc_module_name& name, isa::Engine engine, RunContext& context, CommandQueue& queue);

  void start(const sc_core::sc_time& delay) { start_.notify(delay); }

 private:
  void run();
  void feed();

  const isa::Engine engine_;
  RunContext& context_;
  CommandQueue& queue_;
  sc_core::sc_event start_;
};

}  // namespace bmemu::emulator
