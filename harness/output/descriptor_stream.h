// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A stream over a file descriptor that keeps the system's reason when a write fails, which std::ofstream forgets.
#pragma once

#include <ostream>
#include <streambuf>
#include <vector>

namespace bmemu::harness {

/// Contract: does not own the descriptor; what is still buffered is lost unless the stream is flushed.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor);
  /// `errno` of the first write that failed; 0 when all went well.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  int descriptor_;
  int error_ = 0;
  std::vector<char> bytes_;
};

/// Why a stream failed: of a DescriptorBuffer its reason, else EIO; 0 when it has not failed.
int write_error(const std::ostream& stream);

}  // namespace bmemu::harness
