// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The message with which a host asks the firmware to run a static network.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/session/machine.h"
#include "isa/layout/data_type.h"

namespace bmemu::runtime {

/// How batches of narrow elements lie in memory. Values are the message's.
enum class StorageMode : std::uint8_t {
  k1N = 0,  ///< one element after the other
  k2N = 1,  ///< BM1684: two batches share a 32-bit word
  k4N = 2,  ///< BM1684: four batches share a 32-bit word
};

/// Rows above and below each channel that a network was compiled to find around an input (BM1684).
struct RowPadding {
  std::uint32_t top = 0;
  std::uint32_t bottom = 0;
};

/// An input or output: where the client has it, and where the network was compiled to find it.
struct MessageTensor {
  std::uint64_t user = 0;
  std::uint64_t compiled = 0;
  std::uint64_t user_bytes = 0;
  std::uint64_t compiled_bytes = 0;
  /// BM1684X's message tells bytes alone: {bytes}. BM1684: inputs {n, c, h, w}, outputs {n, chw}.
  std::vector<std::uint64_t> shape;
  isa::DataType type = isa::DataType::kU8;  ///< BM1684X: u8
  StorageMode compiled_mode = StorageMode::k1N;
  StorageMode user_mode = StorageMode::k1N;
  RowPadding padding;

  /// The firmware copies a tensor whenever its two places differ.
  bool is_copied() const { return user_bytes != 0 && user != compiled; }
  /// The same bytes on both sides.
  bool is_plain() const { return compiled_mode == user_mode && padding.top == 0 && padding.bottom == 0; }
};

struct LaunchMessage {
  std::vector<MessageTensor> inputs;
  std::vector<MessageTensor> outputs;
  std::vector<emulator::StreamsInMemory> groups;
};

/// Bytes of a tensor of this shape (batch first); 2N and 4N with the batch rounded up to whole words.
std::uint64_t stored_bytes(const std::vector<std::uint64_t>& shape, isa::DataType type, StorageMode mode);

/// BM1684X: `sg_api_multi_fullnet`; BM1684: API 110. Bytes behind the groups are left alone: newer runtimes send some.
/// Source: libsophon's runtime and the messages that it was seen to send.
/// Errors: E-RUNTIME-MESSAGE (too short for what it counts, no group, an unknown type), E-RUNTIME-STORAGE (BM1684: a
/// change of packing that the firmware does not make).
LaunchMessage parse_launch(isa::Family family, const std::uint8_t* bytes, std::uint64_t size);

/// The bytes that parse_launch reads. Groups must follow each other in their streams. Sizes are those of the parsed
/// message: BM1684's are computed from shapes.
std::vector<std::uint8_t> write_launch(isa::Family family, const LaunchMessage& message);

}  // namespace bmemu::runtime
