// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/folders.h"

namespace bmemu::tests {

std::string source_dir() { return BMEMU_SOURCE_DIR; }
std::string binary_dir() { return BMEMU_BINARY_DIR; }
std::string reference_dir() { return BMEMU_REFERENCE_DIR; }
bool reference_is_required() { return BMEMU_REQUIRE_REFERENCE; }

}  // namespace bmemu::tests
