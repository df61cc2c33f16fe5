// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/npy.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "isa/file_bytes.h"
#include "tests/error_of.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

/// A file as NumPy writes it; `header` without padding.
std::vector<std::uint8_t> npy(const std::string& header, const std::vector<std::uint8_t>& data,
                              std::uint8_t major = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(major);
  bytes += '\0';
  bytes += static_cast<char>(header.size());
  bytes += static_cast<char>(header.size() >> 8);
  if (major > 1) bytes += std::string(2, '\0');
  bytes += header;
  std::vector<std::uint8_t> result(bytes.begin(), bytes.end());
  result.insert(result.end(), data.begin(), data.end());
  return result;
}

Array parse(const std::vector<std::uint8_t>& bytes) { return parse_npy({bytes.data(), bytes.size()}, "test.npy"); }

std::string folder() {
  const auto path = std::filesystem::path(tests::binary_dir()) / "npy_test";
  std::filesystem::create_directories(path);
  return path.string();
}

Array counted(const std::string& name, ArrayType type, std::vector<std::uint64_t> shape) {
  Array array;
  array.name = name;
  array.type = type;
  array.shape = std::move(shape);
  array.bytes.resize(array.elements() * bytes_of(type));
  for (std::size_t i = 0; i < array.bytes.size(); ++i)
    array.bytes[i] = static_cast<std::uint8_t>(i * i * 2654435761U >> 13);
  return array;
}

TEST(Npy, ReadsWhatNumPyWrites) {
  const Array array =
      parse(npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 1), }          \n", {1, 0, 0xFE, 0xFF}));
  EXPECT_EQ(array.type, ArrayType::kI16);
  EXPECT_EQ(array.shape, (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(array.bytes, (std::vector<std::uint8_t>{1, 0, 0xFE, 0xFF}));
  EXPECT_EQ(parse(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n", {1, 2, 3}, 2)).shape,
            (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(
      parse(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", std::vector<std::uint8_t>(8))).elements(),
      1U);
}

TEST(Npy, ReadsItsOwnFilesOfEveryTypeAndRank) {
  for (const ArrayType type :
       {ArrayType::kI8, ArrayType::kU8, ArrayType::kI16, ArrayType::kU16, ArrayType::kI32, ArrayType::kU32,
        ArrayType::kI64, ArrayType::kU64, ArrayType::kF16, ArrayType::kF32, ArrayType::kF64, ArrayType::kBool})
    for (const auto& shape : {std::vector<std::uint64_t>{}, {5}, {2, 3}, {1, 2, 3, 4}, {0, 4}}) {
      const Array array = counted("", type, shape);
      const std::vector<std::uint8_t> bytes = to_npy(array);
      const Array again = parse(bytes);
      EXPECT_EQ(again.type, array.type);
      EXPECT_EQ(again.shape, array.shape);
      EXPECT_EQ(again.bytes, array.bytes);
      EXPECT_EQ((bytes.size() - array.bytes.size()) % 64, 0U);
    }
}

TEST(Npy, RefusesWhatItCannotUse) {
  const std::vector<std::uint8_t> four(4);
  EXPECT_EQ(error_of([&] { parse({1, 2, 3}); }), "E-NPY-FORMAT");
  for (const std::string header : {
           "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }\n",  // big-endian
           "{'descr': '<i2', 'fortran_order': True, 'shape': (2,), }\n",
           "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }\n",
           "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }\n",  // longer than the file
           "{'descr': '<i2', 'fortran_order': False, 'shape': (x,), }\n",
           "{'descr': '<i2', 'fortran_order': False, 'shape': 2 }\n",
           "{'descr': '<i2', 'shape': (2,), }\n",
           "{'descr': '<i2', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }\n",
       })
    EXPECT_EQ(error_of([&] { parse(npy(header, four)); }), "E-NPY-FORMAT") << header;
  auto cut = npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n", {});
  for (std::size_t size = 0; size < cut.size(); ++size) {
    EXPECT_EQ(error_of([&] { parse({cut.begin(), cut.begin() + static_cast<std::ptrdiff_t>(size)}); }), "E-NPY-FORMAT");
  }
  EXPECT_EQ(error_of([&] { parse(npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n", four, 9)); }),
            "E-NPY-FORMAT");
}

TEST(ArrayFiles, AnArchiveKeepsNamesOrderAndContents) {
  const std::vector<Array> arrays = {counted("second/name", ArrayType::kF32, {1, 3, 5}),
                                     counted("a", ArrayType::kI8, {70000})};
  const std::string path = folder() + "/two.npz";
  write_arrays(path, arrays);
  const std::vector<Array> again = read_arrays(path);
  ASSERT_EQ(again.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(again[i].name, arrays[i].name);
    EXPECT_EQ(again[i].type, arrays[i].type);
    EXPECT_EQ(again[i].shape, arrays[i].shape);
    EXPECT_EQ(again[i].bytes, arrays[i].bytes);
  }
}

TEST(ArrayFiles, EqualArraysMakeEqualFiles) {
  const std::vector<Array> arrays = {counted("x", ArrayType::kF32, {100})};
  write_arrays(folder() + "/one.npz", arrays);
  write_arrays(folder() + "/other.npz", arrays);
  const auto one = isa::map_file(folder() + "/one.npz");
  const auto other = isa::map_file(folder() + "/other.npz");
  ASSERT_EQ(one.view.size, other.view.size);
  EXPECT_EQ(std::memcmp(one.view.data, other.view.data, one.view.size), 0);
}

TEST(ArrayFiles, ASingleArrayNeedsNoArchive) {
  const std::string path = folder() + "/single.npy";
  write_arrays(path, {counted("x", ArrayType::kU16, {2, 2})});
  const std::vector<Array> again = read_arrays(path);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].name, "");
  EXPECT_EQ(again[0].shape, (std::vector<std::uint64_t>{2, 2}));
  EXPECT_EQ(error_of([&] { write_arrays(path, {again[0], again[0]}); }), "E-TENSOR-COUNT");
}

TEST(ArrayFiles, DamageIsFound) {
  const std::string path = folder() + "/damaged.npz";
  write_arrays(path, {counted("x", ArrayType::kF32, {3000})});
  std::vector<char> bytes(std::filesystem::file_size(path));
  std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const auto rewrite = [&](std::size_t size, std::size_t flip) {
    std::vector<char> changed(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    if (flip < changed.size()) changed[flip] = static_cast<char>(changed[flip] ^ 0x55);
    std::ofstream(path, std::ios::binary).write(changed.data(), static_cast<std::streamsize>(changed.size()));
    return error_of([&] { read_arrays(path); });
  };
  EXPECT_EQ(rewrite(bytes.size() / 2, bytes.size()), "E-NPZ-FORMAT");  // no directory
  EXPECT_EQ(rewrite(bytes.size(), 200), "E-NPZ-FORMAT");               // compressed data
  EXPECT_EQ(rewrite(bytes.size(), bytes.size()), "no error");
  EXPECT_EQ(error_of([&] { read_arrays(folder() + "/absent.npz"); }), "E-FILE-OPEN");
  EXPECT_EQ(error_of([&] { write_arrays("/nowhere/at/all.npz", {counted("x", ArrayType::kI8, {1})}); }),
            "E-FILE-WRITE");
  EXPECT_EQ(error_of([&] { write_arrays("/nowhere/at/all.npy", {counted("x", ArrayType::kI8, {1})}); }),
            "E-FILE-WRITE");
}

}  // namespace
}  // namespace bmemu::harness
