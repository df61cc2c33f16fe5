// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// All files that one command line reads and writes: what is wrong with them is said before any work, no result destroys
// what is read, and results appear together or not at all.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "harness/output/output_file.h"

namespace bmemu::harness {

enum class FileUse : unsigned char {
  kReads,         ///< a file
  kReadsFolder,   ///< a folder
  kReadsEither,   ///< a file, or a folder of files
  kWrites,        ///< a file, or - for standard output
  kWritesArrays,  ///< a file: no -, as arrays are no text
  kWritesFolder   ///< a new folder
};

inline constexpr const char* kStdout = "-";

/// Contract: options are declared when the command line is described (see harness/commands/options/file_options.h),
/// `check` is called once it is parsed and before a command works (run_cli does), then the command opens, writes and
/// commits.
class CommandFiles {
 public:
  /// The paths that an option was given; none: the option was not used, or named no file.
  using Paths = std::function<std::vector<std::string>()>;

  /// `out`: standard output; outlives this object.
  explicit CommandFiles(std::ostream& out) : out_(out) {}

  void declare(const std::string& option, FileUse use, Paths paths);
  bool is_declared(const std::string& option) const;

  /// Errors: E-FILE-OPEN (no such file to read), E-FILE-WRITE and E-DUMP-FOLDER (cannot be written there),
  /// E-FILE-OVERWRITE (a result on a file that is read, or in a folder that is read), E-RUN-OUTPUTS (two results in one
  /// place, arrays to standard output), those of `paths`.
  void check();

  /// A file that the command found by itself and reads. Errors: E-FILE-OVERWRITE.
  void also_reads(const std::string& what, const std::string& path);

  /// Whether a result goes to standard output, where no report for people may be mixed in.
  bool uses_stdout() const;

  /// The stream of a result; null when `path` is empty. The same path gives the same stream.
  /// Errors: those of OutputFile.
  std::ostream* open(const std::string& path);
  /// The temporary place of a new folder; empty when `path` is. Errors: those of OutputFolder.
  std::string open_folder(const std::string& path);
  /// All that was opened gets its name; when something cannot be written, nothing does. Errors: E-FILE-WRITE.
  void commit();

 private:
  struct Declaration {
    std::string option;
    FileUse use;
    Paths paths;
  };
  struct Used {
    std::string option;
    FileUse use;
    std::string path;
  };
  void check_overwrites(const Used& read) const;
  void check_clashes() const;

  std::ostream& out_;
  std::vector<Declaration> declarations_;
  std::vector<Used> reads_;
  std::vector<Used> writes_;
  std::map<std::string, std::unique_ptr<OutputFile>> files_;
  std::map<std::string, std::unique_ptr<OutputFolder>> folders_;
};

}  // namespace bmemu::harness
