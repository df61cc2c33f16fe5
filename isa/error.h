// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Errors that a user can cause: one type, with a diagnostic id, the place, the value and what would have been legal.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace bmemu {

/// Wrong input (file, option, program, chip description).
/// Contract: every `id` has a paragraph in docs/diagnostics.md and a test; the command line turns it into exit code 2.
class Error : public std::runtime_error {
 public:
  struct Details {
    std::string id;     ///< diagnostic id, for example "E-BMODEL-TRUNCATED"
    std::string place;  ///< file, command index, byte offset, key ... where it was found
    std::string value;  ///< what was found there
    std::string legal;  ///< what would have been accepted; empty when there is no range to state
    std::string what;   ///< one sentence for people
  };
  explicit Error(Details details);  ///< `what()` is one line; control characters of the details are escaped in it

  const std::string& id() const { return details_.id; }
  const std::string& place() const { return details_.place; }
  const std::string& value() const { return details_.value; }
  const std::string& legal() const { return details_.legal; }
  const std::string& sentence() const { return details_.what; }

  /// The same error with `prefix` (usually a file name) put before its place.
  Error in(const std::string& prefix) const;

 private:
  Details details_;
};

/// A broken invariant of bmemu itself: prints the context and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line, const std::string& context);

}  // namespace bmemu

#define BMEMU_CHECK(condition, context)                                                 \
  do {                                                                                  \
    if (!(condition)) ::bmemu::check_failed(#condition, __FILE__, __LINE__, (context)); \
  } while (false)
