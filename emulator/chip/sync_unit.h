// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Synchronisation between the engines: a command may start when the other engine has completed the id it depends on.
#pragma once

#include <array>
#include <systemc>

#include "isa/encoding/instruction.h"

namespace bmemu::emulator {

/// Source: rule "start when last completed id of the other engine >= dependency", both chips.
class SyncUnit : public sc_core::sc_module {
 public:
  explicit SyncUnit(const sc_core::sc_module_name& name) : sc_module(name) {}

  void reset() { completed_ = {}; }
  void complete(isa::Engine engine, std::uint32_t id) {
    completed_[index(engine)] = id;
    changed_[index(engine)].notify(sc_core::SC_ZERO_TIME);
  }
  std::uint32_t completed(isa::Engine engine) const { return completed_[index(engine)]; }
  /// Notified one delta cycle after every completion of `engine`.
  sc_core::sc_event& changed(isa::Engine engine) { return changed_[index(engine)]; }

 private:
  static std::size_t index(isa::Engine engine) { return static_cast<std::size_t>(engine); }
  std::array<std::uint32_t, 2> completed_{};
  std::array<sc_core::sc_event, 2> changed_;
};

}  // namespace bmemu::emulator
