// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Multiply-accumulates of commands, and how many of them the chip does at best.
#pragma once

#include <optional>
#include <string>

#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"

namespace bmemu::harness {

struct Macs {
  double count = 0;
  std::string type;  ///< "fp32", "fp16" or "int8": what it computes in
};

/// Of a convolution or matrix multiplication; none for other commands.
std::optional<Macs> macs_of(const isa::Instruction& instruction);

/// Multiply-accumulates of the chip per cycle: `type` "fp32", "fp16" or "int8".
/// Source: stated peaks, 17.6 TOPS and 2.2 TFLOPS of BM1684 at 550 MHz, 32, 16 and 2 of BM1684X at 1 GHz.
double peak_macs_per_cycle(const std::string& type, const isa::ChipSpec& chip);

}  // namespace bmemu::harness
