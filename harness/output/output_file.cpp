// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "harness/output/write_failure.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

namespace fs = std::filesystem;

/// Whether the path names a pipe or device, which cannot be replaced. Errors: E-FILE-WRITE of what cannot be written.
bool is_device(const std::string& path, const std::string& target) {
  struct stat info {};
  if (stat(target.c_str(), &info) != 0) {
    if (errno != ENOENT) write_failed(path, errno);
    return false;
  }
  if (S_ISDIR(info.st_mode)) write_failed(path, EISDIR);
  if (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode)) return true;
  // What its owner protected is not replaced, although the folder would allow it.
  if (!S_ISREG(info.st_mode) || access(target.c_str(), W_OK) != 0) write_failed(path, errno == 0 ? EACCES : errno);
  return false;
}

int open_device(const std::string& path) {
  // Without a reader a pipe would wait for one for ever.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) write_failed(path, errno);
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  return descriptor;
}

}  // namespace

std::string follow_links(const std::string& path) {
  constexpr int kMostLinks = 40;  // as the kernel
  fs::path result(path);
  std::error_code code;
  for (int i = 0; i < kMostLinks && fs::is_symlink(fs::symlink_status(result, code)); ++i) {
    // Links of /proc/self/fd have texts that are no paths for pipes.
    if (fs::exists(result, code) && !fs::is_regular_file(result, code)) break;
    result = result.parent_path() / fs::read_symlink(result, code);
  }
  return result.string();
}

OutputFile::OutputFile(const std::string& path) : path_(path), target_(follow_links(path)) {
  errno = 0;
  if (is_device(path_, target_))
    device_ = open_device(path_);
  else
    part_ = std::make_unique<PartFile>(target_, PartFile::Kind::kFile);
  buffer_ = std::make_unique<DescriptorBuffer>(part_ ? part_->descriptor() : device_);
  stream_ = std::make_unique<std::ostream>(buffer_.get());
}

OutputFile::~OutputFile() {
  if (device_ >= 0) ::close(device_);
}

void OutputFile::finish() {
  stream_->flush();
  if (const int code = write_error(*stream_); code != 0) write_failed(path_, code);
}

void OutputFile::commit() {
  finish();
  if (part_) part_->keep(target_);
}

OutputFolder::OutputFolder(const std::string& path) : target_(path) {
  const auto fail = [&](const std::string& value, const std::string& what) {
    throw Error({"E-DUMP-FOLDER", path, value, "a name of a new folder in a folder that can be written to", what});
  };
  while (target_.size() > 1 && target_.back() == '/') target_.pop_back();
  std::error_code code;
  if (fs::symlink_status(target_, code).type() != fs::file_type::not_found) fail("exists", "the folder exists already");
  try {
    part_ = std::make_unique<PartFile>(target_, PartFile::Kind::kFolder);
  } catch (const Error& error) {
    fail(error.value(), "the folder cannot be made");
  }
}

void OutputFolder::commit() { part_->keep(target_); }

void check_writable(const std::string& path) {
  const std::string target = follow_links(path);
  errno = 0;
  if (!is_device(path, target)) PartFile(target, PartFile::Kind::kFile);
}

}  // namespace bmemu::harness
