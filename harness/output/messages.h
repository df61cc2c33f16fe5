// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the program says about its work while it works, on standard error: warnings, notes, details. Results are no
// messages, and the error that ends a command is always said.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace bmemu::harness {

class Messages {
 public:
  /// `err` outlives this object.
  explicit Messages(std::ostream& err);

  void warn(const std::string& text) const;   ///< the result may not be what the user expects
  void note(const std::string& text) const;   ///< progress of long work
  void debug(const std::string& text) const;  ///< which files and choices were taken

  /// "debug", "note", "warning", "off": what is at least said. Contract: one of these.
  void set_level(const std::string& level);
  bool are_notes_shown() const;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace bmemu::harness
