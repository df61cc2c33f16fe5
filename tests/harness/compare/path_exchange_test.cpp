// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Shares of changes that meet in one operator: elements x time of an element.
#include "harness/compare/path_exchange.h"

#include <gtest/gtest.h>

#include <optional>
#include <tuple>

#include "isa/chip/chip_file.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;
constexpr std::size_t kFirst = 0, kSecond = 1;  // edits

/// One operator on a side, and what it takes of the critical path.
struct OneOperator {
  std::string kind;
  std::vector<std::uint64_t> shape;
  std::string type;
  emulator::Picoseconds ps = 0;
};

class PathShares : public ::testing::Test {
 protected:
  void side(bool is_b, const std::string& chip, std::uint32_t batch, const std::optional<OneOperator>& op) {
    harness::Run& run = is_b ? b_ : a_;
    Structure& structure = is_b ? sb_ : sa_;
    run.result.chip = isa::load_chip(chip);
    run.result.batch = batch;
    run.network.inputs = {{"x", "f32", {batch, 3, 8, 8}}};
    if (!op) return;
    NetworkTensor result;
    result.name = "y";
    result.shape = op->shape;
    result.type = op->type;
    run.network.operators.emplace_back();
    run.network.operators.back().results = {result};
    run.result.layers.emplace_back();
    run.result.layers.back().critical_ps = op->ps;
    const std::size_t index = structure.units.size();
    structure.units.emplace_back();
    structure.pieces.push_back({index, index, index, op->kind});
  }

  /// Edits of the whole network, and with `has_local` one more that owns the first operator.
  std::vector<double> shares(const std::vector<std::string>& globals, bool has_local = false) {
    Edits edits;
    for (const auto& change : globals) edits.edits.push_back({change, "", true, false, {}, {}});
    if (has_local) edits.edits.push_back({"activation", "", false, false, {}, {}});
    edits.of_a.assign(sa_.pieces.size(), 0);
    edits.of_b.assign(sb_.pieces.size(), 0);
    for (auto* of : {&edits.of_a, &edits.of_b})
      if (has_local && !of->empty()) of->front() = globals.size();
    Alignment alignment;  // one by one, where both sides have as many
    const bool is_paired = sa_.units.size() == sb_.units.size();
    for (std::size_t i = 0; i < sa_.units.size(); ++i) alignment.to_b.push_back(is_paired ? i : kNone);
    for (std::size_t i = 0; i < sb_.units.size(); ++i) alignment.to_a.push_back(is_paired ? i : kNone);
    return path_shares(a_, sa_, b_, sb_, alignment, edits);
  }

  harness::Run a_, b_;
  Structure sa_, sb_;
};

TEST_F(PathShares, BatchTakesTheElementsAndTheTypeTheirTime) {
  side(false, "bm1684x", 1, OneOperator{"Conv2D", {1, 8, 4, 4}, "f32", 100});
  side(true, "bm1684x", 4, OneOperator{"Conv2D", {4, 8, 4, 4}, "f16", 200});
  // 100 alone; 400 with the batch; 50 with the type; 200 with both
  const auto result = shares({"batch", "precision"});
  EXPECT_DOUBLE_EQ(result[kFirst], (300 + 150) / 2.0);
  EXPECT_DOUBLE_EQ(result[kSecond], (-50 - 200) / 2.0);
}

TEST_F(PathShares, AProductOfFewRowsTakesAsLongForAnyBatch) {
  side(false, "bm1684x", 1, OneOperator{"MatMul", {1, 1000}, "f32", 100});
  side(true, "bm1684x", 4, OneOperator{"MatMul", {4, 1000}, "f16", 60});
  const auto result = shares({"batch", "precision"});
  EXPECT_DOUBLE_EQ(result[kFirst], 0) << "its weights decide";
  EXPECT_DOUBLE_EQ(result[kSecond], -40);
}

TEST_F(PathShares, AnOperatorOfOneSideAloneGrowsWithItsInput) {
  side(false, "bm1684x", 1, {});
  side(true, "bm1684x", 4, OneOperator{"Softmax", {4, 8, 4, 4}, "f32", 400});
  const auto result = shares({"batch"}, true);
  EXPECT_DOUBLE_EQ(result[kFirst], 150) << "300 more once it is there";
  EXPECT_DOUBLE_EQ(result[kSecond], 250) << "100 for one image, 400 for four";
}

TEST_F(PathShares, FourImagesOfBytesAreOneWord) {
  side(false, "bm1684", 1, {});
  side(true, "bm1684", 4, OneOperator{"Permute", {4, 8, 4, 4}, "si8", 400});
  const auto result = shares({"batch"}, true);
  EXPECT_DOUBLE_EQ(result[kFirst], 0);
  EXPECT_DOUBLE_EQ(result[kSecond], 400);
}

TEST_F(PathShares, WhatAGlobalAndALocalChangeTouchIsSplit) {
  side(false, "bm1684x", 1, OneOperator{"Active", {1, 8, 4, 4}, "f32", 100});
  side(true, "bm1684x", 2, OneOperator{"Active", {2, 8, 4, 4}, "f32", 600});
  // 200 with the batch alone, 300 with the other function alone
  const auto result = shares({"batch"}, true);
  EXPECT_DOUBLE_EQ(result[kFirst], (100 + 300) / 2.0);
  EXPECT_DOUBLE_EQ(result[kSecond], (200 + 400) / 2.0);
}

TEST_F(PathShares, OperatorsThatLookTheSameTellWhatTheTypeCosts) {
  // the first is changed too; one that looked like it takes three times as long in B's type, others half
  for (const auto& [width, a, b] : {std::tuple{8U, 100, 900}, {8U, 100, 300}, {16U, 100, 50}, {32U, 100, 50}}) {
    side(false, "bm1684x", 1, OneOperator{"Conv2D", {1, width, 4, 4}, "f16", a});
    side(true, "bm1684x", 1, OneOperator{"Conv2D", {1, width, 4, 4}, "f32", b});
  }
  const auto result = shares({"precision"}, true);
  // the changed one: 300 with the type alone or with its own change alone, 900 with both
  EXPECT_DOUBLE_EQ(result[kFirst], (200 + 600) / 2.0 + 200 - 50 - 50);
  EXPECT_DOUBLE_EQ(result[kSecond], (200 + 600) / 2.0);
}

}  // namespace
}  // namespace bmemu::harness
