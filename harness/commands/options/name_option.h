// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Options that name something: an empty text is a mistake (an unset variable of a script), not the default.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace bmemu::harness {

inline CLI::Option* require_name(CLI::Option* option) {
  return option->check(
      [](const std::string& text) { return text.empty() ? "a name is wanted, the text is empty" : std::string(); }, "");
}

}  // namespace bmemu::harness
