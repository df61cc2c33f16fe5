// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/write_failure.h"

#include <cerrno>
#include <iterator>
#include <system_error>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct Reason {
  int code;
  const char* sentence;
  const char* legal;
};

constexpr Reason kReasons[] = {
    {ENOSPC, "there is no space left where the result should be written", "a file system with room"},
    {EDQUOT, "the user's quota of disk space is used up", "a file system with room"},
    {EFBIG, "the file would be larger than allowed", "a file system or limit (ulimit -f) for larger files"},
    {EACCES, "no permission to write there", "a file and folder that can be written to"},
    {EPERM, "no permission to write there", "a file and folder that can be written to"},
    {EROFS, "the file system is read-only", "a file and folder that can be written to"},
    {EISDIR, "the name is that of a folder", "the name of a file"},
    {ENOENT, "the folder of the file does not exist", "a file in a folder that exists"},
    {ENOTDIR, "a part of the path is a file, not a folder", "a file in a folder that exists"},
    {EPIPE, "nobody reads the pipe any more", "a reader that takes all"},
    {ENXIO, "nobody reads the pipe", "a pipe with a reader"},
    {EBADF, "it is closed", "an open file"},
};

}  // namespace

void write_failed(const std::string& place, int code) {
  const auto* reason = std::begin(kReasons);
  while (reason != std::end(kReasons) && reason->code != code) ++reason;
  const bool is_known = reason != std::end(kReasons);
  throw Error({"E-FILE-WRITE", place, std::generic_category().message(code),
               is_known ? reason->legal : "a file that can be written",
               is_known ? reason->sentence : "the result cannot be written"});
}

}  // namespace bmemu::harness
