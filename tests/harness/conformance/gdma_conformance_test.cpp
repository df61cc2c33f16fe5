// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/conformance/conformance.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

TEST(GdmaConformance, EveryVectorOfBothChipsIsExact) {
  const std::string folder = tests::reference_dir() + "/vectors";
  if (!std::filesystem::exists(folder)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference vectors in " << folder);
  ConformanceOptions options;
  options.path = folder;
  options.engine = isa::Engine::kGdma;
  options.list_failures = 5;
  const ConformanceReport report = run_conformance(options);
  for (const auto& failure : report.failures) ADD_FAILURE() << failure;
  EXPECT_GT(report.total().records, 1000U);
  EXPECT_EQ(report.total().exact, report.total().records);
}

}  // namespace
}  // namespace bmemu::harness
