// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Networks through the interface, as clients without the vendor's runtime launch them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "tests/runtime/bmlib.h"
#include "tests/runtime/devices.h"
#include "tests/runtime/network_client.h"

namespace bmemu::runtime {
namespace {

struct Golden {
  int device;
  std::string network;
  std::string input;

  std::vector<std::uint8_t> wanted() const { return array_bytes(trace(network + "_output0.npy")); }
  std::vector<std::uint8_t> in() const { return array_bytes(trace(input)); }
  std::string bmodel() const { return trace(network + ".bmodel.zst"); }
};

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.network; }

const Golden kGoldens[] = {{kDeviceX, "lenet_bm1684x_int8", "lenet_input.npy"},
                           {kDevice4, "lenet_bm1684_int8", "lenet_input.npy"},
                           {kDeviceX, "cnna_bm1684x_int8", "cnna_input.npy"},
                           {kDevice4, "cnna_bm1684_int8", "cnna_input.npy"}};

std::uint64_t tpu_us(const NetworkClient& client) {
  Profile profile{};
  EXPECT_EQ(bm_get_profile(client.handle(), &profile), kOk);
  return profile.tpu_time_us;
}

class RuntimeLaunch : public testing::TestWithParam<Golden> {};

TEST_P(RuntimeLaunch, GivesTheBytesOfTheVendorsModelEveryTime) {
  NetworkClient client(GetParam().device, GetParam().bmodel());
  for (const Buffers buffers : {Buffers::kOwn, Buffers::kCompiled, Buffers::kOwn})
    EXPECT_EQ(client.run(GetParam().in(), buffers), GetParam().wanted());
}

TEST_P(RuntimeLaunch, TakesTheSameEmulatedTimeEveryTimeAndNeverLessWithCopies) {
  NetworkClient client(GetParam().device, GetParam().bmodel());
  const auto time_of = [&](Buffers buffers) {
    const std::uint64_t before = tpu_us(client);
    client.run(GetParam().in(), buffers);
    return tpu_us(client) - before;
  };
  const std::uint64_t copied = time_of(Buffers::kOwn);
  EXPECT_GT(copied, 0U);
  EXPECT_EQ(time_of(Buffers::kOwn), copied);
  EXPECT_LE(time_of(Buffers::kCompiled), copied);  // whole microseconds: copies of small inputs take less than one
}

TEST_P(RuntimeLaunch, CountsTheTimeOfEachThreadApart) {
  NetworkClient client(GetParam().device, GetParam().bmodel());
  client.run(GetParam().in());
  std::thread([&] { EXPECT_EQ(tpu_us(client), 0U); }).join();
}

INSTANTIATE_TEST_SUITE_P(Goldens, RuntimeLaunch, testing::ValuesIn(kGoldens),
                         [](const auto& golden) { return golden.param.network; });

TEST(RuntimeThreads, SixtyFourWithAHundredLaunchesEachGetTheirOwnResults) {
  constexpr int kThreads = 64;
  constexpr int kLaunches = 100;
  NetworkClient clients[] = {{kDeviceX, kGoldens[0].bmodel()}, {kDevice4, kGoldens[1].bmodel()}};
  // Inputs of their own: a result that went to another thread would be wrong.
  constexpr int kInputs = 8;
  std::vector<std::uint8_t> inputs[kInputs];
  std::vector<std::uint8_t> wanted[kInputs][2];
  for (int i = 0; i < kInputs; ++i) {
    inputs[i] = kGoldens[0].in();
    std::vector<float> values(inputs[i].size() / sizeof(float));
    std::memcpy(values.data(), inputs[i].data(), inputs[i].size());
    for (float& value : values) value *= 1.0F - 0.1F * static_cast<float>(i);
    std::memcpy(inputs[i].data(), values.data(), inputs[i].size());
    for (int c = 0; c < 2; ++c) wanted[i][c] = clients[c].run(inputs[i]);
  }
  EXPECT_EQ(wanted[0][0], kGoldens[0].wanted());
  EXPECT_NE(wanted[0][0], wanted[7][0]);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kLaunches; ++i)
        if (clients[t % 2].run(inputs[(t + i) % kInputs]) != wanted[(t + i) % kInputs][t % 2]) ++wrong;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RuntimeProcesses, HaveDevicesOfTheirOwn) {
  // Children first: this process must not have used a device before it forks.
  int results[2];
  for (int& result : results) {
    const pid_t child = fork();
    if (child == 0) {
      NetworkClient client(kDeviceX, kGoldens[0].bmodel());  // fails on a device with buffers
      _exit(client.run(kGoldens[0].in()) == kGoldens[0].wanted() ? 0 : 1);
    }
    result = child;
  }
  for (const int child : results) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
}

TEST(RuntimeMonitor, RecordsEveryCommandOfTheNetwork) {
  NetworkClient client(kDeviceX, kGoldens[0].bmodel());
  constexpr std::uint32_t kBytes = 1 << 20;
  Memory buffers[2]{};
  PerfMonitor monitors[2]{};
  for (std::uint32_t id = 0; id < 2; ++id) {
    ASSERT_EQ(bm_malloc_device_byte(client.handle(), &buffers[id], kBytes), kOk);
    monitors[id] = {buffers[id].address, kBytes, id};
    ASSERT_EQ(bm_enable_perf_monitor(client.handle(), &monitors[id]), kOk);
  }
  client.run(kGoldens[0].in());
  const std::size_t strides[] = {256, 32};
  const isa::CommandGroup& group = client.program().groups.front();
  const std::size_t counts[] = {group.gdma.commands.size(), group.tiu.commands.size()};
  for (std::uint32_t id = 0; id < 2; ++id) {
    ASSERT_EQ(bm_disable_perf_monitor(client.handle(), &monitors[id]), kOk);
    std::vector<std::uint32_t> words(kBytes / 4);
    ASSERT_EQ(bm_memcpy_d2s(client.handle(), words.data(), buffers[id]), kOk);
    std::size_t records = 0;
    for (std::size_t at = 0; words[at] != 0xFFFFFFFF; at += strides[id] / 4, ++records) {
      EXPECT_LE(words[at], words[at + 1]);
      EXPECT_EQ(words[at + 2] & 0xFFFF, records);
    }
    EXPECT_EQ(records, counts[id]);
    bm_free_device(client.handle(), buffers[id]);
  }
}

}  // namespace
}  // namespace bmemu::runtime
