// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What both ways to multiply matrices share: the order of tiles, and matrices in global memory.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {

class Bm1684xTiu;

/// (b, m, k) times (b, k, n).
struct Problem {
  std::int64_t b = 1, m = 1, k = 1, n = 1;
};
Problem problem_of(const NodeContext& context);

inline constexpr double kLoadRate = 54.0, kStoreRate = 41.0;  ///< bytes per cycle, roughly

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

/// A command sums at most as many products; what several commands sum is added up afterwards, so that the order of a
/// sum, and with it the value, is the same whatever tiles a chip has room for. As many as 16 KiB of a lane hold of the
/// narrowest tile.
inline std::int64_t depth_of(isa::Family family) { return family == isa::Family::kBm1684 ? 128 : 256; }

/// f32 on both chips: columns of a row are spread over the lanes.
void emit_matrix_layout(const NodeContext& context, GlobalEmission& e);
/// BM1684X, 16 and 8 bits: a row in a lane.
void emit_lane_rows(const NodeContext& context, GlobalEmission& e);

/// BM1684X: sums of floats as what `value` says, bytes or 16-bit floats. `sums` change.
void round_to(Bm1684xTiu& tiu, const LocalTensor& out, const LocalTensor& sums, const Value& value);

/// Columns of the last channel behind `columns` are computed too: they must hold something.
inline void clear_rest(Dma& dma, const isa::ChipSpec& chip, const LocalTensor& t, std::int64_t columns) {
  const std::int64_t width = t.shape[3], rest = columns % width;
  if (rest > 0) dma.fill(part_of(t, {0, columns / width, 0, rest}, {t.shape[0], 1, 1, width - rest}, chip), 0);
}

/// Moves rows x columns of `m` from and to local memory in matrix layout, where the last channel may be cut:
/// move(local, global).
template <class Move>
void for_pieces(const isa::ChipSpec& chip, const LocalTensor& local, const GlobalMatrix& m, std::int64_t row,
                std::int64_t rows, std::int64_t column, std::int64_t columns, Move move) {
  const std::int64_t width = local.shape[3], whole = columns / width, rest = columns % width;
  const auto global = [&](std::int64_t first, const Dims& shape) {
    return plain_tensor(m.at(row, column + first), shape, {m.row_stride, width * m.column_stride, 1, m.column_stride},
                        local.type);
  };
  if (whole > 0) {
    const Dims shape{rows, whole, 1, width};
    move(part_of(local, {0, 0, 0, 0}, shape, chip), global(0, shape));
  }
  if (rest > 0) {
    const Dims shape{rows, 1, 1, rest};
    move(part_of(local, {0, whole, 0, 0}, shape, chip), global(whole * width, shape));
  }
}

}  // namespace bmemu::kernels
