// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/descriptor_stream.h"

#include <unistd.h>

#include <cerrno>

namespace bmemu::harness {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

}  // namespace

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_(descriptor), bytes_(kBufferBytes) {
  setp(bytes_.data(), bytes_.data() + bytes_.size());
}

int DescriptorBuffer::sync() {
  const char* from = pbase();
  while (error_ == 0 && from != pptr()) {
    const auto written = ::write(descriptor_, from, static_cast<std::size_t>(pptr() - from));
    if (written >= 0)
      from += written;
    else if (errno != EINTR)
      error_ = errno;
  }
  setp(bytes_.data(), bytes_.data() + bytes_.size());
  return error_ == 0 ? 0 : -1;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  return sputc(traits_type::to_char_type(c));
}

int write_error(const std::ostream& stream) {
  if (!stream.fail()) return 0;
  const auto* buffer = dynamic_cast<const DescriptorBuffer*>(stream.rdbuf());
  return buffer != nullptr && buffer->error() != 0 ? buffer->error() : EIO;
}

}  // namespace bmemu::harness
