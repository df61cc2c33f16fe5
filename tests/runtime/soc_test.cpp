// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Clients on the device's own processor: they map device memory.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "isa/chip/chip_file.h"
#include "runtime/mapped_memory.h"
#include "tests/runtime/bmlib.h"
#include "tests/runtime/devices.h"
#include "tests/runtime/network_client.h"

namespace bmemu::runtime {
namespace {

constexpr std::uint64_t kBase = 0x100000000;

TEST(RuntimeMapping, ShowsEachSideWhatTheOtherWrote) {
  memory::ChipMemory memory(isa::load_chip("bm1684x", ""));
  MappedMemory mapped;
  std::vector<std::uint8_t> bytes(10000, 1);
  memory.write(kBase, bytes.data(), bytes.size());
  std::uint8_t* const whole = mapped.map({kBase, bytes.size()}, memory);
  std::uint8_t* const part = mapped.map({kBase + 5000, 100}, memory);
  EXPECT_EQ(whole[9999], 1);
  whole[0] = 2;
  part[7] = 3;
  mapped.take_in(memory);
  memory.read(kBase, bytes.data(), bytes.size());
  EXPECT_EQ(bytes[0], 2);
  EXPECT_EQ(bytes[5007], 3);
  bytes[5008] = 4;
  memory.write(kBase + 5008, &bytes[5008], 1);
  mapped.give_out(memory);
  EXPECT_EQ(whole[5007], 3);
  EXPECT_EQ(whole[5008], 4);
  EXPECT_EQ(part[8], 4);
  EXPECT_FALSE(mapped.unmap(part + 1, memory));
  part[9] = 5;
  EXPECT_TRUE(mapped.unmap(part, memory));
  memory.read(kBase + 5009, bytes.data(), 1);
  EXPECT_EQ(bytes[0], 5);
  mapped.forget({kBase, bytes.size()});
  EXPECT_TRUE(mapped.is_empty());
}

/// In a process of its own: devices are made once, from the environment.
TEST(RuntimeMapping, IsThereOnASoc) {
  const std::string command =
      "BMEMU_HOST=soc '" + tests::binary_dir() + "/bmemu_runtime_tests' --gtest_filter=RuntimeSoc.* >/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

class RuntimeSoc : public testing::Test {
 protected:
  void SetUp() override {
    const char* host = std::getenv("BMEMU_HOST");
    if (host == nullptr || std::strcmp(host, "soc") != 0) GTEST_SKIP() << "RuntimeMapping.IsThereOnASoc runs it";
  }
};

TEST_F(RuntimeSoc, RunsANetworkByPointersAlone) {
  NetworkClient client(kDeviceX, trace("lenet_bm1684x_int8.bmodel.zst"));
  MiscInfo info{};
  ASSERT_EQ(bm_get_misc_info(client.handle(), &info), kOk);
  EXPECT_EQ(info.soc_mode, 1);
  const auto input = array_bytes(trace("lenet_input.npy"));
  const auto wanted = array_bytes(trace("lenet_bm1684x_int8_output0.npy"));
  Memory from{};
  Memory to{};
  ASSERT_EQ(bm_malloc_device_byte(client.handle(), &from, static_cast<std::uint32_t>(input.size())), kOk);
  ASSERT_EQ(bm_malloc_device_byte(client.handle(), &to, static_cast<std::uint32_t>(wanted.size())), kOk);
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  ASSERT_EQ(bm_mem_mmap_device_mem(client.handle(), &from, &in), kOk);
  ASSERT_EQ(bm_mem_mmap_device_mem(client.handle(), &to, &out), kOk);
  EXPECT_EQ(in % 4096, 0U);
  std::memcpy(reinterpret_cast<void*>(in), input.data(), input.size());
  ASSERT_EQ(client.launch(client.message(from.address, to.address)), kOk);
  EXPECT_EQ(std::memcmp(reinterpret_cast<const void*>(out), wanted.data(), wanted.size()), 0);
  EXPECT_EQ(bm_mem_unmap_device_mem(client.handle(), reinterpret_cast<void*>(in), 0), kOk);
  EXPECT_EQ(bm_mem_unmap_device_mem(client.handle(), reinterpret_cast<void*>(in), 0), kParameter);
  Memory none = bm_mem_from_device(0x300000000, 16);
  EXPECT_EQ(bm_mem_mmap_device_mem(client.handle(), &none, &in), kParameter);
  bm_free_device(client.handle(), from);
  bm_free_device(client.handle(), to);  // and with it its mapping
}

}  // namespace
}  // namespace bmemu::runtime
