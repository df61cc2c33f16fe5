// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The folders that tests read from and write to.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace bmemu::tests {

std::string source_dir();      ///< the checkout
std::string binary_dir();      ///< the build folder
std::string reference_dir();   ///< reference programs and estimates; need not exist
bool reference_is_required();  ///< BMEMU_REQUIRE_REFERENCE=ON: a test that lacks them fails

}  // namespace bmemu::tests

/// Ends a test that lacks reference data. `what` may be a stream: "no programs in " << folder.
#define BMEMU_SKIP_WITHOUT_REFERENCE(what)                                                            \
  do {                                                                                                \
    if (::bmemu::tests::reference_is_required()) FAIL() << "BMEMU_REQUIRE_REFERENCE is ON: " << what; \
    GTEST_SKIP() << what;                                                                             \
  } while (false)
