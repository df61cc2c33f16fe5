// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>
#include <zip.h>

#include <cstring>
#include <limits>
#include <memory>

#include "harness/output/output_file.h"
#include "harness/tensor/npy.h"
#include "isa/error.h"
#include "isa/file_bytes.h"

namespace bmemu::harness {
namespace {

constexpr std::string_view kMemberEnding = ".npy";
/// More than any tensor that fits the chips' memory; a hostile archive could claim anything.
constexpr std::uint64_t kMemberLimit = std::uint64_t{16} << 30;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

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

void write_bytes(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  OutputFile file(path);
  file.stream().write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.commit();
}

void write_archive(const std::string& path, const std::vector<Array>& arrays) {
  const auto failed = [&](const std::string& reason) {
    throw Error({"E-FILE-WRITE", path, reason, "", "the file cannot be written"});
  };
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    failed(reason);
  }
  std::vector<std::vector<std::uint8_t>> members;  // must live until the archive is closed
  for (const Array& array : arrays) members.push_back(to_npy(array));
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    zip_source_t* source = zip_source_buffer(archive.get(), members[i].data(), members[i].size(), 0);
    const std::string name = arrays[i].name + std::string(kMemberEnding);
    const zip_int64_t index =
        source == nullptr ? -1 : zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE);
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      failed(zip_strerror(archive.get()));
    }
    // Equal arrays make equal files: the date is the first that the format can hold.
    zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, 0x0021, 0);
    zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1);
  }
  if (zip_close(archive.get()) != 0) failed(zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // closed
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

void write_arrays(const std::string& path, const std::vector<Array>& arrays) {
  if (!ends_with(path, kMemberEnding)) return write_archive(path, arrays);
  if (arrays.size() != 1)
    throw Error({"E-TENSOR-COUNT", path, fmt::format("{} arrays", arrays.size()), "one array, or a .npz file",
                 "a .npy file holds exactly one array"});
  write_bytes(path, to_npy(arrays.front()));
}

}  // namespace bmemu::harness
