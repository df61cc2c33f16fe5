// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What operators without a partner stand for: one by one, and as one replacement.
#include "harness/compare/match/unpaired.h"

#include <gtest/gtest.h>

#include <map>

#include "harness/compare/comparison.h"

namespace bmemu::harness {
namespace {

using Names = std::vector<std::pair<std::string, std::string>>;  // kind and name

/// Operators one behind the other, each with a tensor of 64 channels.
Side chain(const Names& operators) {
  Side side;
  side.run.network.inputs = {{"x", "f16", {1, 64, 128}}};
  std::string last = "x";
  for (const auto& [kind, name] : operators) {
    NetworkOperator op;
    op.name = name;
    op.kind = kind;
    op.operands.emplace_back();
    op.operands.back().name = last;
    op.operands.back().shape = {1, 64, 128};
    op.results = op.operands;
    op.results.back().name = last = name;
    side.run.network.operators.push_back(std::move(op));
  }
  side.run.network.outputs = {{last, "f16", {1, 64, 128}}};
  return side;
}

/// How many operators stand for each change.
std::map<std::string, std::size_t> changes(const Names& a, const Names& b) {
  const Side side_a = chain(a);
  const Side side_b = chain(b);
  const Structure sa = find_structure(side_a);
  const Structure sb = find_structure(side_b);
  const Alignment alignment = align(side_a.run.network, sa, side_b.run.network, sb);
  std::map<std::string, std::size_t> count;
  for (const UnpairedChange& change :
       unpaired_changes({side_a, sa, std::vector<std::string>(sa.units.size())},
                        {side_b, sb, std::vector<std::string>(sb.units.size())}, alignment, false))
    ++count[change.change];
  return count;
}

using Counts = std::map<std::string, std::size_t>;

const Names kWrittenOut = {{"Mul", "/n/Pow"},        {"Reduce", "/n/ReduceMean"},
                           {"AddConst", "/n/Add"},   {"Active", "/n/Sqrt_output_0_Sqrt"},
                           {"Reciprocal", "/n/Div"}, {"Mul", "/n/Mul"}};

Names between(Names middle) {
  middle.insert(middle.begin(), {"MatMul", "/first"});
  middle.push_back({"MatMul", "/last"});
  return middle;
}

TEST(Unpaired, OperatorsInThePlaceOfOthersAreOneReplacement) {
  EXPECT_EQ(changes(between(kWrittenOut), between({{"LayerNorm", "/n/LayerNormalization"}})),
            (Counts{{"norm_layer", 7}}));
  EXPECT_EQ(changes(between({{"LayerNorm", "/n/LayerNormalization"}}), between(kWrittenOut)),
            (Counts{{"norm_layer", 7}}));
}

TEST(Unpaired, AReplacementAtTheInputIsNoScalingOfTheInput) {
  Names a = kWrittenOut;
  a.push_back({"MatMul", "/last"});
  EXPECT_EQ(changes(a, {{"LayerNorm", "/n/LayerNormalization"}, {"MatMul", "/last"}}), (Counts{{"norm_layer", 7}}));
  EXPECT_EQ(changes({{"MatMul", "/last"}}, {{"Sub", "/Sub"}, {"MatMul", "/last"}}), (Counts{{"input_scaling", 1}}));
}

TEST(Unpaired, ANormThatIsWrittenOutIsANorm) {
  EXPECT_EQ(changes(between({}), between(kWrittenOut)), (Counts{{"norm_layer", 6}}));
}

TEST(Unpaired, WhatOnePartOfTheNetworkBringsIsOneChange) {
  EXPECT_EQ(changes(between({}), between({{"StridedSlice", "/more/Slice"}, {"Interp", "/more/Resize"}})),
            (Counts{{"strided_slice", 2}}));
}

TEST(Unpaired, TwoPartsBesideEachOtherStayTwoChanges) {
  EXPECT_EQ(changes(between({}), between({{"Active", "/b/act/Mul"}, {"Permute", "/b/more/Transpose"}})),
            (Counts{{"activation", 1}, {"transpose", 1}}));
  for (const std::string at_the_root : {"", "/"})
    EXPECT_EQ(changes(between({}), between({{"Active", at_the_root + "Mul"}, {"Permute", at_the_root + "Transpose"}})),
              (Counts{{"activation", 1}, {"transpose", 1}}));
}

TEST(CommonShare, OtherNetworksHaveLittleInCommon) {
  const auto share = [](const Names& a, const Names& b) {
    const Side side_a = chain(a);
    const Side side_b = chain(b);
    const Structure sa = find_structure(side_a);
    const Structure sb = find_structure(side_b);
    return common_share(side_a.run.network, sa, side_b.run.network, sb,
                        align(side_a.run.network, sa, side_b.run.network, sb));
  };
  EXPECT_EQ(share(between(kWrittenOut), between({})), 1) << "all that the smaller one has";
  EXPECT_EQ(share({{"MatMul", "/a"}, {"Softmax", "/b"}}, {{"Conv2D", "/c"}, {"Pool2D", "/d"}}), 0);
  EXPECT_EQ(share({}, {{"Conv2D", "/c"}}), 1) << "nothing is known of a side without operators";
}

}  // namespace
}  // namespace bmemu::harness
