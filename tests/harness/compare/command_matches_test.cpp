// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "harness/compare/match/commands.h"

namespace bmemu::harness {
namespace {

struct Command {
  const char* operation;
  std::uint64_t bytes = 0;
  isa::Engine engine = isa::Engine::kTiu;
};

Run run_of(const std::vector<Command>& commands) {
  Run run;
  run.result.layers.resize(1);
  for (std::uint32_t i = 0; i < commands.size(); ++i) {
    CommandRecord record;
    record.engine = commands[i].engine;
    record.index = i;
    record.layer = 0;
    record.bytes = commands[i].bytes;
    run.log.add(record, commands[i].operation, {});
  }
  return run;
}

std::string matched(const std::vector<Command>& a, const std::vector<Command>& b) {
  const Run run_a = run_of(a);
  const Run run_b = run_of(b);
  std::string text;
  for (const CommandPair& pair : match_commands(run_a, records_by_layer(run_a)[0], run_b, records_by_layer(run_b)[0])) {
    text += std::string(name(pair.match)) + " ";
    text += (pair.a == CommandPair::kNone ? "-" : std::to_string(pair.a)) + ":";
    text += (pair.b == CommandPair::kNone ? "-" : std::to_string(pair.b)) + "; ";
  }
  return text;
}

TEST(CommandMatches, WhatIsTheSameChangedNewAndGone) {
  EXPECT_EQ(matched({{"load", 8}, {"conv"}}, {{"load", 8}, {"conv"}}), "same 0:0; same 1:1; ");
  EXPECT_EQ(matched({{"load", 8}, {"conv"}}, {{"load", 16}, {"conv"}}), "changed 0:0; same 1:1; ");
  EXPECT_EQ(matched({{"load", 8}, {"conv"}}, {{"load", 8}, {"cast"}, {"conv"}}), "same 0:0; new -:1; same 1:2; ");
  EXPECT_EQ(matched({{"load", 8}, {"cast"}, {"conv"}}, {{"load", 8}, {"conv"}}), "same 0:0; gone 1:-; same 2:1; ");
  EXPECT_EQ(matched({}, {{"conv"}}), "new -:0; ");
  EXPECT_EQ(matched({{"conv"}}, {{"pool"}}), "gone 0:-; new -:0; ");
}

TEST(CommandMatches, TheLongestCommonOrderDecides) {
  // the second slice of A is B's first: one load moves to the front
  EXPECT_EQ(matched({{"load", 1}, {"load", 2}, {"load", 3}}, {{"load", 2}, {"load", 3}, {"load", 1}}),
            "gone 0:-; same 1:0; same 2:1; new -:2; ");
}

TEST(CommandMatches, EnginesAreMatchedApart) {
  const isa::Engine dma = isa::Engine::kGdma;
  EXPECT_EQ(matched({{"move", 4, dma}, {"conv"}}, {{"conv"}, {"move", 4, dma}}), "same 1:0; same 0:1; ");
}

TEST(CommandMatches, VeryLongListsArePairedInTheirOrder) {
  std::vector<Command> a(3000, {"conv", 1});
  std::vector<Command> b(3001, {"conv", 2});
  const auto run_a = run_of(a);
  const auto run_b = run_of(b);
  MatchCounts counts{};
  count(match_commands(run_a, records_by_layer(run_a)[0], run_b, records_by_layer(run_b)[0]), counts);
  EXPECT_EQ(counts, (MatchCounts{0, 3000, 1, 0}));
}

}  // namespace
}  // namespace bmemu::harness
