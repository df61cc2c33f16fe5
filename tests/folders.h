// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The folders that tests read from and write to.
#pragma once

#include <string>

namespace bmemu::tests {

std::string source_dir();     ///< the checkout
std::string binary_dir();     ///< the build folder
std::string reference_dir();  ///< reference programs and estimates; need not exist

}  // namespace bmemu::tests
