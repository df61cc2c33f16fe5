// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance/vector_file.h"

#include <gtest/gtest.h>

#include <memory>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

void put(std::vector<std::uint8_t>& bytes, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// A file with one record: a 16-byte command, one region before and one masked region after.
std::vector<std::uint8_t> one_record() {
  std::vector<std::uint8_t> record;
  for (const auto& [value, size] :
       std::vector<std::pair<std::uint64_t, unsigned>>{{2, 1}, {0, 1}, {5, 2}, {16, 2}, {4, 2}, {1, 2}, {1, 2}})
    put(record, value, size);
  for (unsigned i = 0; i < 16; ++i) put(record, i, 1);
  for (const char c : std::string("tag!")) put(record, static_cast<unsigned char>(c), 1);
  for (const unsigned flags : {0U, 1U}) {
    for (const auto& [value, size] : std::vector<std::pair<std::uint64_t, unsigned>>{
             {1, 1}, {flags, 1}, {2, 2}, {3, 4}, {0x40000, 4}, {0x08000000 + flags, 8}})
      put(record, value, size);
    for (unsigned i = 0; i < 6; ++i) put(record, 10 + i, 1);
    if (flags == 1) put(record, 0b101101, 1);
  }
  std::vector<std::uint8_t> file;
  for (const char c : std::string("TPUVEC1")) put(file, static_cast<unsigned char>(c), 1);
  put(file, 0, 1);
  put(file, record.size(), 4);
  file.insert(file.end(), record.begin(), record.end());
  return file;
}

VectorFile parse(std::vector<std::uint8_t> bytes, const std::string& name) {
  const auto owner = std::make_shared<std::vector<std::uint8_t>>(std::move(bytes));
  return VectorFile::parse({{owner->data(), owner->size()}, owner}, name);
}

TEST(VectorFile, ReadsTheFieldsOfARecord) {
  const auto file = parse(one_record(), "x");
  ASSERT_EQ(file.records().size(), 1U);
  const auto& record = file.records()[0];
  EXPECT_EQ(record.family, isa::Family::kBm1684x);
  EXPECT_EQ(record.engine, isa::Engine::kTiu);
  EXPECT_EQ(record.kind, VectorKind::kMutated);
  EXPECT_EQ(record.tag, "tag!");
  EXPECT_EQ(record.command.size(), 16U);
  ASSERT_EQ(record.before.size(), 1U);
  ASSERT_EQ(record.after.size(), 1U);
  const auto& region = record.after[0];
  EXPECT_EQ(region.space, isa::Space::kLocal);
  EXPECT_EQ(region.address_of(4), 0x08040002U);
  EXPECT_EQ(region.data[4], 14);
  EXPECT_TRUE(region.counts(0));
  EXPECT_FALSE(region.counts(1));
  EXPECT_FALSE(region.counts(4));
  EXPECT_TRUE(region.counts(5));
}

TEST(VectorFile, EveryTruncationIsRefused) {
  const auto whole = one_record();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size == 8) continue;  // a file without records
    try {
      parse({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, "cut.vec");
      FAIL() << size << " bytes accepted";
    } catch (const Error& e) {
      EXPECT_EQ(e.id(), "E-VECTOR-FORMAT") << size;
      EXPECT_NE(e.place().find("cut.vec"), std::string::npos);
    }
  }
}

TEST(VectorFile, UnknownCodesAreRefused) {
  for (const auto& [byte, value] :
       std::vector<std::pair<std::size_t, std::uint8_t>>{{12, 3}, {13, 2}, {44, 4}, {45, 4}}) {
    auto bytes = one_record();
    bytes[byte] = value;
    EXPECT_THROW(parse(bytes, "x"), Error) << byte;
  }
}

TEST(VectorFile, AMissingFileIsNamed) {
  try {
    VectorFile::load("/nonexistent/file.vec.zst");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-FILE-OPEN");
  }
}

}  // namespace
}  // namespace bmemu::harness
