// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cut and bit-flipped programs must give an Error or be read; anything else (crash, hang, another exception) fails.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "bmodel_builder.h"
#include "isa/bmodel/bmodel.h"
#include "isa/error.h"
#include "tests/folders.h"

namespace bmemu::isa {
namespace {

using test::Bytes;

/// Opens, loads and decodes everything. Returns the id of the error, or "read".
std::string outcome(const FileBytes& bytes) {
  try {
    const BModel model = BModel::from_bytes(bytes, "damaged");
    const Program program = load_program(model);
    for (const CommandGroup& group : program.groups)
      for (const CommandStream* stream : {&group.tiu, &group.gdma})
        for (std::size_t i = 0; i < stream->commands.size(); ++i) stream->decode(program.family, i);
  } catch (const Error& error) {
    EXPECT_FALSE(error.place().empty());
    EXPECT_FALSE(error.id().empty());
    return error.id();
  }
  return "read";
}

FileBytes plain_trace(const std::string& name) {
  const BModel model = BModel::open((tests::source_dir() + "/traces/") + name + ".bmodel.zst");
  return {model.bytes(), model.owner()};
}

Bytes packed_trace(const std::string& name) {
  const FileBytes file = map_file((tests::source_dir() + "/traces/") + name + ".bmodel.zst");
  return Bytes(file.view.data, file.view.data + file.view.size);
}

/// The byte after the description.
std::uint64_t description_end(ByteView file) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, file.data + 8, sizeof bytes);
  return 64 + std::uint64_t{bytes};
}

class Damage : public ::testing::TestWithParam<const char*> {};

TEST_P(Damage, APlainFileCutAnywhereIsRefused) {
  FileBytes file = plain_trace(GetParam());
  const std::uint64_t whole = file.view.size;
  ASSERT_EQ(outcome(file), "read");
  for (std::uint64_t size = 0; size < whole; size += size < 5000 ? 1 : 4099) {
    file.view.size = size;
    ASSERT_EQ(outcome(file), "E-BMODEL-TRUNCATED") << size << " bytes";
  }
}

TEST_P(Damage, FlippedBitsOfTheDescriptionAreRefusedOrRead) {
  const FileBytes original = plain_trace(GetParam());
  const FileBytes file = test::in_memory(Bytes(original.view.data, original.view.data + original.view.size));
  auto* bytes = const_cast<std::uint8_t*>(file.view.data);
  const std::uint64_t bits = 8 * description_end(file.view);
  std::mt19937_64 random(11);
  std::set<std::string> seen;
  for (int trial = 0; trial < 4000; ++trial) {
    const std::uint64_t bit = random() % bits;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    seen.insert(outcome(file));
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
  EXPECT_EQ(outcome(file), "read");
  for (const char* id : {"E-BMODEL-SCHEMA", "E-BMODEL-RANGE", "read"}) EXPECT_EQ(seen.count(id), 1U) << id;
}

TEST_P(Damage, FlippedBitsOfCommandsAreRefusedOrRead) {
  const FileBytes original = plain_trace(GetParam());
  const FileBytes file = test::in_memory(Bytes(original.view.data, original.view.data + original.view.size));
  const Program program = load_program(BModel::from_bytes(file, "whole"));
  std::mt19937_64 random(12);
  std::set<std::string> seen;
  for (const CommandStream* stream : {&program.groups[0].tiu, &program.groups[0].gdma}) {
    auto* bytes = const_cast<std::uint8_t*>(stream->bytes.data);
    for (int trial = 0; trial < 1000; ++trial) {
      const std::uint64_t bit = random() % (8 * stream->bytes.size);
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      seen.insert(outcome(file));
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    }
  }
  EXPECT_EQ(seen.count("E-ISA-ID-SEQUENCE"), 1U);
  EXPECT_EQ(seen.count("read"), 1U);
}

TEST_P(Damage, ACompressedFileCutAnywhereIsRefused) {
  const Bytes good = packed_trace(GetParam());
  for (std::size_t size = 4; size < good.size(); size += 17) {
    const std::string id = outcome(test::in_memory(Bytes(good.begin(), good.begin() + static_cast<long>(size))));
    ASSERT_EQ(id, "E-ZSTD-DATA") << size << " bytes";
  }
}

TEST_P(Damage, FlippedBitsOfACompressedFileAreRefused) {
  const Bytes good = packed_trace(GetParam());
  std::mt19937_64 random(13);
  int refused = 0;
  for (int trial = 0; trial < 400; ++trial) {
    Bytes bad = good;
    const std::uint64_t bit = random() % (8 * bad.size());
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    refused += outcome(test::in_memory(bad)) != "read";
  }
  EXPECT_GT(refused, 390);  // the file carries a checksum; a few header bits have no meaning
}

INSTANTIATE_TEST_SUITE_P(Traces, Damage, ::testing::Values("lprnet_bm1684_int8_1b", "cnna_bm1684_int8"));
INSTANTIATE_TEST_SUITE_P(TracesOfBm1684x, Damage, ::testing::Values("lprnet_bm1684x_int8_1b"));

}  // namespace
}  // namespace bmemu::isa
