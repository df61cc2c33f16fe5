// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What `compile` refuses, and how it says so.
#include "kernels/compile.h"

#include "tests/error_of.h"
#include "tests/kernels/op/trial.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

std::string message_of(const Graph& graph, const isa::ChipSpec& chip) {
  try {
    compile(graph, chip);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

TEST(Compile, NamesEveryNodeThatHasNoKernel) {
  Random random(900);
  Trial t;
  Graph& g = t.graph;
  const ValueId table = g.add_value({"table", {9, 3}, isa::DataType::kI32, {}, {}, {}});
  const ValueId index = g.add_value({"index", {4}, isa::DataType::kI32, {}, {}, {}});
  g.inputs = {table, index};
  for (const char* name : {"first", "second"})
    g.outputs.push_back(g.add_node({name, "Gather", Gather{0}, {table, index}, {}, {}}, std::string("y_") + name,
                                   {4, 3}, isa::DataType::kI32));
  const std::string message = message_of(g, test::chip_of(isa::Family::kBm1684));
  EXPECT_NE(message.find("E-KERNELS-UNSUPPORTED"), std::string::npos) << message;
  EXPECT_NE(message.find("first (Gather)"), std::string::npos) << message;
  EXPECT_NE(message.find("second (Gather)"), std::string::npos) << message;
  EXPECT_EQ(message_of(g, test::chip_of(isa::Family::kBm1684x)), "");
}

TEST(Compile, SaysWhichTensorDoesNotFitAndByHowMuch) {
  Random random(901);
  Trial t;
  Conv conv;
  conv.kernel = {1, 21, 21};
  t.output(t.node(conv, {t.input(random, {1, 3, 30, 30}), t.constant(random, {5, 3, 21, 21})}));
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    isa::ChipSpec chip = test::chip_of(family);
    chip.local_memory.lane_bytes = 4096;
    const std::string message = message_of(t.graph, chip);
    EXPECT_NE(message.find("E-KERNELS-MEMORY"), std::string::npos) << message;
    EXPECT_NE(message.find("weights of node0"), std::string::npos) << message;
    EXPECT_NE(message.find("too many"), std::string::npos) << message;
  }
}

TEST(Compile, ConstantsHaveALimit) {
  ProgramBuilder builder(test::chip_of(isa::Family::kBm1684x), "network", 4096);
  builder.add_constant(std::vector<std::uint8_t>(4000, 1));
  builder.add_constant(std::vector<std::uint8_t>(4000, 1));  // the same again takes no room
  EXPECT_EQ(error_of([&] { builder.add_constant(std::vector<std::uint8_t>(8192, 2)); }), "E-KERNELS-CONSTANTS");
}

}  // namespace
}  // namespace bmemu::kernels
