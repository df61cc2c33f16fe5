// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// libbmrt: networks by its C interface give the bytes that `bmemu run` gives, wherever they lie in device memory.
#include "tests/runtime/bmrt.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "isa/bmodel/bmodel.h"
#include "isa/bmodel/writer.h"
#include "runtime/bmrt/relocation.h"
#include "tests/runtime/bmlib.h"
#include "tests/runtime/devices.h"

namespace bmemu::runtime {
namespace {

std::string two_stages(const std::string& chip) {
  return tests::source_dir() + "/tests/data/runtime/two_stages_" + chip + ".bmodel.zst";
}

class Bmrt : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    ASSERT_EQ(bm_dev_request(&handle_, GetParam()), kOk);
    runtime_ = bmrt_create(handle_);
    ASSERT_NE(runtime_, nullptr);
  }
  void TearDown() override {
    bmrt_destroy(runtime_);
    bm_dev_free(handle_);
  }
  std::string chip() const { return GetParam() == kDeviceX ? "bm1684x" : "bm1684"; }
  bool load(const std::string& path) { return bmrt_load_bmodel(runtime_, path.c_str()); }
  const NetworkInfo& info(const char* name) { return *bmrt_get_network_info(runtime_, name); }

  /// The first output of the network's stage for these shapes.
  std::vector<std::uint8_t> result(const char* name, int stage, std::vector<std::uint8_t> input) {
    const NetworkInfo& network = info(name);
    void* const inputs[] = {input.data()};
    void* outputs[1] = {};
    Shape shapes[1] = {};
    EXPECT_TRUE(
        bmrt_launch_data(runtime_, name, inputs, network.stages[stage].input_shapes, 1, outputs, shapes, 1, false));
    if (outputs[0] == nullptr) return {};
    const std::size_t bytes = bmrt_shape_count(&shapes[0]) * bmrt_data_type_size(network.output_types[0]);
    const auto* begin = static_cast<const std::uint8_t*>(outputs[0]);
    const std::vector<std::uint8_t> copy(begin, begin + bytes);
    std::free(outputs[0]);
    return copy;
  }

  template <class Call>
  void expect_refused(const std::string& line, Call&& call) {
    testing::internal::CaptureStderr();
    EXPECT_FALSE(call());
    EXPECT_NE(testing::internal::GetCapturedStderr().find(line), std::string::npos) << line;
  }

  void* handle_ = nullptr;
  void* runtime_ = nullptr;
};

TEST_P(Bmrt, RunsSeveralNetworksOfSeveralFiles) {
  Memory elsewhere{};  // nothing lies where it was compiled to
  ASSERT_EQ(bm_malloc_device_byte(handle_, &elsewhere, 123456), kOk);
  for (const char* network : {"lenet", "cnna"})
    ASSERT_TRUE(load(trace(std::string(network) + "_" + chip() + "_int8.bmodel.zst")));
  EXPECT_EQ(bmrt_get_network_number(runtime_), 2);
  const char** names = nullptr;
  bmrt_get_network_names(runtime_, &names);
  const std::vector<std::string> found{names[0], names[1]};
  std::free(names);
  for (int turn = 0; turn < 2; ++turn)
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string network = i == 0 ? "lenet" : "cnna";
      EXPECT_EQ(result(found[i].c_str(), 0, array_bytes(trace(network + "_input.npy"))),
                array_bytes(trace(network + "_" + chip() + "_int8_output0.npy")));
    }
  bm_free_device(handle_, elsewhere);
}

TEST_P(Bmrt, ChoosesTheStageByTheShapes) {
  ASSERT_TRUE(load(two_stages(chip())));
  const NetworkInfo& network = info("main_graph");
  ASSERT_EQ(network.stage_count, 2);
  EXPECT_EQ(network.most_input_bytes[0], 2U * 3 * 32 * 32 * 4);
  const auto input = array_bytes(trace("cnna_input.npy"));
  std::vector<std::uint8_t> twice = input;
  twice.insert(twice.end(), input.begin(), input.end());
  const auto one = result("main_graph", 0, input);
  const auto two = result("main_graph", 1, twice);
  ASSERT_EQ(one.size(), 33U * 4);
  ASSERT_EQ(two.size(), 2U * 33 * 4);
  EXPECT_EQ(std::memcmp(two.data(), one.data(), one.size()), 0);
  EXPECT_EQ(std::memcmp(two.data() + one.size(), one.data(), one.size()), 0);
  EXPECT_EQ(result("main_graph", 0, input), one);
  Tensor tensor{};
  tensor.shape = network.stages[1].input_shapes[0];
  EXPECT_EQ(bmrt_get_stage_index(runtime_, "main_graph", &tensor), 1);
  tensor.shape.size[0] = 3;
  EXPECT_EQ(bmrt_get_stage_index(runtime_, "main_graph", &tensor), -1);
  EXPECT_NE(network.stages[0].input_memories[0].address, 0U);
}

TEST_P(Bmrt, MakesOutputsAndUsesThoseOfTheClient) {
  ASSERT_TRUE(load(trace("lenet_" + chip() + "_int8.bmodel.zst")));
  const NetworkInfo& network = info("lenet");
  Tensor input{};
  ASSERT_TRUE(bmrt_tensor(&input, runtime_, network.input_types[0], network.stages[0].input_shapes[0]));
  auto bytes = array_bytes(trace("lenet_input.npy"));
  ASSERT_EQ(bmrt_tensor_bytesize(&input), bytes.size());
  ASSERT_EQ(bm_memcpy_s2d(handle_, input.memory, bytes.data()), kOk);
  Tensor made{};
  ASSERT_TRUE(bmrt_launch_tensor(runtime_, "lenet", &input, 1, &made, 1));
  Tensor own{};
  Memory memory{};
  ASSERT_EQ(bm_malloc_device_byte(handle_, &memory, 40), kOk);
  bmrt_tensor_with_device(&own, memory, network.output_types[0], made.shape);
  ASSERT_TRUE(bmrt_launch_tensor_ex(runtime_, "lenet", &input, 1, &own, 1, true, false));
  ASSERT_EQ(bm_thread_sync(handle_), kOk);
  EXPECT_NE(own.memory.address, made.memory.address);
  const auto wanted = array_bytes(trace("lenet_" + chip() + "_int8_output0.npy"));
  for (const Tensor* tensor : {&made, &own}) {
    std::vector<std::uint8_t> found(wanted.size());
    ASSERT_EQ(bm_memcpy_d2s(handle_, found.data(), tensor->memory), kOk);
    EXPECT_EQ(found, wanted);
    bm_free_device(handle_, tensor->memory);
  }
  bm_free_device(handle_, input.memory);
}

TEST_P(Bmrt, LoadsAModelFromMemoryThatMayGo) {
  {
    std::ifstream file(trace("lenet_" + chip() + "_int8.bmodel.zst"), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_TRUE(bmrt_load_bmodel_data(runtime_, bytes.data(), bytes.size()));
  }
  EXPECT_EQ(result("lenet", 0, array_bytes(trace("lenet_input.npy"))),
            array_bytes(trace("lenet_" + chip() + "_int8_output0.npy")));
}

TEST_P(Bmrt, RefusesWhatDoesNotFit) {
  expect_refused("E-FILE-OPEN", [&] { return load("no.bmodel"); });
  expect_refused("E-RUNTIME-NETWORK: the BModel was compiled for another chip", [&] {
    return load(trace(GetParam() == kDeviceX ? "lenet_bm1684_int8.bmodel.zst" : "lenet_bm1684x_int8.bmodel.zst"));
  });
  expect_refused("E-BMODEL-MAGIC", [&] { return bmrt_load_bmodel_data(runtime_, "no model", 8); });
  expect_refused("E-RUNTIME-NETWORK", [&] { return bmrt_get_network_info(runtime_, "lenet") != nullptr; });
  ASSERT_TRUE(load(trace("lenet_" + chip() + "_int8.bmodel.zst")));
  const NetworkInfo& network = info("lenet");
  Tensor input{};
  ASSERT_TRUE(bmrt_tensor(&input, runtime_, network.input_types[0], network.stages[0].input_shapes[0]));
  Tensor output{};
  const auto launched = [&](const Tensor& in, int outputs = 1) {
    return bmrt_launch_tensor(runtime_, "lenet", &in, 1, &output, outputs);
  };
  expect_refused("another number of tensors", [&] { return launched(input, 0); });
  Tensor other = input;
  other.type = 2;
  expect_refused("another element type", [&] { return launched(other); });
  other = input;
  other.shape.size[0] = 7;
  expect_refused("no stage has these input shapes", [&] { return launched(other); });
  other = input;
  other.memory.size = 16;
  expect_refused("its device memory is too small", [&] { return launched(other); });
  other = input;
  other.mode = 1;
  expect_refused("a storage mode that is not launched", [&] { return launched(other); });
  other = input;
  other.memory.address = 0x300000000;
  expect_refused("E-RUNTIME-STATUS", [&] { return launched(other); });
  EXPECT_EQ(output.memory.address, 0U);  // what was made for it is gone
  bm_free_device(handle_, input.memory);
  expect_refused("not supported: bmrt_load_bmodel_with_mem",
                 [&] { return bmrt_load_bmodel_with_mem(runtime_, "x", nullptr); });
  expect_refused("E-RUNTIME-STATUS", [] { return bmrt_create(nullptr) != nullptr; });
  void* two[] = {handle_, handle_};
  expect_refused("E-RUNTIME-UNSUPPORTED", [&] { return bmrt_create_ex(two, 2) != nullptr; });
}

TEST_P(Bmrt, RefusesRowsOfPadding) {
  isa::Program program = isa::load_program(isa::BModel::open(trace("lenet_" + chip() + "_int8.bmodel.zst")),
                                           {"lenet", 0, isa::Parts::kAll});
  program.inputs[0].padding_rows = 1 << 16 | 2;
  const std::vector<std::uint8_t> bytes = isa::write_bmodel(program);
  ASSERT_TRUE(bmrt_load_bmodel_data(runtime_, bytes.data(), bytes.size()));
  const NetworkInfo& network = info("lenet");
  Tensor input{};
  ASSERT_TRUE(bmrt_tensor(&input, runtime_, network.input_types[0], network.stages[0].input_shapes[0]));
  Tensor output{};
  expect_refused("1 rows above and 2 below",
                 [&] { return bmrt_launch_tensor(runtime_, "lenet", &input, 1, &output, 1); });
  bm_free_device(handle_, input.memory);
}

TEST_P(Bmrt, GivesEachThreadItsOwnResults) {
  ASSERT_TRUE(load(two_stages(chip())));
  const auto input = array_bytes(trace("cnna_input.npy"));
  std::vector<std::uint8_t> twice = input;
  twice.insert(twice.end(), input.begin(), input.end());
  const std::vector<std::uint8_t> wanted[] = {result("main_graph", 0, input), result("main_graph", 1, twice)};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const int stage = (t + i) % 2;
        if (result("main_graph", stage, stage == 0 ? input : twice) != wanted[stage]) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

/// What a runtime allocated is free again when it is gone, and so is what a failed launch made.
TEST_P(Bmrt, GivesDeviceMemoryBack) {
  const auto first_free = [&] {
    Memory memory{};
    EXPECT_EQ(bm_malloc_device_byte(handle_, &memory, 1 << 30), kOk);
    bm_free_device(handle_, memory);
    return memory.address;
  };
  const std::uint64_t before = first_free();
  {
    void* const other = bmrt_create(handle_);
    ASSERT_TRUE(bmrt_load_bmodel(other, two_stages(chip()).c_str()));
    EXPECT_GT(first_free(), before);
    Tensor input{};
    Tensor output{};
    input.shape = bmrt_get_network_info(other, "main_graph")->stages[0].input_shapes[0];
    input.memory.address = 0x300000000;
    input.memory.size = 1 << 20;
    EXPECT_FALSE(bmrt_launch_tensor(other, "main_graph", &input, 1, &output, 1));
    bmrt_destroy(other);
  }
  EXPECT_EQ(first_free(), before);
}

INSTANTIATE_TEST_SUITE_P(Devices, Bmrt, testing::Values(kDeviceX, kDevice4),
                         [](const auto& device) { return device.param == kDeviceX ? "bm1684x" : "bm1684"; });

TEST(BmrtTensors, CountShapes) {
  Shape shape{};
  const int sizes[] = {2, 3, 4};
  bmrt_shape(&shape, sizes, 3);
  EXPECT_EQ(bmrt_shape_count(&shape), 24U);
  Shape scalar{};
  EXPECT_EQ(bmrt_shape_count(&scalar), 1U);
  EXPECT_TRUE(bmrt_shape_is_same(&shape, &shape));
  EXPECT_FALSE(bmrt_shape_is_same(&shape, &scalar));
  const std::size_t bytes[] = {4, 2, 1, 1, 2, 2, 4, 4, 2, 1, 1};
  for (int type = 0; type < 11; ++type) EXPECT_EQ(bmrt_data_type_size(type), bytes[type]) << type;
  testing::internal::CaptureStderr();
  EXPECT_EQ(bmrt_data_type_size(11), 0U);
  shape.count = 9;
  EXPECT_EQ(bmrt_shape_count(&shape), 0U);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("bmrt_shape_count: E-RUNTIME-ARGUMENT"), std::string::npos);
  BMRT_LOG_LEVEL_THRESHOLD = 2;
}

TEST(BmrtRelocation, MovesEachAreaByItself) {
  Relocation place;
  place.io_begin = 0x100010000;
  place.neuron_begin = 0x100020000;
  place.weights_offset = 0x1000;
  place.io_offset = 0x200000;
  place.neuron_offset = static_cast<std::uint64_t>(-0x8000);
  EXPECT_EQ(place(isa::Family::kBm1684x, 0x08000000), 0x08000000U);
  EXPECT_EQ(place(isa::Family::kBm1684x, 0x100000004), 0x100001004U);
  EXPECT_EQ(place(isa::Family::kBm1684x, 0x100010004), 0x100210004U);
  EXPECT_EQ(place(isa::Family::kBm1684x, 0x100020004), 0x100018004U);
  EXPECT_EQ(place(isa::Family::kBm1684, 0x100000004), 0x100000004U);  // the firmware's own
}

TEST(BmrtRelocation, KeepsAStreamThatStaysWhereItIs) {
  for (const std::string chip : {"bm1684", "bm1684x"}) {
    const isa::BModel model = isa::BModel::open(two_stages(chip));
    const isa::Program program = isa::load_program(model, {"main_graph", 1, isa::Parts::kAll});
    const isa::CommandStream& stream = program.groups.front().gdma;
    const std::vector<std::uint8_t> same(stream.bytes.data, stream.bytes.data + stream.bytes.size);
    EXPECT_EQ(relocated_gdma(program.family, stream, {}), same);
    Relocation moved;
    moved.neuron_begin = moved.io_begin = program.neuron_address;
    moved.neuron_offset = 0x1000;
    EXPECT_NE(relocated_gdma(program.family, stream, moved), same);
  }
}

/// A program in C that declares everything itself, for both chips, against the loader's own resolution.
TEST(BmrtClient, InCGetsTheSameBytes) {
  const std::string client = tests::binary_dir() + "/bmemu_bmrt_client";
  for (const std::string chip : {"bm1684", "bm1684x"})
    for (const std::string network : {"lenet", "cnna"}) {
      const std::string name = trace(network + "_" + chip + "_int8");
      const std::string input = testing::TempDir() + "/bmrt_" + chip + network + ".in";
      const std::string output = testing::TempDir() + "/bmrt_" + chip + network + ".out";
      const auto bytes = array_bytes(trace(network + "_input.npy"));
      std::ofstream(input, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
      const std::string command = "LD_BIND_NOW=1 BMEMU_DEVICES=" + chip + " '" + client + "' '" + name +
                                  ".bmodel.zst' '" + input + "' '" + output + "' >/dev/null";
      ASSERT_EQ(std::system(command.c_str()), 0) << command;
      std::ifstream file(output, std::ios::binary);
      const std::vector<std::uint8_t> found{std::istreambuf_iterator<char>(file), {}};
      EXPECT_EQ(found, array_bytes(name + "_output0.npy"));
      std::filesystem::remove(input);
      std::filesystem::remove(output);
    }
}

}  // namespace
}  // namespace bmemu::runtime
