// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A launched network as a program that can be kept: a message names streams and tensors only, so weights and
// activations are found by what the commands reach.
#pragma once

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "memory/chip_memory.h"
#include "runtime/allocator.h"
#include "runtime/interface/launch_message.h"
#include "runtime/network_cache.h"

namespace bmemu::runtime {

/// The network with the buffers that its commands only read as memory image, and the span of the others as activation
/// area; inputs and outputs are called input0, output0 ... and lie at their compiled addresses. The program is named by
/// its streams: "network-" and 16 digits.
isa::Program saved_program(const Network& network, const LaunchMessage& message, const memory::ChipMemory& memory,
                           const Allocator& allocator, const isa::ChipSpec& chip);

}  // namespace bmemu::runtime
