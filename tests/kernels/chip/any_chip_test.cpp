// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Compiled for a chip and run on it: the values are the same whatever the lanes, execution units, memory and banks.
#include <array>
#include <functional>

#include "isa/chip/chip_changes.h"
#include "kernels/prepare.h"
#include "tests/error_of.h"
#include "tests/kernels/chip/networks.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

struct Variant {
  const char* name;
  std::function<void(isa::ChipSpec&)> change;
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> kAll{
      {"built in", [](isa::ChipSpec&) {}},
      {"32 lanes", [](isa::ChipSpec& c) { c.tiu.lanes = 32; }},
      {"128 lanes", [](isa::ChipSpec& c) { c.tiu.lanes = 128; }},
      {"24 lanes", [](isa::ChipSpec& c) { c.tiu.lanes = 24; }},
      {"half the EUs", [](isa::ChipSpec& c) { c.tiu.eu_bytes /= 2; }},
      {"twice the EUs", [](isa::ChipSpec& c) { c.tiu.eu_bytes *= 2; }},
      {"8 banks", [](isa::ChipSpec& c) { c.local_memory.banks = 8; }},
      {"32 banks", [](isa::ChipSpec& c) { c.local_memory.banks = 32; }},
      {"half the memory", [](isa::ChipSpec& c) { c.local_memory.lane_bytes /= 2; }},
      {"twice the memory", [](isa::ChipSpec& c) { c.local_memory.lane_bytes *= 2; }},
      {"64 KiB lanes", [](isa::ChipSpec& c) { c.local_memory.lane_bytes = 65536; }},
      {"32 lanes, twice the EUs, 32 KiB",
       [](isa::ChipSpec& c) { c.tiu.lanes = 32, c.tiu.eu_bytes *= 2, c.local_memory.lane_bytes = 32768; }},
  };
  return kAll;
}

template <class Check>
void on_all_chips(Check check) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x})
    for (const Variant& variant : variants()) {
      isa::ChipSpec chip = test::chip_of(family);
      variant.change(chip);
      SCOPED_TRACE(std::string(isa::name(family)) + ", " + variant.name);
      ASSERT_NO_THROW(isa::check_chip(chip));
      check(chip);
    }
}

TEST(AnyChip, ComputesAnImageNetwork) {
  on_all_chips([](const isa::ChipSpec& chip) {
    Random random(1);
    test::check(test::image_network(random), chip);
  });
}

TEST(AnyChip, ComputesASequenceNetwork) {
  on_all_chips([](const isa::ChipSpec& chip) {
    Random random(2);
    test::check(test::sequence_network(random), chip);
  });
}

TEST(AnyChip, ComputesANetworkOfLongRows) {
  on_all_chips([](const isa::ChipSpec& chip) {
    Random random(9);
    test::check(test::norm_network(random), chip);
  });
}

TEST(AnyChip, CutsTransposedConvolutions) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x})
    for (const auto& [kernel, step, dilation] : {std::array{4, 2, 1}, {2, 2, 1}, {3, 3, 1}, {3, 2, 2}, {2, 3, 1}}) {
      isa::ChipSpec chip = test::chip_of(family);
      chip.local_memory.lane_bytes = 16384;
      Random random(8);
      Trial t;
      Conv conv;
      conv.kernel = {1, kernel, kernel};
      conv.dilation = {1, dilation, dilation};
      conv.insert = {0, step - 1, step - 1};
      conv.pad_begin = conv.pad_end = {0, kernel - 1, 1};
      t.output(
          t.node(conv, {t.input(random, {1, 5, 30, 41}), t.constant(random, {70, 5, kernel, kernel}, -0.3F, 0.3F)}));
      test::check(t, chip);
    }
}

/// A lane does not hold the weights of one output channel: fully connected layers, and windows of many channels.
TEST(AnyChip, WeightsDeeperThanALaneComeInParts) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    isa::ChipSpec small = test::chip_of(family), large = small;
    small.local_memory.lane_bytes = 16384;
    large.local_memory.lane_bytes = 262144;
    Random random(5);
    Trial t;
    const std::int64_t depth = family == isa::Family::kBm1684 ? 5000 : 12000;  // bytes of BM1684 have one form only
    const ValueId x = t.input(random, {1, 1, depth});
    t.output(t.node(MatMul{Relu{}}, {x, t.constant(random, {1, depth, 70}, -0.01F, 0.01F), t.constant(random, {70})}));
    Trial bytes = t;
    t.output(test::add_conv(t, random, t.input(random, {1, 700, 3, 3}), 70, 3));
    test::check(t, small);
    test::check(t, large);
    bytes.graph = test::quantised(bytes, family);
    EXPECT_EQ(test::computed(bytes, small), test::computed(bytes, large));
  }
}

/// Sums of floats between bytes must not depend on the tiling either: a last bit moves a byte. `least_memory`: of a
/// lane.
void expect_identical_bytes(const std::function<Trial(Random&)>& make, std::int64_t least_memory = 0) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    Random random(3);
    Trial trial = make(random);
    trial.graph = test::quantised(trial, family);
    std::vector<std::vector<double>> expected;
    for (const Variant& variant : variants()) {
      SCOPED_TRACE(std::string(isa::name(family)) + ", " + variant.name);
      isa::ChipSpec chip = test::chip_of(family);
      variant.change(chip);
      if (chip.local_memory.lane_bytes < least_memory) continue;
      try {
        const auto got = test::computed(trial, chip);
        if (expected.empty()) expected = got;
        EXPECT_EQ(got, expected);
      } catch (const Error& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }
}

TEST(AnyChip, BytesOfAnImageNetworkAreIdentical) {
  expect_identical_bytes([](Random& random) { return test::image_network(random); });
}

TEST(AnyChip, BytesOfASequenceNetworkAreIdentical) {
  expect_identical_bytes([](Random& random) { return test::sequence_network(random); });
}

/// Products of f32 deeper than one command sums: a lane must hold what the command needs.
TEST(AnyChip, BytesOfAWideSequenceNetworkAreIdentical) {
  expect_identical_bytes([](Random& random) { return test::sequence_network(random, 70, 640); }, 65536);
}

TEST(AnyChip, BytesOfANetworkOfLongRowsAreIdentical) {
  expect_identical_bytes([](Random& random) { return test::norm_network(random); });
}

TEST(AnyChip, AProgramSaysWhatItIsCompiledFor) {
  on_all_chips([](const isa::ChipSpec& chip) {
    Random random(4);
    const isa::Program program = compile(test::image_network(random).graph, chip);
    ASSERT_TRUE(program.compiled_for);
    EXPECT_EQ(*program.compiled_for, isa::geometry_of(chip));
    EXPECT_EQ(isa::geometry_mismatch(program, chip), "");
    isa::ChipSpec other = chip;
    other.local_memory.lane_bytes *= 2;
    EXPECT_NE(isa::geometry_mismatch(program, other), "");
  });
}

TEST(AnyChip, WhatDoesNotFitIsNamedWithItsBytes) {
  for (const isa::Family family : {isa::Family::kBm1684, isa::Family::kBm1684x}) {
    isa::ChipSpec chip = test::chip_of(family);
    chip.local_memory.lane_bytes = 4096;
    chip.local_memory.banks = 2;
    Trial t;
    Random random(5);
    const ValueId x = t.input(random, {1, 100, 25, 25});
    t.output(test::add_conv(t, random, x, 8, 21));  // a window of few channels is more than a lane
    try {
      compile(t.graph, chip);
      FAIL() << "compiled";
    } catch (const Error& error) {
      EXPECT_EQ(error.id(), "E-KERNELS-MEMORY");
      EXPECT_NE(error.value().find("weights of node0"), std::string::npos) << error.value();
      EXPECT_NE(error.value().find("too many"), std::string::npos) << error.what();
      EXPECT_EQ(error.legal(), "at most 4096 bytes in a lane");
    }
  }
}

TEST(AnyChip, ATensorBeyondAllAddressesIsRefusedAtOnce) {
  Graph graph;
  graph.inputs = {graph.add_value({"x", {1, std::int64_t{1} << 40}, isa::DataType::kF32, nullptr, {}, {}})};
  graph.outputs = {graph.add_node({"", "", Unary{}, {graph.inputs[0]}, {}, {}}, "y", {1, std::int64_t{1} << 40})};
  EXPECT_EQ(error_of([&] { compile(graph, test::chip_of(isa::Family::kBm1684x)); }), "E-KERNELS-MEMORY");
}

TEST(AnyChip, TensorsBeyondAllAddressesTogetherAreRefused) {
  Graph graph;
  const Shape shape{1, 60000, 60000};
  graph.inputs = {graph.add_value({"x", shape, isa::DataType::kF32, nullptr, {}, {}})};
  for (int i = 0; i < 90; ++i)
    graph.outputs.push_back(graph.add_node({"", "", Unary{}, {graph.inputs[0]}, {}, {}}, "y", shape));
  try {
    compile(graph, test::chip_of(isa::Family::kBm1684x));
    FAIL() << "compiled";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "E-KERNELS-MEMORY");
    EXPECT_NE(error.sentence().find("addresses of DDR"), std::string::npos) << error.what();
  }
}

TEST(AnyChip, LocalMemoryMayNotReachIntoL2) {
  isa::ChipSpec chip = test::chip_of(isa::Family::kBm1684x);
  chip.local_memory.lane_bytes = 4 << 20;
  Trial t;
  Random random(6);
  t.output(test::add_conv(t, random, t.input(random, {1, 3, 9, 9}), 8, 3));
  EXPECT_EQ(error_of([&] { compile(t.graph, chip); }), "E-KERNELS-MEMORY");
}

}  // namespace
}  // namespace bmemu::kernels
