// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The copies that the firmware makes around a launched network, where the client's tensors are not where it was
// compiled to find them.
#pragma once

#include <optional>
#include <vector>

#include "isa/program/program.h"
#include "runtime/interface/launch_message.h"

namespace bmemu::runtime {

/// The copies of inputs to their compiled places, or of outputs back, as one command group; none when all are in place.
/// Between 1N and 4N (BM1684) each batch of a word is moved by itself; bytes of batches that are not there keep what
/// they held. Rows of padding are filled with zeros.
/// Observed (vendor's functional model of BM1684): places of elements and padding. Assumed: the commands, and with them
/// the time of what is not a plain copy.
/// Errors: E-RUNTIME-STORAGE (a dimension that the commands cannot count).
std::optional<isa::Program> io_copies(const std::vector<MessageTensor>& tensors, bool is_input, isa::Family family);

}  // namespace bmemu::runtime
