// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Several chips in one line of text.
#pragma once

#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"

namespace bmemu::isa {

/// The chips of a list such as "bm1684x:SE7-32,bm1684,variants/wide.toml": CHIP or CHIP:PRODUCT, where CHIP is a
/// built-in name or the path of a TOML file. `what`: for messages.
/// Errors: E-CHIP-LIST (an entry without a chip), those of load_chip and check_chip.
std::vector<ChipSpec> load_chip_list(const std::string& list, const std::string& what);

}  // namespace bmemu::isa
