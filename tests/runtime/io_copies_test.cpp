// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the firmware of BM1684 makes of a client's tensors before and after a network.
// Observed on the vendor's functional model: a 1N tensor of bytes that counts 1, 2, 3 ... reaches a network compiled
// for 4N as 1 13 25 37, 2 14 26 38 ... (batch 5 of 12 elements), and comes back in its order.
#include "runtime/io_copies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "runtime/interface/launch_message.h"
#include "tests/error_of.h"
#include "tests/runtime/bmlib.h"
#include "tests/runtime/devices.h"
#include "tests/runtime/network_client.h"

namespace bmemu::runtime {
namespace {

class RuntimeIoCopies : public testing::Test {
 protected:
  static MessageTensor tensor(isa::DataType type, std::vector<std::uint64_t> shape, StorageMode user,
                              StorageMode compiled, RowPadding padding = {}) {
    MessageTensor t;
    t.user = 0x100000000;
    t.compiled = 0x100100000;
    t.type = type;
    t.shape = std::move(shape);
    t.user_mode = user;
    t.compiled_mode = compiled;
    t.padding = padding;
    LaunchMessage message;
    message.inputs.push_back(t);
    message.groups.push_back({0x100000000, 0x100000000, 1, 1, 128, 128});
    // The sizes are what a message of it says.
    const std::vector<std::uint8_t> bytes = write_launch(isa::Family::kBm1684, message);
    return parse_launch(isa::Family::kBm1684, bytes.data(), bytes.size()).inputs.front();
  }

  Memory filled(std::uint64_t bytes, const std::vector<std::uint8_t>& content) {
    Memory memory{};
    EXPECT_EQ(bm_malloc_device_byte(client_.handle(), &memory, static_cast<std::uint32_t>(bytes)), kOk);
    std::vector<std::uint8_t> all(bytes, 0xEE);
    std::copy(content.begin(), content.end(), all.begin());
    EXPECT_EQ(bm_memcpy_s2d(client_.handle(), memory, all.data()), kOk);
    return memory;
  }

  /// What a launch with this tensor copies; the network itself works elsewhere.
  std::vector<std::uint8_t> copied(MessageTensor t, bool is_input, const std::vector<std::uint8_t>& from) {
    const Memory user = filled(t.user_bytes, is_input ? from : std::vector<std::uint8_t>());
    const Memory compiled = filled(t.compiled_bytes, is_input ? std::vector<std::uint8_t>() : from);
    t.user = user.address;
    t.compiled = compiled.address;
    const std::uint64_t in = client_.program().inputs.front().address;
    const std::vector<std::uint8_t> plain = client_.message(in, client_.program().outputs.front().address);
    LaunchMessage message = parse_launch(isa::Family::kBm1684, plain.data(), plain.size());
    if (!is_input) t.shape = {t.shape[0], t.shape[1] * t.shape[2] * t.shape[3]};
    (is_input ? message.inputs : message.outputs) = {t};
    EXPECT_EQ(client_.launch(write_launch(isa::Family::kBm1684, message)), kOk);
    const Memory& to = is_input ? compiled : user;
    std::vector<std::uint8_t> result(to.size);
    EXPECT_EQ(bm_memcpy_d2s(client_.handle(), result.data(), to), kOk);
    bm_free_device(client_.handle(), user);
    bm_free_device(client_.handle(), compiled);
    return result;
  }

  static std::vector<std::uint8_t> counting(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
    return bytes;
  }

  NetworkClient client_{kDevice4, trace("lenet_bm1684_int8.bmodel.zst")};
};

TEST_F(RuntimeIoCopies, PackBatchesIntoWordsAndBack) {
  const MessageTensor t = tensor(isa::DataType::kI8, {5, 2, 2, 3}, StorageMode::k1N, StorageMode::k4N);
  EXPECT_EQ(t.user_bytes, 60U);
  EXPECT_EQ(t.compiled_bytes, 96U);
  const std::vector<std::uint8_t> packed = copied(t, true, counting(60));
  for (std::size_t i = 0; i < 12; ++i) {
    for (std::size_t batch = 0; batch < 4; ++batch) EXPECT_EQ(packed[4 * i + batch], 12 * batch + i + 1);
    EXPECT_EQ(packed[48 + 4 * i], 49 + i);
    EXPECT_EQ(packed[48 + 4 * i + 1], 0xEE);  // no such batch
  }
  EXPECT_EQ(copied(t, false, packed), counting(60));
}

TEST_F(RuntimeIoCopies, UnpackWhatTheClientPacked) {
  const MessageTensor t = tensor(isa::DataType::kU8, {6, 1, 7, 3}, StorageMode::k4N, StorageMode::k1N);
  EXPECT_EQ(t.user_bytes, 168U);
  EXPECT_EQ(t.compiled_bytes, 126U);
  const std::vector<std::uint8_t> apart = copied(t, true, counting(168));
  for (std::size_t batch = 0; batch < 6; ++batch)
    for (std::size_t i = 0; i < 21; ++i)
      EXPECT_EQ(apart[21 * batch + i], counting(168)[84 * (batch / 4) + 4 * i + batch % 4]);
}

TEST_F(RuntimeIoCopies, PadRowsOfWords) {
  const MessageTensor floats = tensor(isa::DataType::kF32, {2, 3, 2, 1}, StorageMode::k1N, StorageMode::k1N, {1, 2});
  EXPECT_EQ(floats.user_bytes, 48U);
  EXPECT_EQ(floats.compiled_bytes, 120U);
  const std::vector<std::uint8_t> padded = copied(floats, true, counting(48));
  for (std::size_t channel = 0; channel < 6; ++channel)
    for (std::size_t i = 0; i < 20; ++i)
      EXPECT_EQ(padded[20 * channel + i], i < 4 || i >= 12 ? 0 : 8 * channel + i - 4 + 1);

  const MessageTensor bytes = tensor(isa::DataType::kI8, {3, 2, 1, 3}, StorageMode::k1N, StorageMode::k4N, {1, 0});
  const std::vector<std::uint8_t> packed = copied(bytes, true, counting(18));
  ASSERT_EQ(packed.size(), 48U);
  for (std::size_t channel = 0; channel < 2; ++channel)
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(packed[24 * channel + 4 * i], 0);
      for (std::size_t batch = 0; batch < 3; ++batch)
        EXPECT_EQ(packed[24 * channel + 12 + 4 * i + batch], 6 * batch + 3 * channel + i + 1);
    }
}

TEST_F(RuntimeIoCopies, AreRefusedWhereTheFirmwareMakesNone) {
  const auto refused = [](isa::DataType type, StorageMode user, StorageMode compiled, RowPadding padding) {
    return error_of([&] { tensor(type, {4, 3, 2, 2}, user, compiled, padding); });
  };
  EXPECT_EQ(refused(isa::DataType::kI8, StorageMode::k2N, StorageMode::k4N, {}), "E-RUNTIME-STORAGE");
  EXPECT_EQ(refused(isa::DataType::kF32, StorageMode::k1N, StorageMode::k4N, {}), "E-RUNTIME-STORAGE");
  EXPECT_EQ(refused(isa::DataType::kI8, StorageMode::k1N, StorageMode::k1N, {1, 1}), "E-RUNTIME-STORAGE");
  const MessageTensor prime = tensor(isa::DataType::kI8, {4, 1, 1, 65537}, StorageMode::k1N, StorageMode::k4N);
  EXPECT_EQ(error_of([&] { io_copies({prime}, true, isa::Family::kBm1684); }), "E-RUNTIME-STORAGE");
}

}  // namespace
}  // namespace bmemu::runtime
