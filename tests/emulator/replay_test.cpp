// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/replay.h"

#include <gtest/gtest.h>

#include "isa/error.h"

namespace bmemu::emulator {
namespace {

/// A group in which command i of an engine waits for `waits[i]` of the other.
isa::CommandGroup group(const std::vector<std::uint32_t>& tiu_waits, const std::vector<std::uint32_t>& gdma_waits) {
  isa::CommandGroup result;
  const auto fill = [](isa::CommandStream& stream, isa::Engine engine, const std::vector<std::uint32_t>& waits) {
    stream.engine = engine;
    for (std::uint32_t i = 0; i < waits.size(); ++i) {
      isa::CommandRef command;
      command.id = i + 1;
      command.dependency = waits[i];
      stream.commands.push_back(command);
    }
  };
  fill(result.tiu, isa::Engine::kTiu, tiu_waits);
  fill(result.gdma, isa::Engine::kGdma, gdma_waits);
  return result;
}

std::string text(const std::vector<ReplayStep>& order) {
  std::string result;
  for (const ReplayStep& step : order)
    result += (step.engine == isa::Engine::kTiu ? "t" : "g") + std::to_string(step.index + 1) + " ";
  return result;
}

TEST(ReplayOrder, RunsTheTiuAsSoonAsItMay) {
  isa::Program program;
  program.groups.push_back(group({1, 1, 3}, {0, 0, 1, 3}));
  EXPECT_EQ(text(replay_order(program)), "g1 t1 t2 g2 g3 t3 g4 ");
}

TEST(ReplayOrder, GroupsFollowEachOtherWhole) {
  isa::Program program;
  program.groups.push_back(group({0}, {1}));
  program.groups.push_back(group({1}, {0}));
  EXPECT_EQ(text(replay_order(program)), "t1 g1 g1 t1 ");
  EXPECT_EQ(replay_order(program).back().group, 1U);
}

TEST(ReplayOrder, WaitsInACircleAreADeadlock) {
  isa::Program program;
  program.groups.push_back(group({0, 2}, {0, 2}));
  try {
    replay_order(program);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-RUN-DEADLOCK");
    EXPECT_NE(error.value().find("tiu group 0 command 1"), std::string::npos) << error.value();
  }
}

}  // namespace
}  // namespace bmemu::emulator
