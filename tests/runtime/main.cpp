// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <cstdlib>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  setenv("BMEMU_DEVICES", "bm1684x:SE7-32,bm1684", 1);
  unsetenv("BMEMU_MODE");
  unsetenv("BMEMU_SAVE");
  return RUN_ALL_TESTS();
}
