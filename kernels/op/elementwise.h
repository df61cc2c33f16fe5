// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What kernels of elementwise operators share: operands that repeat, scratch tensors, 16-bit floats computed as f32.
#pragma once

#include <array>

#include "kernels/op/functions.h"
#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// Part of an input of size 1 or of the output's size in each dimension.
Region repeated_need(const Dims& in, const Region& out);
/// Views that an elementwise node has: flat only when no input repeats.
std::vector<View> elementwise_views(const NodeContext& context);
/// The part of `input` that belongs to the output, repeated to its shape.
LocalTensor operand_part(const SliceTensor& input, const SliceTensor& output, const isa::ChipSpec& chip);

/// Scratch tensors of the output's shape, one behind the other.
class Scratch {
 public:
  Scratch(const isa::ChipSpec& chip, std::int64_t offset) : chip_(chip), next_(offset) {}
  LocalTensor tensor(isa::DataType type, const Dims& shape, std::int64_t lane = 0);
  static std::int64_t bytes(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape);

 private:
  const isa::ChipSpec& chip_;
  std::int64_t next_;
};

}  // namespace bmemu::kernels
