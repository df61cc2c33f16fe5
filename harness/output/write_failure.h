// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The one error of results that cannot be written, with the system's reason.
#pragma once

#include <string>

namespace bmemu::harness {

/// Throws E-FILE-WRITE: `place` is a path or "standard output", `code` an errno.
[[noreturn]] void write_failed(const std::string& place, int code);

}  // namespace bmemu::harness
