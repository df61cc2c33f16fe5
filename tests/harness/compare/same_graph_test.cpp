// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Two programs of one graph whose commands differ in how they move bytes, or in what they wait for.
#include <gtest/gtest.h>

#include <memory>

#include "harness/compare/comparison.h"
#include "harness/compare/load_side.h"
#include "tests/folders.h"

namespace bmemu::harness {
namespace {

const std::string kProgram = tests::source_dir() + "/traces/lprnet_bm1684x_int8_1b.bmodel.zst";

class SameGraph : public ::testing::Test {
 protected:
  /// The program with its first GDMA stream as `change` leaves it.
  template <class Change>
  static Side changed(Change&& change) {
    ProgramSource source;
    source.model.path = kProgram;
    OpenedProgram opened = open_program(source);
    isa::CommandStream& stream = opened.program.groups.front().gdma;
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(stream.bytes.data, stream.bytes.data + stream.bytes.size);
    change(opened.program, stream, *bytes);
    stream.bytes.data = bytes->data();
    opened.program.storage.push_back(bytes);
    return side_of_program(std::move(opened), kProgram, {});
  }

  static Side unchanged() {
    return changed([](const isa::Program&, const isa::CommandStream&, const std::vector<std::uint8_t>&) {});
  }

  static void expect_sum(const Comparison& comparison) {
    emulator::Picoseconds sum = 0;
    for (const Cause& cause : comparison.causes) sum += cause.delta_ps;
    EXPECT_EQ(sum, comparison.delta_ps);
  }
};

TEST_F(SameGraph, AsManyBytesInShorterRowsAreAPattern) {
  std::string layer;
  const Side b =
      changed([&](const isa::Program& program, const isa::CommandStream& stream, std::vector<std::uint8_t>& bytes) {
        const auto layers = program.layers.layer_of_commands(isa::Engine::kGdma, 0, stream.commands.size());
        for (std::size_t i = 0; i < stream.commands.size() && layer.empty(); ++i) {
          const isa::Instruction instruction = stream.decode(program.family, i);
          const auto* gdma = std::get_if<isa::bm1684x::GdmaInstruction>(&instruction);
          const auto* tensor = gdma == nullptr ? nullptr : std::get_if<isa::bm1684x::DmaTensor>(gdma);
          constexpr std::uint64_t kRowElements = 4;
          constexpr std::uint64_t kMostRows = 65535;
          if (tensor == nullptr || layers[i] == isa::LayerMap::kNone || tensor->src_hsize != 1 ||
              tensor->src_wsize < 1024 || tensor->src_wsize % kRowElements != 0 ||
              tensor->src_wsize > kMostRows * kRowElements)
            continue;
          isa::bm1684x::DmaTensor rows = *tensor;
          rows.src_hsize = rows.dst_hsize = tensor->src_wsize / kRowElements;
          rows.src_wsize = rows.dst_wsize = kRowElements;
          rows.src_hstride = 2 * kRowElements;
          rows.dst_hstride = kRowElements;
          const auto words = isa::encode(isa::Instruction(isa::bm1684x::GdmaInstruction(rows)));
          std::copy(words.begin(), words.end(), bytes.begin() + static_cast<std::ptrdiff_t>(stream.commands[i].offset));
          layer = program.layers.names[layers[i]];
        }
      });
  ASSERT_FALSE(layer.empty()) << "no load with long rows";
  const Comparison comparison = compare(unchanged(), b);
  ASSERT_EQ(comparison.causes.size(), 1U);
  EXPECT_EQ(comparison.causes.front().change, "dma_pattern");
  EXPECT_GT(comparison.delta_ps, 0);
  ASSERT_FALSE(comparison.causes.front().layers.empty());
  EXPECT_EQ(comparison.causes.front().layers.front(), layer);
  expect_sum(comparison);
}

TEST_F(SameGraph, TheSameCommandsThatWaitForMoreOverlapLess) {
  // every transfer waits for all commands of the TIU that need neither it nor one behind it
  const Side b = changed([](const isa::Program& program, isa::CommandStream& stream, const std::vector<std::uint8_t>&) {
    const auto& tiu = program.groups.front().tiu.commands;
    std::size_t before = 0;
    for (std::size_t i = 0; i < stream.commands.size(); ++i) {
      while (before < tiu.size() && tiu[before].dependency <= i) ++before;
      stream.commands[i].dependency = static_cast<std::uint32_t>(before);
    }
  });
  const Side a = unchanged();
  const Comparison comparison = compare(a, b);
  ASSERT_EQ(comparison.causes.size(), 1U);
  EXPECT_EQ(comparison.causes.front().change, "overlap");
  EXPECT_GT(comparison.delta_ps, 0);
  EXPECT_FALSE(comparison.causes.front().layers.empty());
  expect_sum(comparison);
  const Comparison back = compare(b, a);
  ASSERT_EQ(back.causes.size(), 1U);
  EXPECT_EQ(back.causes.front().delta_ps, -comparison.causes.front().delta_ps);
}

}  // namespace
}  // namespace bmemu::harness
