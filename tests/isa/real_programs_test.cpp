// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "real_programs.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "isa/bmodel/bmodel.h"
#include "isa/error.h"
#include "isa/program/layer_map.h"
#include "tests/folders.h"

namespace bmemu::isa {
namespace {

void expect_round_trip(const Program& program, const CommandStream& stream, std::size_t& commands) {
  for (std::size_t i = 0; i < stream.commands.size(); ++i, ++commands) {
    const CommandRef& command = stream.commands[i];
    const auto bytes = encode(stream.decode(program.family, i));
    ASSERT_EQ(bytes.size(), command.bytes) << program.source << " " << stream.place(i).text();
    ASSERT_EQ(std::memcmp(bytes.data(), stream.bytes.data + command.offset, bytes.size()), 0)
        << program.source << " " << stream.place(i).text();
  }
}

/// Waits must point at commands that exist and never go back.
void expect_sound_waits(const Program& program, const CommandStream& stream, const CommandStream& other) {
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < stream.commands.size(); ++i) {
    const std::uint32_t wait = stream.commands[i].dependency;
    ASSERT_LE(wait, other.commands.size()) << program.source << " " << stream.place(i).text();
    if (wait == 0) continue;
    ASSERT_GE(wait, last) << program.source << " " << stream.place(i).text();
    last = wait;
  }
}

/// Every operator's commands are listed once; only end commands belong to no operator.
void expect_layers_cover(const Program& program, const LayerMap& layers) {
  for (std::uint32_t g = 0; g < program.groups.size(); ++g)
    for (const Engine engine : {Engine::kTiu, Engine::kGdma}) {
      const CommandStream& stream = program.groups[g].stream(engine);
      const auto owners = layers.layer_of_commands(engine, g, stream.commands.size());
      for (std::size_t i = 0; i < owners.size(); ++i)
        ASSERT_EQ(owners[i] == LayerMap::kNone, stream.commands[i].is_end)
            << program.source << " " << stream.place(i).text();
    }
}

struct Totals {
  std::size_t programs = 0, commands = 0, with_layers = 0;
  std::map<std::string, std::string> refused;  ///< id of the error by file name
};

void check_program(const std::string& path, Totals& totals) {
  const BModel model = BModel::open(path);
  Program program;
  try {
    program = load_program(model);
  } catch (const Error& error) {
    totals.refused[path.substr(path.rfind('/') + 1)] = error.id();
    return;
  }
  for (const CommandGroup& group : program.groups) {
    expect_round_trip(program, group.tiu, totals.commands);
    expect_round_trip(program, group.gdma, totals.commands);
    expect_sound_waits(program, group.tiu, group.gdma);
    expect_sound_waits(program, group.gdma, group.tiu);
  }
  const FoundLayerMap found = find_layer_map(path, program);
  EXPECT_TRUE(found.rejected.empty()) << found.rejected.front();
  if (!found.layers.empty()) {
    expect_layers_cover(program, found.layers);
    ++totals.with_layers;
  }
  ++totals.programs;
}

TEST(RealPrograms, EveryTraceOpensAndEncodesBackToItsBytes) {
  Totals totals;
  for (const std::string& path : test::trace_programs()) {
    check_program(path, totals);
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(totals.programs, 4U);
  EXPECT_GE(totals.with_layers, 4U);
  EXPECT_TRUE(totals.refused.empty());
}

TEST(RealPrograms, EveryReferenceProgramOpensAndEncodesBackToItsBytesOrIsRefusedByName) {
  const auto paths = test::reference_programs();
  if (paths.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference data");
  Totals totals;
  for (const std::string& path : paths) {
    check_program(path, totals);
    if (HasFatalFailure()) return;
  }
  std::cout << totals.programs << " programs, " << totals.commands << " commands, " << totals.with_layers
            << " with a layer map\n";
  // A program without commands, and those that the table of small programs says are refused by this id.
  const std::string without_commands = "s09_b_squeezenet_bm1684x_f16.bmodel.zst";
  EXPECT_EQ(totals.refused[without_commands], "E-BMODEL-DYNAMIC");
  totals.refused.erase(without_commands);
  std::ifstream table(tests::reference_dir() + "/zoo/index.csv");
  const std::string zoo{std::istreambuf_iterator<char>(table), {}};
  for (const auto& [file, id] : totals.refused) {
    const auto row = zoo.find("\n" + file.substr(0, file.find('.')) + ",");
    ASSERT_NE(row, std::string::npos) << file << " is refused with " << id;
    EXPECT_NE(zoo.substr(row, zoo.find('\n', row + 1) - row).find(",refused " + id), std::string::npos) << file;
  }
}

TEST(RealPrograms, ResNet50OfBm1684xHasTheContentsItsCompilerWrote) {
  const BModel model = BModel::open((tests::source_dir() + "/traces/resnet50_bm1684x_int8_1b.bmodel.zst"));
  EXPECT_EQ(model.family(), Family::kBm1684x);
  ASSERT_EQ(model.networks().size(), 1U);
  const Program program = load_program(model);
  EXPECT_EQ(program.batch, 1U);
  ASSERT_EQ(program.inputs.size(), 1U);
  EXPECT_EQ(program.inputs[0].shape, (std::vector<std::uint64_t>{1, 3, 224, 224}));
  EXPECT_EQ(program.inputs[0].type, DataType::kF32);
  EXPECT_EQ(program.inputs[0].bytes, 4U * 3 * 224 * 224);
  EXPECT_TRUE(program.io_in_neuron_memory);
  ASSERT_EQ(program.image.size(), 1U);
  EXPECT_EQ(program.image[0].address, 0x100000000U);
  EXPECT_EQ(program.image[0].data.size, 27287552U);
  ASSERT_EQ(program.groups.size(), 1U);
  EXPECT_EQ(program.groups[0].tiu.commands.size(), 274U);
  EXPECT_EQ(program.groups[0].gdma.commands.size(), 102U);
  EXPECT_GE(program.inputs[0].address, program.neuron_address);
}

TEST(RealPrograms, TheBatchIsTheFirstDimensionOfTheFirstInput) {
  EXPECT_EQ(load_program(BModel::open((tests::source_dir() + "/traces/yolov5s_bm1684_int8_4b.bmodel.zst"))).batch, 4U);
}

}  // namespace
}  // namespace bmemu::isa
