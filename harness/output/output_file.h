// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A file that appears whole or not at all.
#pragma once

#include <fstream>
#include <string>

namespace bmemu::harness {

/// Contract: what is written to `stream()` goes to a temporary file beside `path`, which `commit()` renames to `path`;
/// without `commit()` nothing is left behind.
/// Errors: E-FILE-WRITE (of the constructor and of `commit`).
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  std::ostream& stream() { return stream_; }
  void commit();

 private:
  std::string path_;
  std::string temporary_;
  std::ofstream stream_;
};

}  // namespace bmemu::harness
