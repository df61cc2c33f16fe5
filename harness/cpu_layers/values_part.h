// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Values of a program of which parts were left out: the host's layers that are known here are computed, and values end
// at the first part that is not.
#pragma once

#include <string>
#include <vector>

#include "emulator/session/session.h"
#include "isa/bmodel/bmodel.h"

namespace bmemu::harness {

struct ValuesPart {
  isa::Program program;  ///< the command groups that have values; its outputs are then what the next part would read
  std::vector<emulator::HostPart> host_parts;  ///< the known parts between its groups
  std::vector<std::string> notes;              ///< for each of them: that it is computed and takes no time
  std::string end;  ///< "before sub-network 2, ...; the outputs are the tensors that it would read"; empty: whole
};

/// Contract: load_program made `program` from `model`; groups may have been put in front.
/// Errors: the id of the first part that is not known, when it stands before every command.
ValuesPart values_part(const isa::Program& program, const isa::BModel& model);

}  // namespace bmemu::harness
