// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "isa/encoding/instruction.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

template <class Fields>
void expect_exact_cover(const Layout<Fields>& layout) {
  std::vector<int> owner(8U * layout.bytes, 0);
  std::set<std::string_view> names;
  for (const auto& field : layout) {
    EXPECT_TRUE(names.insert(field.name).second) << layout.name << " " << field.name << " twice";
    for (unsigned bit = 0; bit < field.width; ++bit) ++owner.at(field.bit + bit);
    for (unsigned bit = 0; bit < field.upper_width; ++bit) ++owner.at(field.upper_bit + bit);
  }
  for (unsigned bit = 0; bit < owner.size(); ++bit)
    EXPECT_EQ(owner[bit], bit < layout.undeclared_from ? 1 : 0) << layout.name << " bit " << bit;
}

template <class T, class = void>
struct HasLong : std::false_type {};
template <class T>
struct HasLong<T, std::void_t<decltype(T::kLong)>> : std::true_type {};
template <class T, class = void>
struct HasShort : std::false_type {};
template <class T>
struct HasShort<T, std::void_t<decltype(T::kShort)>> : std::true_type {};

template <class Variant, std::size_t... I>
void check_cover(std::index_sequence<I...>) {
  (
      [] {
        using T = std::variant_alternative_t<I, Variant>;
        if constexpr (!kIsBm1684x<T>) expect_exact_cover(T::kLayout);
        if constexpr (HasLong<T>::value) expect_exact_cover(T::kLong);
        if constexpr (HasShort<T>::value) expect_exact_cover(T::kShort);
      }(),
      ...);
}

template <class Variant>
void check_cover() {
  check_cover<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>());
}

TEST(Layout, DeclaresEveryBitExactlyOnce) {
  check_cover<bm1684::TiuInstruction>();
  check_cover<bm1684::GdmaInstruction>();
  check_cover<bm1684x::TiuInstruction>();
  check_cover<bm1684x::GdmaInstruction>();
}

TEST(Layout, BitsAreReadAndWrittenAtAnyOffsetAndWidth) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    std::array<std::uint8_t, 32> bytes{};
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
    const auto before = bytes;
    const unsigned width = 1 + random() % 64;
    const unsigned bit = random() % (256 - width);
    const std::uint64_t value = width == 64 ? random() : random() & ((std::uint64_t{1} << width) - 1);
    write_bits(bytes.data(), bit, width, value);
    EXPECT_EQ(read_bits(bytes.data(), bit, width), value);
    for (unsigned b = 0; b < 256; ++b) {
      if (b >= bit && b < bit + width) continue;
      ASSERT_EQ(read_bits(bytes.data(), b, 1), read_bits(before.data(), b, 1)) << "bit " << b;
    }
  }
}

/// Random bytes made into a legal command by writing the selector of each class.
TEST(Codec, EncodeGivesBackTheBytesOfRandomCommandsOfEveryClass) {
  std::mt19937_64 random(2);
  std::set<std::string> seen;
  for (const Family family : {Family::kBm1684, Family::kBm1684x})
    for (const Engine engine : {Engine::kTiu, Engine::kGdma})
      for (int trial = 0; trial < 20000; ++trial) {
        std::array<std::uint8_t, 128> bytes{};
        for (auto& b : bytes) b = static_cast<std::uint8_t>(random());
        if (family == Family::kBm1684 && engine == Engine::kGdma)
          for (unsigned bit = 706; bit < 1024; bit += 2) write_bits(bytes.data(), bit, 2, 0);
        Instruction instruction;
        try {
          instruction = decode(family, bytes.data(), bytes.size(), {engine, 0, 0, 0});
        } catch (const Error& e) {
          ASSERT_EQ(e.id(), "E-ISA-UNKNOWN-KIND");
          continue;
        }
        const auto again = encode(instruction);
        ASSERT_TRUE(std::equal(again.begin(), again.end(), bytes.begin())) << encoding_name(instruction);
        seen.insert(std::string(encoding_name(instruction)));
      }
  EXPECT_EQ(seen.size(), 15U + 1U + (14U * 2U + 2U) + 13U);
}

/// Bytes of Real-ESRGAN's 8-bit program: planes of 44 lines of 2560 elements, further apart than 16 bits can say.
TEST(Codec, StridesOfAShortArHaveTheirUpperBitsAboveThoseOfLinesAndElements) {
  bm1684x::Ar copy;
  copy.cmd_short = 1;
  copy.tsk_typ = bm1684x::Ar::kTskTyp;
  copy.tsk_eu_typ = 19;
  copy.res0_n_str = 2 * 0x1b800;
  copy.res0_c_str = 0x1b800;
  copy.res0_h_str = 4 * 2560;
  copy.res0_w_str = 4;
  const auto bytes = encode(bm1684x::TiuInstruction(copy));
  EXPECT_EQ(read_bits(bytes.data(), 288, 16), 0x7000U);
  EXPECT_EQ(read_bits(bytes.data(), 304, 16), 0xb800U);
  EXPECT_EQ(read_bits(bytes.data(), 384, 20), 4U * 2560 + (3U << 18));
  EXPECT_EQ(read_bits(bytes.data(), 404, 20), 4U + (1U << 18));
  const Instruction again = decode(Family::kBm1684x, bytes.data(), bytes.size(), {Engine::kTiu, 0, 0, 0});
  const auto& ar = std::get<bm1684x::Ar>(std::get<bm1684x::TiuInstruction>(again));
  EXPECT_EQ(ar.res0_n_str, copy.res0_n_str);
  EXPECT_EQ(ar.res0_c_str, copy.res0_c_str);
  EXPECT_EQ(ar.res0_h_str, copy.res0_h_str);
  EXPECT_EQ(ar.res0_w_str, copy.res0_w_str);
}

TEST(Codec, UndeclaredBitsAreRefusedWithTheirPosition) {
  std::array<std::uint8_t, 128> bytes{};
  write_bits(bytes.data(), 900, 1, 1);
  try {
    decode(Family::kBm1684, bytes.data(), bytes.size(), {Engine::kGdma, 2, 7, 896});
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-ISA-UNDECLARED-BITS");
    EXPECT_NE(e.place().find("gdma group 2 command 7 (byte offset 896)"), std::string::npos);
    EXPECT_NE(e.value().find("bit 900"), std::string::npos);
  }
}

TEST(Codec, AValueThatDoesNotFitItsFieldIsRefused) {
  bm1684x::Sfu sfu;
  sfu.cmd_short = 1;
  sfu.res0_n = 65536;
  try {
    encode(bm1684x::TiuInstruction(sfu));
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.id(), "E-ISA-FIELD-RANGE");
    EXPECT_EQ(e.legal(), "0..65535");
  }
}

}  // namespace
}  // namespace bmemu::isa
