// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/output_file.h"

#include <unistd.h>

#include <filesystem>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw Error({"E-FILE-WRITE", path, "", "a file in a folder that can be written to", "the file cannot be written"});
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : path_(path), temporary_(path + ".part" + std::to_string(getpid())), stream_(temporary_, std::ios::binary) {
  std::error_code code;
  if (!stream_ || std::filesystem::is_directory(path, code)) {
    std::filesystem::remove(temporary_, code);
    fail(path_);
  }
}

OutputFile::~OutputFile() {
  if (temporary_.empty()) return;
  stream_.close();
  std::error_code code;
  std::filesystem::remove(temporary_, code);
}

void OutputFile::commit() {
  stream_.close();
  std::error_code code;
  if (!stream_.fail()) std::filesystem::rename(temporary_, path_, code);
  if (stream_.fail() || code) fail(path_);
  temporary_.clear();
}

}  // namespace bmemu::harness
