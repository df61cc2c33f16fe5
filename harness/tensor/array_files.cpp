// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>
#include <zip.h>

#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <ostream>

#include "harness/output/output_file.h"
#include "harness/tensor/npy.h"
#include "isa/error.h"
#include "isa/file_bytes.h"

namespace bmemu::harness {
namespace {

constexpr std::string_view kMemberEnding = ".npy";
/// More than any tensor that fits the chips' memory; a hostile archive could claim anything.
constexpr std::uint64_t kMemberLimit = std::uint64_t{16} << 30;

constexpr std::size_t kCopyBytes = 1 << 16;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

[[noreturn]] void bad_archive(const std::string& path, const std::string& value, const std::string& what) {
  throw Error({"E-NPZ-FORMAT", path, value, "", what});
}

std::vector<Array> read_archive(const isa::FileBytes& file, const std::string& path) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(file.view.data, file.view.size, 0, &error);
  if (source == nullptr) bad_archive(path, zip_error_strerror(&error), "the archive cannot be read");
  Archive archive(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive == nullptr) {
    const std::string reason = zip_error_strerror(&error);
    zip_source_free(source);
    bad_archive(path, reason, "this is no ZIP archive, or a damaged one");
  }
  std::vector<Array> arrays;
  const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(archive.get(), 0));
  for (zip_uint64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(archive.get(), i, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 ||
        stat.size > kMemberLimit)
      bad_archive(path, fmt::format("member {}", i), "a member of the archive cannot be read");
    const std::string member_name = stat.name;
    std::unique_ptr<zip_file_t, CloseMember> member(zip_fopen_index(archive.get(), i, 0));
    if (member == nullptr) bad_archive(path, member_name, zip_strerror(archive.get()));
    std::vector<std::uint8_t> bytes(stat.size);
    std::uint8_t beyond = 0;  // reading on to the end makes the library check the sum
    if (zip_fread(member.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size()) ||
        zip_fread(member.get(), &beyond, 1) != 0)
      bad_archive(path, member_name, "a member of the archive is damaged or cut off");
    Array array = parse_npy({bytes.data(), bytes.size()}, fmt::format("{} member {}", path, member_name));
    array.name = ends_with(member_name, kMemberEnding)
                     ? member_name.substr(0, member_name.size() - kMemberEnding.size())
                     : member_name;
    arrays.push_back(std::move(array));
  }
  return arrays;
}

[[noreturn]] void archive_failed(const std::string& path, const std::string& reason) {
  throw Error({"E-FILE-WRITE", path, reason, "", "the archive cannot be made"});
}

void copy_bytes(zip_source_t& source, const std::string& path, std::ostream& out) {
  if (zip_source_open(&source) != 0) archive_failed(path, zip_error_strerror(zip_source_error(&source)));
  std::vector<char> bytes(kCopyBytes);
  for (zip_int64_t got = 0; (got = zip_source_read(&source, bytes.data(), bytes.size())) > 0;)
    out.write(bytes.data(), static_cast<std::streamsize>(got));
  zip_source_close(&source);
}

/// The library builds the archive in memory: so it can go to a pipe, and has one way of being unfinished.
void write_archive(const std::string& path, const std::vector<Array>& arrays, std::ostream& out) {
  if (arrays.empty()) {  // the library makes no archive without members
    static constexpr char kEmpty[22] = {'P', 'K', 5, 6};
    out.write(kEmpty, sizeof kEmpty);
    return;
  }
  zip_error_t error;
  zip_error_init(&error);
  const std::unique_ptr<zip_source_t, FreeSource> whole(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (whole == nullptr) throw std::bad_alloc();
  zip_source_keep(whole.get());  // the archive lets go of it when it is closed
  Archive archive(zip_open_from_source(whole.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (archive == nullptr) {
    zip_source_free(whole.get());
    archive_failed(path, zip_error_strerror(&error));
  }
  std::vector<std::vector<std::uint8_t>> members;  // must live until the archive is closed
  members.reserve(arrays.size());
  for (const Array& array : arrays) members.push_back(to_npy(array));
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    zip_source_t* source = zip_source_buffer(archive.get(), members[i].data(), members[i].size(), 0);
    const std::string name = arrays[i].name + std::string(kMemberEnding);
    const zip_int64_t index =
        source == nullptr ? -1 : zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      archive_failed(path, zip_strerror(archive.get()));
    }
    // Equal arrays make equal files: the date is the first that the format can hold.
    zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, 0x0021, 0);
    zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1);
  }
  if (zip_close(archive.get()) != 0) archive_failed(path, zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // closed
  copy_bytes(*whole, path, out);
}

}  // namespace

std::vector<Array> read_arrays(const std::string& path) {
  const isa::FileBytes file = isa::map_file(path);
  const bool is_zip = file.view.size >= 2 && file.view.data[0] == 'P' && file.view.data[1] == 'K';
  if (is_zip) return read_archive(file, path);
  std::vector<Array> arrays;
  arrays.push_back(parse_npy(file.view, path));
  return arrays;
}

void check_array_count(const std::string& path, std::size_t arrays) {
  if (ends_with(path, kMemberEnding) && arrays != 1)
    throw Error({"E-TENSOR-COUNT", path, fmt::format("{} arrays", arrays), "one array, or a .npz file",
                 "a .npy file holds exactly one array"});
}

void write_arrays(const std::string& path, const std::vector<Array>& arrays, std::ostream& out) {
  check_array_count(path, arrays.size());
  if (!ends_with(path, kMemberEnding)) return write_archive(path, arrays, out);
  const std::vector<std::uint8_t> bytes = to_npy(arrays.front());
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_arrays(const std::string& path, const std::vector<Array>& arrays) {
  OutputFile file(path);
  write_arrays(path, arrays, file.stream());
  file.commit();
}

}  // namespace bmemu::harness
