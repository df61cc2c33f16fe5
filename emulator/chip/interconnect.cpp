// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/interconnect.h"

#include "emulator/chip/pattern_extension.h"
#include "isa/error.h"

namespace bmemu::emulator {

Interconnect::Interconnect(const sc_core::sc_module_name& name)
    : sc_module(name),
      from_gdma("from_gdma"),
      to_ddr("to_ddr"),
      to_l2("to_l2"),
      to_local("to_local"),
      to_static("to_static") {
  from_gdma.register_b_transport(this, &Interconnect::b_transport);
}

void Interconnect::b_transport(tlm::tlm_generic_payload& transaction, sc_core::sc_time& delay) {
  const auto* extension = transaction.get_extension<PatternExtension>();
  BMEMU_CHECK(extension != nullptr, "a transaction without a pattern reached the interconnect");
  switch (extension->pattern.space) {
    case isa::Space::kDdr: to_ddr->b_transport(transaction, delay); return;
    case isa::Space::kL2: to_l2->b_transport(transaction, delay); return;
    case isa::Space::kLocal: to_local->b_transport(transaction, delay); return;
    case isa::Space::kStatic: to_static->b_transport(transaction, delay); return;
  }
}

}  // namespace bmemu::emulator
