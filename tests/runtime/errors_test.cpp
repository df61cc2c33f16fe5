// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What clients do wrong ends in a status and a line that says whose mistake it was, never in a crash.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "tests/runtime/bmlib.h"
#include "tests/runtime/devices.h"
#include "tests/runtime/network_client.h"

namespace bmemu::runtime {
namespace {

class RuntimeErrors : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(bm_dev_request(&handle_, kDeviceX), kOk); }
  void TearDown() override { bm_dev_free(handle_); }

  template <class Call>
  void expect(int status, const std::string& line, Call&& call) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(call(), status);
    EXPECT_NE(testing::internal::GetCapturedStderr().find(line), std::string::npos) << line;
  }

  void* handle_ = nullptr;
  std::array<std::uint8_t, 256> host_{};
};

TEST_F(RuntimeErrors, AnAddressWithoutBuffer) {
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{0x10}, std::uint64_t{0x3FFFFF000}, std::uint64_t{0xFFFFFFFFFFFFFF00}})
    expect(kParameter, "bmemu: wrong use: bm_memcpy_s2d: E-RUNTIME-ADDRESS",
           [&] { return bm_memcpy_s2d(handle_, bm_mem_from_device(address, 64), host_.data()); });
  expect(kParameter, "bmemu: wrong use: bm_memcpy_d2s: E-RUNTIME-ARGUMENT",
         [&] { return bm_memcpy_d2s(handle_, host_.data(), bm_mem_null()); });
}

TEST_F(RuntimeErrors, ABufferThatWasFreed) {
  Memory memory{};
  ASSERT_EQ(bm_malloc_device_byte(handle_, &memory, 64), kOk);
  ASSERT_EQ(bm_memcpy_s2d(handle_, memory, host_.data()), kOk);
  bm_free_device(handle_, memory);
  expect(kParameter, "the buffer there was freed", [&] { return bm_memcpy_d2s(handle_, host_.data(), memory); });
  testing::internal::CaptureStderr();
  bm_free_device(handle_, memory);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("bm_free_device: E-RUNTIME-ADDRESS"), std::string::npos);
}

/// Runtimes of before tpu_mlir 1.15 do so.
TEST_F(RuntimeErrors, ABufferMayBeFreedThroughAHandleThatWasClosed) {
  void* handle = nullptr;
  Memory memory{};
  ASSERT_EQ(bm_dev_request(&handle, kDeviceX), kOk);
  ASSERT_EQ(bm_malloc_device_byte(handle, &memory, 64), kOk);
  bm_dev_free(handle);
  testing::internal::CaptureStderr();
  bm_free_device(handle, memory);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  expect(kParameter, "freed", [&] { return bm_memcpy_d2s(handle_, host_.data(), memory); });
}

TEST_F(RuntimeErrors, MoreThanTheBufferHolds) {
  Memory memory{};
  ASSERT_EQ(bm_malloc_device_byte(handle_, &memory, 64), kOk);
  Memory larger = memory;
  larger.size = 128;
  expect(kParameter, "the range leaves its buffer", [&] { return bm_memcpy_s2d(handle_, larger, host_.data()); });
  expect(kParameter, "E-RUNTIME-ARGUMENT",
         [&] { return bm_memcpy_s2d_partial_offset(handle_, memory, host_.data(), 60, 8); });
  bm_free_device(handle_, memory);
}

TEST_F(RuntimeErrors, MoreMemoryThanTheDeviceHas) {
  Memory64 memory{};
  expect(kNoMemory, "E-RUNTIME-MEMORY",
         [&] { return bm_malloc_device_byte_u64(handle_, &memory, std::uint64_t{17} << 30); });
  // What is reserved and never touched costs this computer nothing.
  ASSERT_EQ(bm_malloc_device_byte_u64(handle_, &memory, std::uint64_t{15} << 30), kOk);
  Memory64 second{};
  expect(kNoMemory, "", [&] { return bm_malloc_device_byte_u64(handle_, &second, std::uint64_t{2} << 30); });
  bm_free_device_u64(handle_, memory);
}

TEST_F(RuntimeErrors, AHandleOrDeviceThatIsNone) {
  unsigned id = 0;
  expect(kParameter, "E-RUNTIME-HANDLE", [&] { return bm_get_chipid(nullptr, &id); });
  void* closed = nullptr;
  ASSERT_EQ(bm_dev_request(&closed, kDeviceX), kOk);
  bm_dev_free(closed);
  expect(kParameter, "E-RUNTIME-HANDLE", [&] { return bm_get_chipid(closed, &id); });
  expect(kParameter, "E-RUNTIME-DEVICE", [&] { return bm_dev_request(&closed, kDevices); });
  expect(kParameter, "E-RUNTIME-DEVICE", [] { return bm_dev_query(-1); });
  expect(kParameter, "E-RUNTIME-ARGUMENT", [&] { return bm_get_chipid(handle_, nullptr); });
}

TEST_F(RuntimeErrors, WhatIsNotEmulated) {
  void* const module = tpu_kernel_load_module(handle_, "", 0);
  for (const char* name : {"sg_api_dynamic_fullnet", "a_kernel_of_the_user"}) {
    const int function = tpu_kernel_get_function(handle_, module, name);
    EXPECT_GT(function, 0);
    expect(kNotSupported, "bmemu: not supported: tpu_kernel_launch: E-RUNTIME-UNSUPPORTED",
           [&] { return tpu_kernel_launch(handle_, function, host_.data(), host_.size()); });
    EXPECT_EQ(bm_thread_sync(handle_), kNotSupported);
    EXPECT_EQ(bm_thread_sync(handle_), kOk);
  }
  expect(kNotSupported, "bmemu: not supported: bm_trigger_vpp", [&] { return bm_trigger_vpp(handle_, nullptr); });
  Memory memory = bm_mem_null();
  std::uint64_t address = 0;
  expect(kFailure, "cannot be mapped", [&] { return bm_mem_mmap_device_mem(handle_, &memory, &address); });
}

TEST_F(RuntimeErrors, MessagesThatAreNone) {
  NetworkClient client(kDeviceX, trace("lenet_bm1684x_int8.bmodel.zst"));
  const auto good = client.message(client.program().inputs.front().address, client.program().outputs.front().address);
  EXPECT_EQ(client.launch(good), kOk);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(client.launch({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)}), kParameter) << size;
  auto longer = good;
  longer.resize(good.size() + 8);  // newer runtimes send two words more
  EXPECT_EQ(client.launch(longer), kOk);
  for (std::size_t at = 0; at < good.size(); ++at) {  // some of them are still right
    auto damaged = good;
    damaged[at] ^= 0x80;
    client.launch(damaged);
  }
  EXPECT_EQ(client.launch(good), kOk);
}

TEST_F(RuntimeErrors, ANetworkOfTheOtherChip) {
  NetworkClient client(kDevice4, trace("lenet_bm1684x_int8.bmodel.zst"));
  const auto message =
      client.message(client.program().inputs.front().address, client.program().outputs.front().address);
  EXPECT_EQ(client.launch(message), kNotSupported);
  std::vector<std::uint8_t> copy = message;
  EXPECT_NE(bm_send_api(client.handle(), 110, copy.data(), static_cast<std::uint32_t>(copy.size())), kOk);
  EXPECT_EQ(bm_send_api(handle_, 110, copy.data(), static_cast<std::uint32_t>(copy.size())), kNotSupported);
}

TEST_F(RuntimeErrors, CopiesAndFillsInsideADevice) {
  Memory memory{};
  ASSERT_EQ(bm_malloc_device_byte(handle_, &memory, 256), kOk);
  std::uint16_t value = 0x1234;
  ASSERT_EQ(bm_memset_device_ext(handle_, &value, 2, memory), kOk);
  host_[0] = 7;
  ASSERT_EQ(bm_memcpy_s2d_partial_offset(handle_, memory, host_.data(), 1, 3), kOk);
  ASSERT_EQ(bm_memcpy_d2d_byte(handle_, memory, 100, memory, 1, 5), kOk);
  std::array<std::uint8_t, 256> found{};
  ASSERT_EQ(bm_memcpy_d2s(handle_, found.data(), memory), kOk);
  EXPECT_EQ(found[0], 0x34);
  EXPECT_EQ(found[100], 0x12);
  EXPECT_EQ(found[102], 7);
  EXPECT_EQ(found[105], 0x12);
  expect(kParameter, "1, 2 or 4", [&] { return bm_memset_device_ext(handle_, &value, 3, memory); });
  bm_free_device(handle_, memory);
}

TEST_F(RuntimeErrors, CopiesOfWordsAndElements) {
  Memory memory{};
  ASSERT_EQ(bm_malloc_device_byte(handle_, &memory, 256), kOk);
  for (std::size_t i = 0; i < host_.size(); ++i) host_[i] = static_cast<std::uint8_t>(i);
  ASSERT_EQ(bm_memcpy_s2d(handle_, memory, host_.data()), kOk);
  ASSERT_EQ(bm_memcpy_d2d(handle_, memory, 200, memory, 8, 3), kOk);
  const Memory target = bm_mem_from_device(memory.address + 128, 64);
  ASSERT_EQ(bm_memcpy_d2d_stride(handle_, target, 1, memory, 3, 5, 2), kOk);
  const Memory spread = bm_mem_from_device(memory.address + 220, 32);
  ASSERT_EQ(bm_memcpy_d2d_stride(handle_, spread, 4, memory, 1, 3, 1), kOk);
  std::array<std::uint8_t, 256> found{};
  ASSERT_EQ(bm_memcpy_d2s(handle_, found.data(), memory), kOk);
  EXPECT_EQ(found[200], 8);
  EXPECT_EQ(found[211], 19);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(found[128 + 2 * i], 6 * i);
    EXPECT_EQ(found[128 + 2 * i + 1], 6 * i + 1);
  }
  EXPECT_EQ(found[138], 138);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(found[220 + i], i % 4 == 0 ? i / 4 : 220 + i);
  expect(kParameter, "0 or more", [&] { return bm_memcpy_d2d(handle_, memory, -4, memory, 8, 3); });
  expect(kParameter, "inside the descriptor", [&] { return bm_memcpy_d2d(handle_, memory, 0, memory, 0, 65); });
  expect(kParameter, "strides", [&] { return bm_memcpy_d2d_stride(handle_, target, 2, memory, 1, 3, 1); });
  expect(kParameter, "leaves its buffer", [&] { return bm_memcpy_d2d_stride(handle_, target, 1, memory, 100, 4, 1); });
  bm_free_device(handle_, memory);
}

TEST_F(RuntimeErrors, CopiesBetweenDevices) {
  void* other = nullptr;
  ASSERT_EQ(bm_dev_request(&other, kDevice4), kOk);
  Memory here{};
  Memory there{};
  ASSERT_EQ(bm_malloc_device_byte(handle_, &here, 256), kOk);
  ASSERT_EQ(bm_malloc_device_byte(other, &there, 256), kOk);
  host_[9] = 99;
  ASSERT_EQ(bm_memcpy_s2d(handle_, here, host_.data()), kOk);
  ASSERT_EQ(bm_memcpy_p2p(handle_, here, other, there), kOk);
  std::array<std::uint8_t, 256> found{};
  ASSERT_EQ(bm_memcpy_d2s(other, found.data(), there), kOk);
  EXPECT_EQ(found, host_);
  EXPECT_EQ(bm_memcpy_c2c(other, handle_, there, here, true), kOk);
  expect(kParameter, "two of them", [&] { return bm_memcpy_p2p(handle_, here, handle_, here); });
  bm_free_device(handle_, here);
  bm_free_device(other, there);
  bm_dev_free(other);
}

TEST_F(RuntimeErrors, MemoryWithoutDescriptors) {
  std::uint64_t address = 0;
  ASSERT_EQ(bm_malloc_device_mem(handle_, &address, 0, 100), kOk);
  EXPECT_EQ(bm_memcpy_s2d(handle_, bm_mem_from_device(address, 100), host_.data()), kOk);
  bm_free_device_mem(handle_, address);
  expect(kParameter, "freed", [&] { return bm_memcpy_s2d(handle_, bm_mem_from_device(address, 100), host_.data()); });
}

TEST_F(RuntimeErrors, DevicesSayWhatTheyAre) {
  char name[64] = {};
  EXPECT_EQ(bm_get_board_name(handle_, name), kOk);
  EXPECT_EQ(std::string(name), "bmemu 1684X");
  int count = 0;
  EXPECT_EQ(bm_dev_getcount(&count), kOk);
  EXPECT_EQ(count, kDevices);
  unsigned id = 0;
  EXPECT_EQ(bm_get_chipid(handle_, &id), kOk);
  EXPECT_EQ(id, kChipIdBm1684x);
  MiscInfo info{};
  EXPECT_EQ(bm_get_misc_info(handle_, &info), kOk);
  EXPECT_EQ(info.chip_id, kChipIdBm1684x);
}

/// Without launches that simulate: also for ThreadSanitizer, which does not know SystemC's coroutines.
TEST(RuntimeInterface, SixtyFourThreadsShareDevices) {
  constexpr int kThreads = 64;
  constexpr int kTurns = 100;
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      void* handle = nullptr;
      if (bm_dev_request(&handle, t % kDevices) != kOk) ++wrong;
      for (int turn = 0; turn < kTurns; ++turn) {
        std::array<std::uint8_t, 5000> sent{};
        std::array<std::uint8_t, 5000> found{};
        sent.fill(static_cast<std::uint8_t>(t));
        Memory memory{};
        Profile profile{};
        int status = bm_malloc_device_byte(handle, &memory, sent.size());
        status |= bm_memcpy_s2d(handle, memory, sent.data()) | bm_memcpy_d2s(handle, found.data(), memory);
        status |= bm_get_profile(handle, &profile);
        if (status != kOk || sent != found || profile.in_count != static_cast<std::uint64_t>(turn) + 1) ++wrong;
        if (bm_send_api(handle, 111, sent.data(), sent.size()) != kNotSupported) ++wrong;
        bm_free_device(handle, memory);
      }
      bm_dev_free(handle);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace bmemu::runtime
