// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Ctrl-C in Python while the library works. Python's handlers of signals run on the thread that waits, never in the
// middle of a simulation, whose processes have small stacks of their own.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <future>
#include <optional>

#include "emulator/dispatch/watch.h"
#include "emulator/event/event.h"

namespace bmemu::python {

/// Ends the work that it was asked to end, at the next command.
class Interrupt : public emulator::Listener, public emulator::ExecutionWatcher {
 public:
  void ask() { is_asked_ = true; }
  /// Throws when it was asked. What is thrown reaches nobody: the one who asked has an exception of its own.
  void check() const {
    if (is_asked_) throw Asked();
  }
  void on_command(const emulator::CommandEvent&) override { check(); }
  void before(const emulator::ExecutedCommand&, const memory::ChipMemory&) override { check(); }

 private:
  struct Asked {};
  std::atomic<bool> is_asked_{false};
};

/// Calls `work(interrupt)` on another thread, without the GIL, and hears signals meanwhile: what a handler raises
/// (KeyboardInterrupt) is thrown here once the work has ended. Contract: the caller has the GIL.
template <class Work>
auto interruptible(const Work& work) {
  constexpr auto kPatience = std::chrono::milliseconds(50);
  Interrupt interrupt;
  std::optional<pybind11::error_already_set> raised;
  auto done = std::async(std::launch::async, [&] { return work(interrupt); });
  {
    const pybind11::gil_scoped_release released;
    while (!raised && done.wait_for(kPatience) != std::future_status::ready) {
      const pybind11::gil_scoped_acquire held;
      if (PyErr_CheckSignals() == 0) continue;
      raised.emplace();
      interrupt.ask();
    }
    done.wait();
  }
  if (raised) throw std::move(*raised);
  return done.get();
}

}  // namespace bmemu::python
