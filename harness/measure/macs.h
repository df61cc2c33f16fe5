// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Multiply-accumulates of commands, and how many of them the chip does at best.
#pragma once

#include <optional>
#include <string>

#include "isa/chip/chip_spec.h"
#include "isa/encoding/instruction.h"
#include "isa/program/program.h"

namespace bmemu::harness {

struct Macs {
  double count = 0;
  std::string type;  ///< "fp32", "fp16" or "int8": what it computes in
};

/// Of a convolution or matrix multiplication; none for other commands.
std::optional<Macs> macs_of(const isa::Instruction& instruction);

/// Calls body(instruction, macs) for every convolution and matrix multiplication of a program.
template <class Body>
void for_each_product(const isa::Program& program, Body&& body) {
  for (const auto& group : program.groups)
    for (std::size_t i = 0; i < group.tiu.commands.size(); ++i) {
      const isa::Instruction instruction = group.tiu.decode(program.family, i);
      if (const auto macs = macs_of(instruction)) body(instruction, *macs);
    }
}

/// Multiply-accumulates of the chip per cycle: `type` "fp32", "fp16" or "int8".
/// Source: stated peaks, 17.6 TOPS and 2.2 TFLOPS of BM1684 at 550 MHz, 32, 16 and 2 of BM1684X at 1 GHz.
double peak_macs_per_cycle(const std::string& type, const isa::ChipSpec& chip);

}  // namespace bmemu::harness
