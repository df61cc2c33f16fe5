// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Every single-command vector of the BM1684 TIU, byte for byte. Needs the reference data.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/conformance/conformance.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

class Bm1684TiuVectors : public testing::TestWithParam<const char*> {};

TEST_P(Bm1684TiuVectors, AreExact) {
  const auto file = std::filesystem::path(tests::reference_dir()) / "vectors" /
                    ("bm1684_tiu_" + std::string(GetParam()) + ".vec.zst");
  if (!std::filesystem::exists(file)) BMEMU_SKIP_WITHOUT_REFERENCE("no reference data: " << file);
  ConformanceOptions options;
  options.path = file.string();
  options.list_failures = 3;
  const auto report = run_conformance(options);
  const auto total = report.total();
  EXPECT_GT(total.records, 0U);
  EXPECT_EQ(total.exact, total.records) << (report.failures.empty() ? "" : report.failures.front());
  EXPECT_EQ(total.views_short, 0U) << "bytes written that no operand view names";
}

INSTANTIATE_TEST_SUITE_P(Classes, Bm1684TiuVectors,
                         testing::Values("ar", "conv", "lut", "md_cmp", "md_linear", "md_scalar", "md_sfu", "mm",
                                         "pord", "vc"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace bmemu::harness
