// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Values of a program of which a part was left out: they are known up to that part.
#pragma once

#include <string>

#include "isa/program/program.h"

namespace bmemu::harness {

/// The command groups before the first part that was left out. Its outputs are the tensors that this part would read.
/// Errors: the id of that part, when it stands before every command.
isa::Program up_to_border(const isa::Program& program);

/// "before sub-network 1, which runs on the host's CPU: topk; the outputs are what it would read".
std::string border_text(const isa::Program& program);

}  // namespace bmemu::harness
