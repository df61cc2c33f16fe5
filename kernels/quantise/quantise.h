// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Pass "quantise": what a chip computes in 8 bits, and with which numbers. Also the pass that sets 16-bit floats.
#pragma once

#include <set>
#include <string>

#include "isa/encoding/instruction.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

struct QuantiseOptions {
  isa::Family family = isa::Family::kBm1684x;
  bool quantised_inputs = false;   ///< inputs of the network are bytes, else f32
  bool quantised_outputs = false;  ///< outputs whose operators compute bytes are bytes, else f32
  std::set<std::string> floats;    ///< names of tensors (or ONNX nodes) whose operators stay in float
};

/// Contract: `graph` is folded and fused and has ranges (calibration.h). Convolutions and products with constants
/// compute in 8 bits; pools, functions, sums, products and moves do where their inputs are bytes; weights of a softmax
/// times bytes are 16-bit floats on BM1684X, and the result bytes; everything else stays in f32. Casts stand between
/// them. A positive factor of bytes is their new scale and has no requantisation. Quantised weights are per output
/// channel on BM1684X, under one shift on BM1684. Errors: E-CALIBRATION-MISSING (lists the tensors that have no range).
void quantise(Graph& graph, const QuantiseOptions& options);

/// All computed f32 tensors and constants become f16 or bf16, except biases of convolutions; inputs and outputs stay
/// f32. Positive lower limits stay positive.
void set_float_type(Graph& graph, isa::DataType type);

/// An unsigned multiplier of at most `bits` bits and a right shift: multiplier / 2^shift is close to `factor`. Halved
/// while even. 0 for a factor of 0.
struct FixedFactor {
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
};
FixedFactor fixed_factor(double factor, unsigned bits, int largest_shift = 31);

}  // namespace bmemu::kernels
