// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which values share memory: results of Reshape, Slice and Permute are views of their inputs where that needs no copy,
// and what is joined by Concat is written to its place at once.
#pragma once

#include <cstdint>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// A value as a part of the buffer of value `root`.
struct ValueLayout {
  ValueId root{};
  std::int64_t offset = 0;           ///< elements from the start of the buffer
  std::vector<std::int64_t> stride;  ///< elements, one per dimension
};

struct Layouts {
  std::vector<ValueLayout> values;          ///< by value
  std::vector<bool> is_view;                ///< by node: its result needs no commands
  std::vector<std::vector<bool>> in_place;  ///< by node: inputs of Concat that are written to their place
};

bool is_contiguous(const Shape& shape, const std::vector<std::int64_t>& stride);

/// Contract: every operator can read and write the buffers of its tensors: what would keep it from that lies by itself.
Layouts lay_out(const Graph& graph, const isa::ChipSpec& chip);

}  // namespace bmemu::kernels
