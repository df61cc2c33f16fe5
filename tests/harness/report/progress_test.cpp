// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/output/progress.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace bmemu::harness {
namespace {

std::string shown(bool is_terminal, std::chrono::milliseconds length) {
  std::ostringstream err;
  {
    StepLine line(err, is_terminal);
    line.show("import");
    line.show("lower");
    std::this_thread::sleep_for(length);
  }
  return err.str();
}

TEST(StepLine, ShowsTheStepThatLastsAndClearsIt) { EXPECT_EQ(shown(true, 3 * kPatience), "\r\x1b[Klower\r\x1b[K"); }

TEST(StepLine, SaysNothingInAPipe) { EXPECT_EQ(shown(false, 2 * kPatience), ""); }

TEST(StepLine, AClearedLineStaysEmpty) {
  std::ostringstream err;
  {
    StepLine line(err, true);
    line.show("import");
    line.clear();
    std::this_thread::sleep_for(2 * kPatience);
  }
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace bmemu::harness
