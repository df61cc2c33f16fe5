// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The message with which a host asks the firmware to run a static network.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/session/machine.h"
#include "isa/layout/data_type.h"

namespace bmemu::runtime {

/// An input or output: where the client has it, and where the network was compiled to find it.
struct MessageTensor {
  std::uint64_t user = 0;
  std::uint64_t compiled = 0;
  std::uint64_t bytes = 0;
  std::vector<std::uint64_t> shape;         ///< BM1684X's message tells bytes alone: {bytes}
  isa::DataType type = isa::DataType::kU8;  ///< BM1684X: u8

  /// The firmware copies a tensor whenever its two places differ.
  bool is_copied() const { return bytes != 0 && user != compiled; }
};

struct LaunchMessage {
  std::vector<MessageTensor> inputs;
  std::vector<MessageTensor> outputs;
  std::vector<emulator::StreamsInMemory> groups;
};

/// BM1684X: `sg_api_multi_fullnet`; BM1684: API 110. Bytes behind the groups are left alone: newer runtimes send some.
/// Source: libsophon's runtime and the messages that it was seen to send.
/// Errors: E-RUNTIME-MESSAGE (too short for what it counts, no group, an unknown type), E-RUNTIME-STORAGE (BM1684: the
/// firmware would have to change the packing of batches).
LaunchMessage parse_launch(isa::Family family, const std::uint8_t* bytes, std::uint64_t size);

}  // namespace bmemu::runtime
