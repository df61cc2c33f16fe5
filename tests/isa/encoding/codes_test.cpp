// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/encoding/codes.h"

#include <gtest/gtest.h>

namespace bmemu::isa {
namespace {

TEST(Codes, OfNumberFormatsComeBackAsTheyWere) {
  for (unsigned k = 0; k <= static_cast<unsigned>(DataType::kU4); ++k) {
    const auto type = static_cast<DataType>(k);
    for (const auto& [to, from] : {std::pair{&bm1684::tiu_format, &bm1684::tiu_data_type},
                                   std::pair{&bm1684x::tiu_format, &bm1684x::tiu_data_type}})
      if (const auto format = to(type)) {
        EXPECT_EQ(from(code(format->precision), format->is_signed), type) << name(type);
      }
    if (const auto code = bm1684::dma_format(type)) {
      EXPECT_EQ(bm1684::dma_data_type(*code), type) << name(type);
    }
    if (const auto code = bm1684x::dma_format(type)) {
      EXPECT_EQ(bits(*bm1684x::dma_data_type(*code)), bits(type)) << name(type);
    }
  }
}

TEST(Codes, ThatAFamilyDoesNotHaveMeanNothing) {
  EXPECT_EQ(bm1684::tiu_data_type(1, false), std::nullopt);  // f16 is a code of BM1684X
  EXPECT_EQ(bm1684x::tiu_data_type(7, false), std::nullopt);
  EXPECT_EQ(bm1684::dma_data_type(5), std::nullopt);
  EXPECT_EQ(bm1684x::dma_data_type(6), std::nullopt);
  EXPECT_FALSE(bm1684::tiu_format(DataType::kBf16));
  EXPECT_FALSE(bm1684x::dma_format(DataType::kI4));
}

TEST(Codes, CompareWithTheValuesOfFields) {
  const std::uint64_t field = 3;
  EXPECT_TRUE(field == StrideMode::kFree);
  EXPECT_TRUE(field != StrideMode::kAligned);
  EXPECT_TRUE(field == Precision::kI16);
  EXPECT_EQ(code(DmaDirection::kLocalToLocal), 3U);
  EXPECT_EQ(bm1684x::precision_bits(code(Precision::kI4)), 4U);
  EXPECT_EQ(bm1684x::precision_bits(7), 8U);
}

TEST(Codes, OfTheTwoEnginesOfBm1684Differ) {
  EXPECT_EQ(bm1684::tiu_format(DataType::kF32)->precision, Precision::kF32);
  EXPECT_EQ(bm1684::dma_format(DataType::kF32), 0U);
  EXPECT_EQ(bm1684::dma_format(DataType::kU8), 2U);
  EXPECT_EQ(bm1684x::dma_format(DataType::kU8), 0U);
}

}  // namespace
}  // namespace bmemu::isa
