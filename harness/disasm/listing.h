// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Commands as a program to read: results and operands as tensors in memory, layers, waits.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// "i8[1x64x112x112] L0.b2+0x1c0": type, dimensions n c h w, and where it begins: lane, bank and offset in that bank of
/// local memory; chip address of the others. Behind it, where it is not what the layout alone says: "compact" (channels
/// without gaps), "all lanes", "strides n,c,h,w" in bytes (c: to the next channel of the same lane).
std::string tensor_text(const emulator::OperandView& view, const isa::ChipSpec& chip);

/// "i8[...] L0.b0+0x0 = conv.normal i8[...] L0.b4+0x0, i8[...] L0.b8+0x0; stride 2x2, pad 1,1,1,1": results, operation,
/// operands and constants, bytes that the GDMA moves, and what else decides what is computed. Operands that cannot be
/// told are named by the id of the reason.
std::string command_text(const isa::Instruction& instruction, const isa::ChipSpec& chip);

struct ListedCommand {
  isa::Engine engine = isa::Engine::kTiu;
  std::uint32_t group = 0;
  std::uint32_t index = 0;
};

/// One line per command, in the order given; a comment line where the layer changes.
void write_listing(const isa::Program& program, const isa::ChipSpec& chip, const std::vector<ListedCommand>& commands,
                   std::ostream& out);

}  // namespace bmemu::harness
