// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Routes transactions of the DMA engine to the memories.
#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <tlm>

#include "memory/pattern.h"

namespace bmemu::emulator {

/// Contract: transactions carry a PatternExtension; its space selects the target. Adds no delay of its own: the ports'
/// rates belong to the engine's cost and to the memories.
class Interconnect : public sc_core::sc_module {
 public:
  explicit Interconnect(const sc_core::sc_module_name& name);

  tlm_utils::simple_target_socket<Interconnect> from_gdma;
  tlm_utils::simple_initiator_socket<Interconnect> to_ddr;
  tlm_utils::simple_initiator_socket<Interconnect> to_l2;
  tlm_utils::simple_initiator_socket<Interconnect> to_local;
  tlm_utils::simple_initiator_socket<Interconnect> to_static;

 private:
  void b_transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay);
};

}  // namespace bmemu::emulator
