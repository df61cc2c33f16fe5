// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What both ways to multiply matrices share: the order of tiles, and matrices in global memory.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// (b, m, k) times (b, k, n).
struct Problem {
  std::int64_t b = 1, m = 1, k = 1, n = 1;
};
Problem problem_of(const NodeContext& context);

inline constexpr double kLoadRate = 54.0;  ///< bytes per cycle, roughly

/// A matrix in global memory: rows and columns apart.
struct GlobalMatrix {
  std::uint64_t address;
  std::int64_t row_stride, column_stride, bytes;
  std::uint64_t at(std::int64_t row, std::int64_t column) const {
    return address + static_cast<std::uint64_t>((row * row_stride + column * column_stride) * bytes);
  }
};
GlobalMatrix matrix_of(const Storage& storage, std::int64_t batch);

/// One product of tiles.
struct Step {
  std::int64_t b, m0, m, n0, n, k0, k;
  bool first_k, last_k;
};

/// All products in their order, tiles of (m, k) times tiles of (k, n).
std::vector<Step> steps_of(const Problem& problem, std::int64_t m, std::int64_t k, std::int64_t n);

/// By step: a number of its tile of one side, the same as long as the tile is. `row`: where the tile begins beside k.
std::vector<std::size_t> tile_numbers(const std::vector<Step>& steps, std::int64_t Step::*row);
inline bool is_new(const std::vector<std::size_t>& numbers, std::size_t i) {
  return i == 0 || numbers[i] != numbers[i - 1];
}

/// Errors: E-KERNELS-MEMORY, when the cheapest tiles cost infinitely much.
void require_tiles(const NodeContext& context, double least_cost);

/// f32 on both chips: columns of a row are spread over the lanes.
void emit_matrix_layout(const NodeContext& context, GlobalEmission& e);
/// BM1684X, 16 and 8 bits: a row in a lane.
void emit_lane_rows(const NodeContext& context, GlobalEmission& e);

}  // namespace bmemu::kernels
