// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance/vector_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr char kMagic[] = "TPUVEC1";  // eight bytes with the terminating zero
constexpr unsigned kFlagReal = 1, kFlagMutated = 4;
constexpr unsigned kRegionMask = 1, kRegionUndefined = 2;

[[noreturn]] void fail(std::uint64_t offset, std::string value, std::string legal, std::string what) {
  throw Error({"E-VECTOR-FORMAT", fmt::format("byte {}", offset), std::move(value), std::move(legal), std::move(what)});
}

/// Little-endian reader that refuses to leave its bytes.
class Cursor {
 public:
  Cursor(isa::ByteView bytes, std::uint64_t at, std::uint64_t end) : bytes_(bytes), at_(at), end_(end) {}
  std::uint64_t at() const { return at_; }
  const std::uint8_t* take(std::uint64_t count, const char* what) {
    if (count > end_ - at_)
      fail(at_, fmt::format("{} bytes left", end_ - at_), fmt::format("{} bytes", count),
           fmt::format("the record ends inside its {}", what));
    const std::uint8_t* from = bytes_.data + at_;
    at_ += count;
    return from;
  }
  std::uint64_t number(unsigned size, const char* what) {
    const std::uint8_t* from = take(size, what);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i) value |= std::uint64_t{from[i]} << (8 * i);
    return value;
  }

 private:
  isa::ByteView bytes_;
  std::uint64_t at_;
  std::uint64_t end_;
};

isa::Space space_of(std::uint64_t code, std::uint64_t offset) {
  switch (code) {
    case 0: return isa::Space::kDdr;
    case 1: return isa::Space::kLocal;
    case 2: return isa::Space::kL2;
    case 3: return isa::Space::kStatic;
    default: fail(offset, fmt::format("space {}", code), "0..3", "unknown memory space");
  }
}

VectorRegion read_region(Cursor& cursor) {
  VectorRegion region;
  const std::uint64_t start = cursor.at();
  region.space = space_of(cursor.number(1, "region"), start);
  const auto flags = static_cast<unsigned>(cursor.number(1, "region"));
  if ((flags & ~(kRegionMask | kRegionUndefined)) != 0)
    fail(start + 1, fmt::format("flags {}", flags), "0..3", "unknown region flags");
  region.undefined = (flags & kRegionUndefined) != 0;
  region.count = static_cast<std::uint32_t>(cursor.number(2, "region"));
  region.length = static_cast<std::uint32_t>(cursor.number(4, "region"));
  region.stride = static_cast<std::uint32_t>(cursor.number(4, "region"));
  region.address = cursor.number(8, "region");
  region.data = cursor.take(region.bytes(), "region data");
  if ((flags & kRegionMask) != 0) region.mask = cursor.take((region.bytes() + 7) / 8, "region mask");
  return region;
}

VectorKind kind_of(unsigned flags, std::string_view tag) {
  if ((flags & kFlagMutated) != 0) return VectorKind::kMutated;
  if (tag.find(" synth.") != std::string_view::npos) return VectorKind::kSynth;
  return (flags & kFlagReal) != 0 ? VectorKind::kReal : VectorKind::kRandom;
}

/// Observed: the model behind the records keeps static memory in the buffer whose start is L2, so that preparing the
/// static memory of a TIU command was recorded as a change of L2, which no TIU command addresses.
bool is_static_alias(const VectorRecord& record, const VectorRegion& region) {
  return record.family == isa::Family::kBm1684x && record.engine == isa::Engine::kTiu &&
         region.space == isa::Space::kL2;
}

VectorRecord read_record(Cursor& cursor) {
  VectorRecord record;
  record.offset = cursor.at();
  const auto chip = cursor.number(1, "header");
  if (chip != 1 && chip != 2) fail(record.offset, fmt::format("chip {}", chip), "1 or 2", "unknown chip");
  record.family = chip == 1 ? isa::Family::kBm1684 : isa::Family::kBm1684x;
  const auto engine = cursor.number(1, "header");
  if (engine > 1) fail(record.offset + 1, fmt::format("engine {}", engine), "0 or 1", "unknown engine");
  record.engine = engine == 0 ? isa::Engine::kTiu : isa::Engine::kGdma;
  const auto flags = static_cast<unsigned>(cursor.number(2, "header"));
  const auto command_bytes = cursor.number(2, "header");
  const auto tag_bytes = cursor.number(2, "header");
  const auto before = cursor.number(2, "header");
  const auto after = cursor.number(2, "header");
  record.command = {reinterpret_cast<const char*>(cursor.take(command_bytes, "command")), command_bytes};
  record.tag = {reinterpret_cast<const char*>(cursor.take(tag_bytes, "tag")), tag_bytes};
  record.kind = kind_of(flags, record.tag);
  for (std::uint64_t i = 0; i < before; ++i) record.before.push_back(read_region(cursor));
  for (std::uint64_t i = 0; i < after; ++i) {
    const auto region = read_region(cursor);
    if (!is_static_alias(record, region)) record.after.push_back(region);
  }
  return record;
}

}  // namespace

std::string_view name(VectorKind kind) {
  switch (kind) {
    case VectorKind::kReal: return "real";
    case VectorKind::kRandom: return "random";
    case VectorKind::kMutated: return "mutated";
    case VectorKind::kSynth: return "synth";
  }
  return "?";
}

VectorFile VectorFile::load(const std::string& path) { return parse(isa::read_file_bytes(path), path); }

VectorFile VectorFile::parse(isa::FileBytes bytes, const std::string& name) {
  VectorFile file;
  file.name_ = name;
  file.bytes_ = std::move(bytes);
  const isa::ByteView view = file.bytes_.view;
  try {
    if (view.size < sizeof kMagic || std::memcmp(view.data, kMagic, sizeof kMagic) != 0)
      fail(0, "other bytes", "TPUVEC1", "not a file of conformance vectors");
    Cursor cursor(view, sizeof kMagic, view.size);
    while (cursor.at() < view.size) {
      const auto size = cursor.number(4, "length");
      const std::uint64_t start = cursor.at();
      cursor.take(size, "file");
      Cursor inside(view, start, start + size);
      file.records_.push_back(read_record(inside));
      if (inside.at() != start + size)
        fail(inside.at(), fmt::format("{} bytes left", start + size - inside.at()), "0",
             "the record is longer than its contents");
    }
  } catch (const Error& e) {
    throw e.in(name);
  }
  return file;
}

std::vector<std::string> vector_files(const std::string& path) {
  namespace fs = std::filesystem;
  if (fs::is_regular_file(path)) return {path};
  if (!fs::is_directory(path))
    throw Error({"E-FILE-OPEN", path, "", "a vector file or a folder of them", "no such file or folder"});
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string file = entry.path().string();
    const auto ends_with = [&](std::string_view tail) {
      return file.size() > tail.size() && file.compare(file.size() - tail.size(), tail.size(), tail) == 0;
    };
    if (ends_with(".vec") || ends_with(".vec.zst")) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace bmemu::harness
