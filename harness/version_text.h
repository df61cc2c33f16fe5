// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What `bmemu --version` prints: all that one needs to tell two programs apart.
#pragma once

#include <string>

namespace bmemu::harness {

/// Version and git state, build, CPU paths, libraries with their versions; several lines without a last line break.
/// Lines of at most `width` columns; 0: of any length.
std::string version_text(std::size_t width);

}  // namespace bmemu::harness
