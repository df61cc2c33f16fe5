// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// One operation code of an instruction class and its name.
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

namespace bmemu::isa {

struct Operation {
  std::uint8_t code;  ///< value of `tsk_eu_typ` (TIU), `cmd_special_function` or `special_func` (GDMA)
  std::string_view name;
};

}  // namespace bmemu::isa
