// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Files and folders that appear whole or not at all.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "harness/output/descriptor_stream.h"
#include "harness/output/part_files.h"

namespace bmemu::harness {

/// Contract: what is written to `stream()` goes to a temporary file beside `path`, which `commit()` renames to `path`;
/// without `commit()` nothing is left behind. A link is followed: the file that it names is replaced, not the link.
/// A pipe or character device (/dev/null, /dev/stdout) is written directly.
/// Errors: E-FILE-WRITE, with the system's reason (of the constructor, `finish` and `commit`).
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  std::ostream& stream() { return *stream_; }
  /// All bytes are with the file system: the rename is all that can fail after it.
  void finish();
  void commit();

 private:
  std::string path_;
  std::string target_;              ///< `path_` with links followed
  std::unique_ptr<PartFile> part_;  ///< none for a pipe or device
  int device_ = -1;
  std::unique_ptr<DescriptorBuffer> buffer_;
  std::unique_ptr<std::ostream> stream_;
};

/// A new folder, filled under a temporary name. Errors: E-DUMP-FOLDER (exists already, cannot be made).
class OutputFolder {
 public:
  explicit OutputFolder(const std::string& path);
  const std::string& path() const { return part_->path(); }  ///< where to write until `commit`
  /// Errors: E-FILE-WRITE.
  void commit();

 private:
  std::string target_;
  std::unique_ptr<PartFile> part_;
};

/// Whether a file could be written there, found out without touching what is there. Errors: those of OutputFile.
void check_writable(const std::string& path);

/// The path with links of its last part followed, also where they lead to nothing yet.
std::string follow_links(const std::string& path);

}  // namespace bmemu::harness
