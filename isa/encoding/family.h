// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The two instruction set families.
#pragma once

#include <cstdint>
#include <string_view>

namespace bmemu::isa {

enum class Family : std::uint8_t { kBm1684, kBm1684x };
std::string_view name(Family family);  ///< "bm1684", "bm1684x"

}  // namespace bmemu::isa
