// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What `bmemu --version` prints: all that one needs to tell two programs apart.
#pragma once

#include <string>

namespace bmemu::harness {

/// Version and git state, build, CPU paths, libraries with their versions; several lines without a last line break.
std::string version_text();

}  // namespace bmemu::harness
