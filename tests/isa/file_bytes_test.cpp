// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/file_bytes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zstd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "isa/bmodel/bmodel.h"
#include "isa/error.h"
#include "kernels/command_list.h"
#include "tests/folders.h"
#include "tests/isa/bmodel/bmodel_builder.h"

namespace bmemu::isa {
namespace {

namespace fs = std::filesystem;
using test::Bytes;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

std::uint64_t resident_bytes() {
  std::uint64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::string temporary(const std::string& name) {
  return (fs::path(testing::TempDir()) / ("bmemu_" + std::to_string(getpid()) + "_" + name)).string();
}

void write_file(const std::string& path, const Bytes& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

Bytes compress(const Bytes& plain, int level = 3) {
  Bytes result(ZSTD_compressBound(plain.size()));
  result.resize(ZSTD_compress(result.data(), result.size(), plain.data(), plain.size(), level));
  return result;
}

/// Without a size in the frame and with a window of 2^`window_log` bytes, as `zstd --long` writes from a pipe.
Bytes compress_long(const Bytes& plain, int window_log) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  Bytes result(ZSTD_compressBound(plain.size()) + 100);
  ZSTD_outBuffer out{result.data(), result.size(), 0};
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  while (in.pos < in.size) ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  while (ZSTD_compressStream2(context, &out, &in, ZSTD_e_end) != 0) {
  }
  ZSTD_freeCCtx(context);
  result.resize(out.pos);
  return result;
}

ByteView view(const Bytes& bytes) { return {bytes.data(), bytes.size()}; }

bool equal(ByteView a, ByteView b) {
  return a.size == b.size && (a.size == 0 || std::memcmp(a.data, b.data, a.size) == 0);
}

std::string decompress_error(const Bytes& bytes, const SizeLimit& limit = {}) {
  try {
    decompress_zstd(view(bytes), limit);
  } catch (const Error& error) {
    return error.id();
  }
  return "none";
}

/// Random bytes with holes of zeros that begin and end anywhere.
Bytes with_holes(std::size_t size) {
  std::mt19937 random(9);
  Bytes bytes(size);
  for (std::size_t at = 0; at < size;) {
    const std::size_t run = std::min<std::size_t>(1 + random() % 30000, size - at);
    if (random() % 2 == 0)
      for (std::size_t i = 0; i < run; ++i) bytes[at + i] = static_cast<std::uint8_t>(random());
    at += run;
  }
  return bytes;
}

TEST(FileBytes, DecompressedBytesAreTheOriginalOnes) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, std::size_t{5000001}}) {
    const Bytes plain = with_holes(size);
    EXPECT_TRUE(equal(decompress_zstd(view(compress(plain))).view, view(plain))) << size;
  }
  const Bytes plain = with_holes(3000000);
  EXPECT_TRUE(equal(decompress_zstd(view(compress_long(plain, 28))).view, view(plain)));
  Bytes frames = compress(plain);
  const Bytes second = compress(plain);
  frames.insert(frames.end(), second.begin(), second.end());
  EXPECT_EQ(decompress_zstd(view(frames)).view.size, 2 * plain.size());
}

TEST(FileBytes, DamagedOrCutCompressedFilesAreRefused) {
  const Bytes good = compress(with_holes(300000));
  for (std::size_t size = 1; size < good.size(); size += 1000)
    EXPECT_EQ(decompress_error(Bytes(good.begin(), good.begin() + static_cast<long>(size))), "E-ZSTD-DATA") << size;
  Bytes bad = good;
  bad.push_back(1);
  EXPECT_EQ(decompress_error(bad), "E-ZSTD-DATA");
}

TEST(FileBytes, MoreBytesThanTheLimitAreRefused) {
  const Bytes plain = with_holes(300000);
  std::uint64_t head = 0;
  const auto limit_to = [&](std::uint64_t maximum) {
    return [&head, maximum](ByteView start) {
      head = start.size;
      return maximum;
    };
  };
  EXPECT_EQ(decompress_error(compress(plain), limit_to(300000)), "none");
  EXPECT_EQ(head, 64U);
  EXPECT_EQ(decompress_error(compress(plain), limit_to(299999)), "E-ZSTD-SIZE");
}

TEST(FileBytes, AFileThatIsFarLargerThanItCanHonestlyBeIsRefused) {
  const Bytes bomb = compress(Bytes(400 * kMiB, 1), 1);
  ASSERT_LT(bomb.size(), 100000U);
  EXPECT_EQ(decompress_error(bomb), "E-ZSTD-SIZE");
}

TEST(FileBytes, PagesOfZerosCostNoMemory) {
  Bytes packed;
  {
    Bytes plain(400 * kMiB);
    plain[plain.size() / 2] = 1;
    packed = compress_long(plain, 20);
  }
  const std::uint64_t before = resident_bytes();
  const FileBytes file = decompress_zstd(view(packed));
  EXPECT_EQ(file.view.size, 400 * kMiB);
  EXPECT_EQ(file.view.data[200 * kMiB], 1);
  EXPECT_LT(resident_bytes(), before + 32 * kMiB);
}

TEST(FileBytes, WhatIsNoRegularFileIsRefusedWithItsPath) {
  for (const std::string& path : {temporary("missing"), testing::TempDir(), std::string("/dev/null")}) {
    try {
      read_file_bytes(path);
      ADD_FAILURE() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-FILE-OPEN");
      EXPECT_NE(error.place().find(path), std::string::npos);
    }
  }
  const std::string empty = temporary("empty");
  write_file(empty, {});
  EXPECT_EQ(read_file_bytes(empty).view.size, 0U);
  fs::remove(empty);
}

TEST(FileBytes, APlainAndACompressedProgramAreTheSame) {
  const std::string packed = (tests::source_dir() + "/traces/lprnet_bm1684_int8_1b.bmodel.zst");
  const BModel first = BModel::open(packed);
  const std::string path = temporary("plain.bmodel");
  write_file(path, Bytes(first.bytes().data, first.bytes().data + first.bytes().size));
  const BModel second = BModel::open(path);
  EXPECT_TRUE(equal(first.bytes(), second.bytes()));
  const Program a = load_program(first);
  const Program b = load_program(second);
  ASSERT_EQ(a.groups.size(), b.groups.size());
  EXPECT_TRUE(equal(a.groups[0].tiu.bytes, b.groups[0].tiu.bytes));
  EXPECT_TRUE(equal(a.groups[0].gdma.bytes, b.groups[0].gdma.bytes));
  EXPECT_EQ(a.image[0].address, b.image[0].address);
  fs::remove(path);
}

/// A file whose weights are a hole in the file system.
std::string sparse_program(std::uint64_t weights) {
  kernels::CommandList list(Family::kBm1684x);
  list.add(bm1684x::TiuInstruction(bm1684x::Conv{}));
  const Program program = list.finish("sparse");
  test::StageBuilder stage;
  stage.coefficient_bytes = 4096;
  stage.subnets.resize(1);
  stage.subnets[0].groups = program.groups;
  test::FileBuilder builder("BM1684X");
  builder.add_network("net", {stage});
  Bytes file = builder.finish();

  std::uint32_t description_bytes = 0;
  std::memcpy(&description_bytes, file.data() + 8, sizeof description_bytes);
  const std::uint64_t area = 64 + std::uint64_t{description_bytes};
  const auto* range =
      schema::GetModel(file.data() + 64)->net()->Get(0)->parameter()->Get(0)->coeff_mem()->binary_coeff();
  const schema::Binary hole(file.size() - area, weights);
  *const_cast<schema::Binary*>(range) = hole;
  const std::uint64_t area_bytes = hole.start() + weights;
  std::memcpy(file.data() + 12, &area_bytes, sizeof area_bytes);
  std::string path = temporary("sparse.bmodel");
  write_file(path, file);
  fs::resize_file(path, area + area_bytes);
  return path;
}

TEST(FileBytes, AProgramOfGigabytesOpensWithoutReadingItsWeights) {
  constexpr std::uint64_t kWeights = 5 * 1024 * kMiB;
  const std::string path = sparse_program(kWeights);
  const std::uint64_t before = resident_bytes();
  const Program program = load_program(BModel::open(path));
  EXPECT_LT(resident_bytes(), before + 16 * kMiB);
  ASSERT_EQ(program.image.size(), 1U);
  EXPECT_EQ(program.image[0].data.size, kWeights);
  EXPECT_EQ(program.image[0].data.data[kWeights - 1], 0);
  fs::remove(path);
}

}  // namespace
}  // namespace bmemu::isa
