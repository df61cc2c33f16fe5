// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The lists made from the code: what option bits do, and what is refused.
#include "harness/conformance/option_bits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "emulator/operand/refusals.h"
#include "tests/folders.h"
#include "tests/harness/cli_run.h"

namespace bmemu::harness {
namespace {

const std::string kVectors = tests::source_dir() + "/tests/data/vectors";

std::string text_of(const std::string& path) {
  std::ifstream file(tests::source_dir() + "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const std::vector<OptionField>& fields() {
  static const auto kAll = option_bits(kVectors);
  return kAll;
}

OptionBit bit(const std::string& chip, const std::string& encoding, const std::string& field, std::size_t index) {
  for (const OptionField& one : fields())
    if (one.chip == chip && one.encoding == encoding && one.field == field) return one.bits.at(index);
  ADD_FAILURE() << chip << ' ' << encoding << " has no option " << field;
  return {};
}

TEST(OptionBits, ThePageIsWhatTheCommandPrints) {
  EXPECT_TRUE(text_of("docs/option_bits.md") == option_bits_page(fields()))
      << "bmemu conformance tests/data/vectors --option-bits > docs/option_bits.md";
}

/// A bit that nothing looked at would be silent: each was turned over in a record at least once.
TEST(OptionBits, EveryBitHasAState) {
  EXPECT_GT(fields().size(), 200U);
  for (const OptionField& field : fields())
    for (const OptionBit& one : field.bits)
      EXPECT_TRUE(one.used || one.ignored || one.refused) << field.encoding << ' ' << field.field;
}

/// What the records that turn options over say (bm1684_tiu_options, bm1684x_tiu_elementwise).
TEST(OptionBits, ThoseThatTheModelsUseAreUsedOrRefused) {
  EXPECT_TRUE(bit("bm1684", "md_scalar_op", "opt_res_add", 0).used);
  EXPECT_TRUE(bit("bm1684", "ar_op", "opt_opd0_sign", 0).used);
  EXPECT_TRUE(bit("bm1684", "ar_op", "opt_right_shift", 0).used);
  EXPECT_TRUE(bit("bm1684", "ar_op", "opd0_h_shift", 0).refused);
  EXPECT_TRUE(bit("bm1684", "conv_op", "opt_winograd", 0).refused);
  EXPECT_TRUE(bit("bm1684x", "sAR", "opd0_sign", 0).used);
  EXPECT_TRUE(bit("bm1684x", "sRQ&sDQ", "opd2_n_str", 0).used);
  EXPECT_TRUE(bit("bm1684x", "sMM", "res_add", 0).used);
  const OptionBit relu = bit("bm1684", "md_sfu_op", "opt_relu", 0);
  EXPECT_TRUE(relu.ignored && !relu.used && !relu.refused);
}

TEST(Refusals, TheTableOfLimitsIsTheCodesOwn) {
  EXPECT_NE(text_of("docs/limits.md").find(emulator::refusals_table()), std::string::npos)
      << "bmemu conformance --refusals, into docs/limits.md";
  EXPECT_EQ(run({"conformance", "--refusals"}).out, emulator::refusals_table());
  EXPECT_EQ(run({"conformance"}).exit_code, 2);
}

TEST(Refusals, EachHasANameOfItsOwnAndAReason) {
  std::set<std::string_view> ids;
  for (const auto& row : emulator::kRefusals) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_FALSE(row.where.empty() || row.what.empty()) << row.id;
  }
}

}  // namespace
}  // namespace bmemu::harness
