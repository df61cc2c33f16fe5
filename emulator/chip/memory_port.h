// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A memory as the interconnect sees it: a TLM-2.0 target whose time comes from a memory model or from a target of the
// user.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <memory>
#include <systemc>
#include <tlm>

#include "emulator/chip/pattern_extension.h"
#include "emulator/chip/run_context.h"
#include "memory/timing.h"

namespace bmemu::emulator {

/// Contract: with a model, one transaction with a PatternExtension costs one call of the model, whatever its number of
/// runs; without one it costs nothing (an ideal memory). With `use_external` every run of the pattern becomes one
/// ordinary TLM-2.0 transaction on `external`, whose annotated delays add up.
class MemoryPort : public sc_core::sc_module {
 public:
  using ExternalSocket = tlm_utils::simple_initiator_socket_optional<MemoryPort>;

  MemoryPort(const sc_core::sc_module_name& name, RunContext& context);

  void use(std::unique_ptr<memory::MemoryTiming> model) {
    model_ = std::move(model);
    external_is_used_ = false;
  }
  /// Errors: E-RUN-EXTERNAL-DDR when nothing is bound to `external`.
  void use_external();

  tlm_utils::simple_target_socket<MemoryPort> socket;
  ExternalSocket external;

 private:
  void b_transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
  void forward(const PatternExtension& extension, sc_core::sc_time& delay);

  RunContext& context_;
  std::unique_ptr<memory::MemoryTiming> model_;
  bool external_is_used_ = false;
};

}  // namespace bmemu::emulator
