// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The copies that the firmware makes around a network: user's input buffers to compiled addresses before, outputs back
// after.
#pragma once

#include "isa/program/program.h"
#include "kernels/command_list.h"

namespace bmemu::kernels {

/// Adds the commands that copy bytes inside DDR as the firmware does. BM1684 moves whole words of four bytes: the last
/// one may reach behind `bytes`. Both addresses are then multiples of four in real programs.
void add_ddr_copy(CommandList& list, isa::Family family, std::uint64_t from, std::uint64_t to, std::uint64_t bytes);

/// The program with one command group in front that copies every input from the user's buffer to its compiled address,
/// and one behind that copies every output to the user's buffer; one DDR to DDR command per tensor, each a layer of the
/// layer map ("input copy: NAME", "output copy: NAME"). The inputs and outputs of the result are the user's buffers;
/// they lie behind everything that the program uses, 4096-byte aligned. Returned unchanged when inputs and outputs are
/// not in neuron memory (another address mode), or when there is nothing to copy.
/// Source: the vendor's runtime and firmware in address mode basic; happens whenever user and compiled addresses
/// differ, which is always so in the vendor's benchmark program, inside the time that it reports.
isa::Program with_io_copies(const isa::Program& program);

}  // namespace bmemu::kernels
