// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A client of the library that runs a network without the vendor's runtime, as some real ones do: it reads the BModel,
// puts weights and streams into device memory, and sends the launch message.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "isa/program/program.h"
#include "runtime/interface/abi.h"

namespace bmemu::runtime {

/// Where a launch finds its tensors.
enum class Buffers : std::uint8_t {
  kOwn,       ///< in buffers of the client: the firmware copies
  kCompiled,  ///< at the compiled addresses
};

/// Contract: made on a device without buffers, whose first one lies where networks are compiled to: nothing is
/// relocated. One network of one input and one output. `run` may be called by several threads with Buffers::kOwn.
/// What goes wrong throws std::runtime_error.
class NetworkClient {
 public:
  NetworkClient(int device, const std::string& bmodel);
  ~NetworkClient();
  NetworkClient(const NetworkClient&) = delete;
  NetworkClient& operator=(const NetworkClient&) = delete;

  const isa::Program& program() const { return program_; }
  void* handle() const { return handle_; }
  std::vector<std::uint8_t> run(const std::vector<std::uint8_t>& input, Buffers buffers = Buffers::kOwn);
  /// The launch message of a network whose tensors lie at these addresses.
  std::vector<std::uint8_t> message(std::uint64_t input, std::uint64_t output) const;
  /// Status of the launch.
  int launch(std::vector<std::uint8_t> message) const;

 private:
  Memory buffer(std::uint64_t bytes) const;
  void upload();

  isa::Program program_;
  void* handle_ = nullptr;
  Memory64 arena_{};
  Memory streams_[2]{};
  int function_ = 0;
};

}  // namespace bmemu::runtime
