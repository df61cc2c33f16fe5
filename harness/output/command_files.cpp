// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/command_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "isa/error.h"
#include "isa/file_bytes.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

/// What a name stands for, whatever links lead to it.
struct Identity {
  dev_t device = 0;
  ino_t number = 0;
  mode_t mode = 0;
  bool operator==(const Identity& other) const { return device == other.device && number == other.number; }
};

std::optional<Identity> identity(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return Identity{info.st_dev, info.st_ino, info.st_mode};
}

std::optional<Identity> identity_of_stdout() {
  struct stat info {};
  if (fstat(STDOUT_FILENO, &info) != 0) return std::nullopt;
  return Identity{info.st_dev, info.st_ino, info.st_mode};
}

bool is_output(FileUse use) { return use >= FileUse::kWrites; }

/// The folder and name of a file that need not exist, with links followed.
fs::path place(const std::string& path) {
  std::error_code code;
  const fs::path absolute = fs::absolute(follow_links(path), code);
  const fs::path folder = fs::weakly_canonical(absolute.parent_path(), code);
  return folder / absolute.filename();
}

bool same_place(const std::string& a, const std::string& b) {
  if (a == kStdout || b == kStdout) return a == b;
  const auto first = identity(a);
  const auto second = identity(b);
  if (first && second) return *first == *second && !S_ISCHR(first->mode);  // /dev/null takes all
  return !first && !second && place(a) == place(b);
}

bool lies_in(const fs::path& file, const std::string& folder) {
  std::error_code code;
  const fs::path above = fs::canonical(folder, code);
  if (code) return false;
  return std::mismatch(above.begin(), above.end(), file.begin(), file.end()).first == above.end();
}

void check_readable(const std::string& option, const std::string& path, FileUse use) {
  std::error_code code;
  const bool is_folder = fs::is_directory(path, code);
  if (use == FileUse::kReadsFolder && !is_folder)
    throw Error({"E-FILE-OPEN", path, fs::exists(path, code) ? "a file" : "No such file or directory",
                 "a folder that can be read", fmt::format("{} names no folder", option)});
  if (!(is_folder && use != FileUse::kReads)) isa::check_readable(path);
}

}  // namespace

void CommandFiles::declare(const std::string& option, FileUse use, Paths paths) {
  declarations_.push_back({option, use, std::move(paths)});
}

bool CommandFiles::is_declared(const std::string& option) const {
  return std::any_of(declarations_.begin(), declarations_.end(), [&](const auto& d) { return d.option == option; });
}

void CommandFiles::check_overwrites(const Used& read) const {
  const auto source = identity(read.path);
  if (!source) return;
  for (const Used& write : writes_) {
    const auto target = write.path == kStdout ? std::nullopt : identity(write.path);
    if (!target || S_ISCHR(target->mode)) continue;
    const bool is_same = *source == *target;
    if (is_same || (S_ISDIR(source->mode) && S_ISREG(target->mode) && lies_in(place(write.path), read.path)))
      throw Error({"E-FILE-OVERWRITE", fmt::format("{} and {}", write.option, read.option), write.path,
                   "another file for the result",
                   is_same ? "the result would replace a file that is read"
                           : "the result would replace a file of a folder that is read"});
  }
}

void CommandFiles::check_clashes() const {
  const auto out = identity_of_stdout();
  for (auto a = writes_.begin(); a != writes_.end(); ++a) {
    if (a->path == kStdout) {
      if (a->use != FileUse::kWrites)
        throw Error({"E-RUN-OUTPUTS", a->option, kStdout, "a file", "this can only be written to a file"});
    } else if (const auto target = identity(a->path); out && target && S_ISREG(out->mode) && *out == *target) {
      throw Error({"E-RUN-OUTPUTS", a->option, a->path, "another file, or - for standard output",
                   "standard output goes to the same file"});
    }
    for (auto b = writes_.begin(); b != a; ++b)
      if (same_place(a->path, b->path))
        throw Error({"E-RUN-OUTPUTS", fmt::format("{} and {}", b->option, a->option), a->path,
                     "a file of its own for each, at most one -", "two results would go to the same place"});
  }
}

void CommandFiles::check() {
  for (const Declaration& declaration : declarations_)
    for (const std::string& path : declaration.paths())
      if (!path.empty())
        (is_output(declaration.use) ? writes_ : reads_).push_back({declaration.option, declaration.use, path});
  check_clashes();
  for (const Used& read : reads_) {
    check_readable(read.option, read.path, read.use);
    check_overwrites(read);
  }
  for (const Used& write : writes_) {
    if (write.path == kStdout) continue;
    if (write.use == FileUse::kWritesFolder)
      OutputFolder(write.path);
    else
      check_writable(write.path);
  }
}

void CommandFiles::also_reads(const std::string& what, const std::string& path) {
  reads_.push_back({what, FileUse::kReads, path});
  check_overwrites(reads_.back());
}

bool CommandFiles::uses_stdout() const {
  return std::any_of(writes_.begin(), writes_.end(), [](const Used& write) { return write.path == kStdout; });
}

std::ostream* CommandFiles::open(const std::string& path) {
  if (path.empty()) return nullptr;
  if (path == kStdout) return &out_;
  auto file = files_.find(path);
  if (file == files_.end()) file = files_.emplace(path, std::make_unique<OutputFile>(path)).first;
  return &file->second->stream();
}

std::string CommandFiles::open_folder(const std::string& path) {
  if (path.empty()) return {};
  auto folder = folders_.find(path);
  if (folder == folders_.end()) folder = folders_.emplace(path, std::make_unique<OutputFolder>(path)).first;
  return folder->second->path();
}

void CommandFiles::commit() {
  for (auto& [path, file] : files_) file->finish();
  for (auto& [path, folder] : folders_) folder->commit();
  for (auto& [path, file] : files_) file->commit();
  folders_.clear();
  files_.clear();
}

}  // namespace bmemu::harness
