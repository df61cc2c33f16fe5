// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// From an imported graph to the one that `compile` lowers: the passes fold, fuse, decompose and quantise in their
// order.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "isa/encoding/instruction.h"
#include "kernels/graph/graph.h"
#include "kernels/quantise/calibration.h"

namespace bmemu::kernels {

/// What convolutions and products are computed in.
enum class Precision : std::uint8_t { kF32, kF16, kBf16, kI8 };
std::string_view name(Precision precision);  ///< "fp32", "fp16", "bf16", "int8"

struct PrepareOptions {
  isa::Family family = isa::Family::kBm1684x;
  Precision precision = Precision::kF32;
  /// int8: gives the ranges of a graph that is folded and fused.
  std::function<Calibration(const Graph&)> calibrate;
  bool quantised_inputs = false;
  bool quantised_outputs = false;
  std::set<std::string> floats;  ///< int8: names of tensors or ONNX nodes whose operators stay in float
};

/// The passes by name, in their order: "import", "fold", "fuse", "decompose", "quantise".
std::vector<std::string_view> pass_names();

/// Called with the graph behind each pass.
using PassWatcher = std::function<void(std::string_view pass, const Graph& graph)>;

/// Errors: E-COMPILE-DTYPE (16-bit floats on BM1684, which has none; int8 without `calibrate`); E-QUANTISE-TABLE
/// (floats that the model does not name); those of `quantise` and `calibrate`.
Graph prepare(Graph imported, const PrepareOptions& options, const PassWatcher& watch = {});

}  // namespace bmemu::kernels
