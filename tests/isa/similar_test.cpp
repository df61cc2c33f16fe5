// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// "Did you mean".
#include "isa/similar.h"

#include <gtest/gtest.h>

namespace bmemu::isa {
namespace {

TEST(Similar, DistanceCountsInsertionsDeletionsReplacementsAndExchanges) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("run", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("rnu", "run"), 1U);
  EXPECT_EQ(edit_distance("--jsn", "--json"), 1U);
  for (const char* word : {"abc", "disasm", "tiu.clock_mhz"}) EXPECT_EQ(edit_distance(word, word), 0U);
}

TEST(Similar, OnlyWhatIsNearIsOffered) {
  const std::vector<std::string> words{"run", "disasm", "chips", "calibrate", "conformance"};
  EXPECT_EQ(nearest_word("rnu", words), "run");
  EXPECT_EQ(nearest_word("disassm", words), "disasm");
  EXPECT_EQ(nearest_word("conformence", words), "conformance");
  EXPECT_EQ(nearest_word("xyzzy", words), "");
  EXPECT_EQ(nearest_word("", words), "");
}

}  // namespace
}  // namespace bmemu::isa
