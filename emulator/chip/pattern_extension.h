// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// TLM-2.0 extension: a whole DMA access pattern in one transaction, and what the memory says about its time.
#pragma once

#include <tlm>

#include "emulator/event/event.h"
#include "memory/pattern.h"

namespace bmemu::emulator {

/// Contract: ignorable for routing; a memory port of bmemu fills `stack` with the causes of the delay that it adds. A
/// plain TLM-2.0 target never sees it: the DDR port splits the pattern into ordinary transactions, one per run.
struct PatternExtension : tlm::tlm_extension<PatternExtension> {
  memory::Pattern pattern;
  memory::Access access = memory::Access::kRead;
  TimeStack stack{};

  tlm_extension_base* clone() const override { return new PatternExtension(*this); }
  void copy_from(const tlm_extension_base& other) override { *this = static_cast<const PatternExtension&>(other); }
};

}  // namespace bmemu::emulator
