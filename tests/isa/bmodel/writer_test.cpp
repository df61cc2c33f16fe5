// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A written program is the program when it is read again.
#include "isa/bmodel/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "isa/bmodel/bmodel.h"
#include "isa/error.h"
#include "kernels/command_list.h"
#include "tests/error_of.h"
#include "tests/folders.h"
#include "tests/isa/bmodel/bmodel_builder.h"
#include "tests/isa/real_programs.h"

namespace bmemu::isa {
namespace {

void expect_same(ByteView a, ByteView b, const std::string& what) {
  ASSERT_EQ(a.size, b.size) << what;
  ASSERT_TRUE(a.size == 0 || std::memcmp(a.data, b.data, a.size) == 0) << what;
}

void expect_same(const std::vector<TensorInfo>& a, const std::vector<TensorInfo>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].type, b[i].type);
    EXPECT_EQ(a[i].shape, b[i].shape);
    EXPECT_EQ(a[i].address, b[i].address);
    EXPECT_EQ(a[i].bytes, b[i].bytes);
    EXPECT_EQ(a[i].storage_mode, b[i].storage_mode);
    EXPECT_EQ(a[i].padding_rows, b[i].padding_rows);
    EXPECT_EQ(a[i].scale, b[i].scale);
    EXPECT_EQ(a[i].zero_point, b[i].zero_point);
  }
}

void expect_same_streams(const Program& a, const Program& b) {
  ASSERT_EQ(a.groups.size(), b.groups.size());
  for (std::size_t g = 0; g < a.groups.size(); ++g) {
    EXPECT_EQ(a.groups[g].subnet, b.groups[g].subnet);
    for (const Engine engine : {Engine::kTiu, Engine::kGdma}) {
      const CommandStream& left = a.groups[g].stream(engine);
      const CommandStream& right = b.groups[g].stream(engine);
      EXPECT_EQ(left.commands.size(), right.commands.size());
      ASSERT_NO_FATAL_FAILURE(expect_same(left.bytes, right.bytes, left.place(0).text()));
    }
  }
}

void expect_same(const Program& a, const Program& b) {
  EXPECT_EQ(a.family, b.family);
  EXPECT_EQ(a.network, b.network);
  EXPECT_EQ(a.batch, b.batch);
  EXPECT_EQ(a.neuron_address, b.neuron_address);
  EXPECT_EQ(a.neuron_bytes, b.neuron_bytes);
  EXPECT_EQ(a.io_in_neuron_memory, b.io_in_neuron_memory);
  ASSERT_NO_FATAL_FAILURE(expect_same(a.inputs, b.inputs));
  ASSERT_NO_FATAL_FAILURE(expect_same(a.outputs, b.outputs));
  ASSERT_EQ(a.image.size(), b.image.size());
  for (std::size_t i = 0; i < a.image.size(); ++i) {
    EXPECT_EQ(a.image[i].address, b.image[i].address);
    ASSERT_NO_FATAL_FAILURE(expect_same(a.image[i].data, b.image[i].data, "image"));
  }
  expect_same_streams(a, b);
}

Program written_and_read(const Program& program, const BModelNotes& notes = {}) {
  return load_program(BModel::from_bytes(test::in_memory(write_bmodel(program, notes)), "written"));
}

std::size_t round_trips(const std::vector<std::string>& paths) {
  std::size_t count = 0;
  for (const std::string& path : paths) {
    Program program;
    try {
      program = load_program(BModel::open(path));
    } catch (const Error& error) {
      // A file without the command streams of the whole network.
      EXPECT_TRUE(error.id() == "E-BMODEL-DYNAMIC" || error.id() == "E-BMODEL-CPU-LAYER") << error.what();
      continue;
    }
    SCOPED_TRACE(path);
    expect_same(program, written_and_read(program));
    if (testing::Test::HasFailure()) break;
    ++count;
  }
  return count;
}

Program small_program() {
  kernels::CommandList list(Family::kBm1684x);
  Program program = list.finish("small");
  program.network = "small";
  program.neuron_address = 0x100001000;
  program.neuron_bytes = 0x2000;
  program.inputs = {{"in", DataType::kF32, {1, 4}, 0x100001000, 16, 0, 0, 1.0F, 0}};
  program.outputs = {{"out", DataType::kI8, {1, 4}, 0x100002000, 4, 0, 0, 0.5F, 0}};
  return program;
}

TEST(BModelWriter, EveryTraceReadsBackAsItWas) { EXPECT_GE(round_trips(test::trace_programs()), 8U); }

TEST(BModelWriter, EveryReferenceProgramReadsBackAsItWas) {
  auto paths = test::reference_programs();
  if (paths.empty()) BMEMU_SKIP_WITHOUT_REFERENCE("no reference data");
  // BMEMU_ALL_PROGRAMS: the large ones too, which takes a minute and several GiB.
  if (std::getenv("BMEMU_ALL_PROGRAMS") == nullptr)
    paths.erase(std::remove_if(paths.begin(), paths.end(),
                               [](const std::string& path) { return std::filesystem::file_size(path) > 4'000'000; }),
                paths.end());
  const std::size_t count = round_trips(paths);
  std::cout << count << " of " << paths.size() << " programs\n";
  EXPECT_GE(count, paths.size() * 9 / 10);
}

TEST(BModelWriter, KeepsTheChipAndTheLayerMapApartFromTheProgram) {
  BModelNotes notes;
  notes.chip_text =
      "name = \"wide\"\nbase = \"bm1684x\"\n[tiu]\nlanes = { value = 32, provenance = \"assumed\", "
      "source = \"half\" }\n";
  notes.layer_map = "[]";
  const auto bytes = write_bmodel(small_program(), notes);
  const BModel model = BModel::from_bytes(test::in_memory(bytes), "written");
  const BModelStage& stage = model.networks()[0].stages[0];
  EXPECT_EQ(chip_text_of(stage.statistics), notes.chip_text);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(stage.tensor_locations.data), stage.tensor_locations.size), "[]");
  const Program read = load_program(model);
  expect_same(small_program(), read);
  EXPECT_EQ(read.chip_text, notes.chip_text);
  ASSERT_TRUE(read.compiled_for);
  EXPECT_EQ(geometry_text(*read.compiled_for), "32 lanes of 262144 bytes in 16 banks, 64 EU bytes");
  EXPECT_EQ(write_bmodel(read, notes), bytes);
  EXPECT_EQ(bytes, write_bmodel(small_program(), notes));
  const std::string foreign = "estimate of another compiler";
  EXPECT_EQ(chip_text_of({reinterpret_cast<const std::uint8_t*>(foreign.data()), foreign.size()}), "");
}

TEST(BModelWriter, SegmentsOfTheImageBecomeOneRegionWithZerosBetween) {
  const std::uint8_t data[] = {1, 2, 3};
  Program program = small_program();
  program.image = {{0x100000000, {data, 3}}, {0x100000010, {data, 2}}};
  const Program read = written_and_read(program);
  ASSERT_EQ(read.image.size(), 1U);
  const std::uint8_t expected[18] = {1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2};
  expect_same(read.image[0].data, {expected, sizeof expected}, "joined image");
}

TEST(BModelWriter, RefusesWhatAFileCannotHold) {
  Program empty;
  EXPECT_EQ(error_of([&] { write_bmodel(empty); }), "E-BMODEL-WRITE");
  const std::uint8_t data[] = {1};
  Program overlap = small_program();
  overlap.image = {{0x100001000, {data, 1}}};
  EXPECT_EQ(error_of([&] { write_bmodel(overlap); }), "E-BMODEL-WRITE");
  Program large = small_program();
  large.image = {{0x100000000, {data, 1}}, {0x400000000, {data, 1}}};
  EXPECT_EQ(error_of([&] { write_bmodel(large); }), "E-BMODEL-WRITE");
}

}  // namespace
}  // namespace bmemu::isa
