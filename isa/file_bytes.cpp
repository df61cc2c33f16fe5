// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/file_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "isa/error.h"

namespace bmemu::isa {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kHeadBytes = 64;  ///< what a SizeLimit gets to see
constexpr std::uint64_t kMaximumBytes = std::uint64_t{64} << 30;
constexpr std::uint64_t kFreeNonZeroBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kMaximumRatio = 1024;
constexpr std::size_t kChunk = std::size_t{1} << 20;  ///< decompressed at a time; a multiple of kPage

std::string error_text(int code) { return std::generic_category().message(code); }

[[noreturn]] void cannot_open(const std::string& path, std::string value) {
  throw Error({"E-FILE-OPEN", path, std::move(value), "a regular file that can be read", "cannot open the file"});
}

void check_regular(const std::string& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) cannot_open(path, S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
}

struct Closer {
  int descriptor;
  ~Closer() { ::close(descriptor); }
};

/// Anonymous memory that grows without being touched.
class Region {
 public:
  Region() = default;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  ~Region() {
    if (data_ != nullptr) munmap(data_, capacity_);
  }

  std::uint8_t* data() const { return data_; }

  void reserve(std::uint64_t bytes) {
    if (bytes <= capacity_) return;
    const std::uint64_t wanted = std::max(bytes, 2 * capacity_) / kChunk * kChunk + kChunk;
    void* moved = data_ == nullptr ? mmap(nullptr, wanted, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                                   : mremap(data_, capacity_, wanted, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) throw std::bad_alloc();
    data_ = static_cast<std::uint8_t*>(moved);
    capacity_ = wanted;
  }

 private:
  std::uint8_t* data_ = nullptr;
  std::uint64_t capacity_ = 0;
};

bool all_zero(const std::uint8_t* data, std::size_t size) {
  return data[0] == 0 && std::memcmp(data, data + 1, size - 1) == 0;
}

struct FreeStream {
  void operator()(ZSTD_DCtx* stream) const { ZSTD_freeDCtx(stream); }
};

[[noreturn]] void damaged(std::size_t at, std::string value) {
  throw Error({"E-ZSTD-DATA", fmt::format("compressed byte {}", at), std::move(value), "a complete Zstandard file",
               "cannot decompress the file"});
}

[[noreturn]] void too_long(std::uint64_t at, std::string legal) {
  throw Error({"E-ZSTD-SIZE", fmt::format("decompressed byte {}", at), "more bytes", std::move(legal),
               "the file decompresses to more than it may"});
}

}  // namespace

FileBytes map_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) cannot_open(path, error_text(errno));
  const Closer closer{descriptor};
  struct stat info {};
  if (fstat(descriptor, &info) != 0) cannot_open(path, error_text(errno));
  check_regular(path, info);
  if (info.st_size == 0) return {};
  const auto size = static_cast<std::uint64_t>(info.st_size);
  void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (data == MAP_FAILED && errno == ENOMEM) throw std::bad_alloc();
  if (data == MAP_FAILED) cannot_open(path, error_text(errno));
  FileBytes bytes;
  bytes.owner = std::shared_ptr<const void>(data, [size](const void* d) { munmap(const_cast<void*>(d), size); });
  bytes.view = {static_cast<const std::uint8_t*>(data), size};
  return bytes;
}

void check_readable(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) cannot_open(path, error_text(errno));
  check_regular(path, info);
  if (access(path.c_str(), R_OK) != 0) cannot_open(path, error_text(errno));
}

bool is_zstd(ByteView bytes) {
  static constexpr std::uint8_t kMagic[] = {0x28, 0xB5, 0x2F, 0xFD};
  return bytes.size >= sizeof kMagic && std::memcmp(bytes.data, kMagic, sizeof kMagic) == 0;
}

std::string zstd_version() { return std::string("Zstandard ") + ZSTD_versionString(); }

FileBytes decompress_zstd(ByteView compressed, const SizeLimit& limit) {
  const std::unique_ptr<ZSTD_DCtx, FreeStream> stream(ZSTD_createDCtx());
  if (stream == nullptr) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, 31);

  auto region = std::make_shared<Region>();
  std::vector<std::uint8_t> chunk(kChunk);
  std::uint64_t total = 0;
  std::uint64_t maximum = kMaximumBytes;
  std::uint64_t non_zero = 0;
  const std::uint64_t maximum_non_zero = kFreeNonZeroBytes + kMaximumRatio * compressed.size;
  ZSTD_inBuffer in{compressed.data, compressed.size, 0};
  std::size_t pending = 1;  // 0 exactly at the end of a frame
  while (in.pos < in.size || pending != 0) {
    ZSTD_outBuffer out{chunk.data(), chunk.size(), 0};
    while (out.pos < out.size && (in.pos < in.size || pending != 0)) {
      const std::size_t consumed = in.pos;
      const std::size_t produced = out.pos;
      pending = ZSTD_decompressStream(stream.get(), &out, &in);
      if (ZSTD_getErrorCode(pending) == ZSTD_error_memory_allocation) throw std::bad_alloc();
      if (ZSTD_isError(pending)) damaged(in.pos, ZSTD_getErrorName(pending));
      if (pending != 0 && in.pos == consumed && out.pos == produced) damaged(in.pos, "end of the file inside a frame");
    }
    if (total == 0 && limit)
      maximum = std::min(maximum, limit({chunk.data(), std::min<std::uint64_t>(out.pos, kHeadBytes)}));
    if (out.pos > maximum - total) too_long(maximum, fmt::format("{} bytes", maximum));
    region->reserve(total + out.pos);
    for (std::size_t at = 0; at < out.pos; at += kPage) {
      const std::size_t size = std::min<std::size_t>(kPage, out.pos - at);
      if (all_zero(chunk.data() + at, size)) continue;
      std::memcpy(region->data() + total + at, chunk.data() + at, size);
      non_zero += size;
    }
    total += out.pos;
    if (non_zero > maximum_non_zero)
      too_long(total, fmt::format("{} non-zero bytes from {} compressed ones", maximum_non_zero, compressed.size));
  }
  return {{region->data(), total}, region};
}

FileBytes read_file_bytes(const std::string& path, const SizeLimit& limit) {
  FileBytes file = map_file(path);
  if (!is_zstd(file.view)) return file;
  try {
    return decompress_zstd(file.view, limit);
  } catch (const Error& error) {
    throw error.in(path);
  }
}

}  // namespace bmemu::isa
