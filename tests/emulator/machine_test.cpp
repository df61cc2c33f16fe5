// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/session/machine.h"

#include <gtest/gtest.h>

#include <cstring>

#include "emulator/session/session.h"
#include "isa/chip/chip_file.h"
#include "isa/layout/address_map.h"
#include "isa/program/device_order.h"
#include "tests/error_of.h"
#include "tests/folders.h"

namespace bmemu::emulator {
namespace {

constexpr std::uint64_t kStreams = isa::kDdrBase + 0x30000000;  ///< behind everything that the programs use

class MachineTest : public testing::TestWithParam<const char*> {
 protected:
  Session session_ = Session::open(tests::source_dir() + "/traces/" + GetParam());
  const isa::Program& program_ = session_.program();
  Machine machine_{session_.chip()};

  /// What a driver does: weights and streams into memory.
  std::vector<StreamsInMemory> upload() {
    machine_.load_image(program_);
    std::vector<StreamsInMemory> groups;
    std::uint64_t at = kStreams;
    for (const isa::CommandGroup& group : program_.groups) {
      StreamsInMemory streams;
      const auto put = [&](const isa::CommandStream& stream, std::uint64_t& address, std::uint32_t& count,
                           std::uint64_t& bytes) {
        std::vector<std::uint8_t> content(stream.bytes.data, stream.bytes.data + stream.bytes.size);
        isa::to_device_order(program_.family, stream.engine, content);
        machine_.memory().write(at, content.data(), content.size());
        address = at;
        count = static_cast<std::uint32_t>(stream.commands.size());
        bytes = stream.bytes.size;
        at += bytes;
      };
      put(group.tiu, streams.tiu_address, streams.tiu_count, streams.tiu_bytes);
      put(group.gdma, streams.gdma_address, streams.gdma_count, streams.gdma_bytes);
      groups.push_back(streams);
    }
    return groups;
  }
};

TEST_P(MachineTest, RunsStreamsOutOfItsMemoryLikeASession) {
  const isa::TensorInfo& input = program_.inputs.front();
  const isa::TensorInfo& output = program_.outputs.front();
  std::vector<float> values(input.bytes / sizeof(float));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 13) * 0.25F - 1.0F;
  session_.set_input(input.name, values.data(), input.bytes);
  const RunEnd wanted = session_.run();

  const auto groups = upload();
  for (int launch = 0; launch < 2; ++launch) {
    machine_.memory().write(input.address, values.data(), input.bytes);
    const isa::Program found = machine_.program_at(groups, "a launch");
    for (const isa::Engine engine : {isa::Engine::kTiu, isa::Engine::kGdma}) {
      const isa::ByteView mine = found.groups.front().stream(engine).bytes;
      const isa::ByteView file = program_.groups.front().stream(engine).bytes;
      ASSERT_EQ(mine.size, file.size);
      EXPECT_EQ(std::memcmp(mine.data, file.data, mine.size), 0);
    }
    EXPECT_EQ(machine_.run(found, {}, HazardCheck::kOff).length_ps, wanted.length_ps);
    EXPECT_EQ(machine_.time(found, {}, HazardCheck::kOff).length_ps, wanted.length_ps);
    std::vector<std::uint8_t> result(output.bytes);
    machine_.memory().read(output.address, result.data(), result.size());
    EXPECT_EQ(result, session_.output(output.name));
    machine_.memory().write(output.address, std::vector<std::uint8_t>(output.bytes).data(), output.bytes);
  }
}

TEST_P(MachineTest, RefusesStreamsThatAreNone) {
  auto groups = upload();
  groups.front().tiu_address = 0x10;
  EXPECT_EQ(error_of([&] { machine_.program_at(groups, "a launch"); }), "E-MEMORY-RANGE");
  groups = upload();
  groups.front().gdma_address = kStreams + 0x1000000;
  EXPECT_NE(error_of([&] { machine_.program_at(groups, "a launch"); }), "");
}

TEST_P(MachineTest, ForgetsAtReset) {
  const std::uint32_t written = 7;
  machine_.memory().write(kStreams, &written, sizeof written);
  machine_.reset();
  EXPECT_FALSE(machine_.has_memory());
  std::uint32_t found = 1;
  machine_.memory().read(kStreams, &found, sizeof found);
  EXPECT_EQ(found, 0U);
}

INSTANTIATE_TEST_SUITE_P(BothChips, MachineTest,
                         testing::Values("lenet_bm1684_int8.bmodel.zst", "lenet_bm1684x_int8.bmodel.zst"),
                         [](const auto& name) {
                           return std::string(name.param).substr(0, std::string(name.param).find('.'));
                         });

}  // namespace
}  // namespace bmemu::emulator
