// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/error.h"

#include <gtest/gtest.h>

namespace bmemu {
namespace {

TEST(Error, IsOneLineWhateverTheFileSays) {
  const Error error({"E-TEST", "network \"a\nb\"", "\x1b[31m", "\xC3\xA9 or \x7F", "what it is"});
  EXPECT_STREQ(error.what(), "E-TEST: what it is; at network \"a\\x0ab\"; found \\x1b[31m; legal: \xC3\xA9 or \\x7f");
  EXPECT_EQ(error.place(), "network \"a\nb\"");
}

TEST(Error, LeavesOutWhatThereIsNotAndPutsThePrefixInFront) {
  const Error error({"E-TEST", "", "", "", "what it is"});
  EXPECT_STREQ(error.what(), "E-TEST: what it is");
  EXPECT_STREQ(error.in("file").what(), "E-TEST: what it is; at file");
  EXPECT_STREQ(error.in("line 3").in("file").what(), "E-TEST: what it is; at file, line 3");
}

}  // namespace
}  // namespace bmemu
