// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Results that are not finished: they lie beside their final name and vanish with the process that writes them.
#pragma once

#include <sys/types.h>

#include <string>

namespace bmemu::harness {

/// Holds a part file or folder: registered for interrupts, and locked (flock), so that other processes see that its
/// owner lives. Contract: removes what it holds unless it was kept;
/// in a forked process it removes nothing of its parent's.
class PartFile {
 public:
  enum class Kind : unsigned char { kFile, kFolder };
  /// Makes `target`.part<pid>, empty, and removes those of dead processes for the same target. Errors: E-FILE-WRITE.
  PartFile(const std::string& target, Kind kind);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::string& path() const { return path_; }
  int descriptor() const { return descriptor_; }  ///< open for writing, of a file; of a folder only to hold the lock
  /// Renames it to `target`. Errors: E-FILE-WRITE.
  void keep(const std::string& target);

 private:
  std::string path_;  ///< empty once it was kept
  int descriptor_ = -1;
  pid_t owner_;
};

/// From now on INT, TERM and HUP remove the part files of this process before they end it. For `main`: what a signal
/// does belongs to the process. Part files beyond 256 at a time are left to the next sweep.
void remove_part_files_on_interrupt();

}  // namespace bmemu::harness
