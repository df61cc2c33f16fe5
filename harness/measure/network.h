// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The operators of a network as the compiler placed them: what a comparison of two programs matches.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "isa/program/layer_map.h"

namespace bmemu::harness {

struct NetworkTensor {
  std::string name;
  std::vector<std::uint64_t> shape;  ///< whole tensor; dimensions of 1 behind the first left out
  std::string type;                  ///< as stored: "si8", "f16"
  std::int64_t zero_point = 0;
  bool is_local = false;  ///< in local memory

  std::uint64_t elements() const;
};

struct NetworkOperator {
  std::string name;  ///< with `kind` the key that the layers of a run have too
  std::string kind;  ///< without the compiler's prefix: "Conv2D"
  std::vector<NetworkTensor> operands;
  std::vector<NetworkTensor> results;
  std::uint32_t slices = 0;  ///< records of the layer map
  std::string padding;       ///< of its windows, as the commands state it; empty without windows
  std::string kernel;        ///< "3x3 stride 2x2", likewise
  std::string window;        ///< operation of the command that padding and kernel are of
  std::uint64_t groups = 0;  ///< of channels, one to a command; 0: the command does not tell
};

struct NetworkPort {
  std::string name;
  std::string type;
  std::vector<std::uint64_t> shape;
};

/// Plain data.
struct Network {
  std::string compiler;
  bool states_places = true;               ///< false: the layer map does not tell which results lie in local memory
  std::vector<NetworkOperator> operators;  ///< in order of their first commands
  std::vector<NetworkPort> inputs, outputs;
};

/// What tells operators of a network apart, and layers of a run: name and kind (in short_kind's words).
using OperatorKey = std::pair<std::string, std::string>;

/// Index into `operators` by key; of several with one key the first.
std::map<OperatorKey, std::size_t> operators_by_key(const Network& network);

/// `records`: of the program's layer map; may be empty. `compiler`: version that the program's file states.
Network make_network(const isa::Program& program, const std::vector<isa::LayerRecord>& records,
                     const std::string& compiler);

/// "tpu.Conv2D" -> "Conv2D"; our own compiler's kinds in the vendor's words: "Conv" -> "Conv2D".
std::string short_kind(const std::string& kind);

}  // namespace bmemu::harness
