// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix multiplication, tiled, with double buffering. f32: matrix layout on both chips (columns of a row are spread
// over the lanes). BM1684X, 16 bits: a row per lane.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "isa/error.h"
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/kernel.h"
#include "kernels/op/weights.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

struct Problem {
  std::int64_t b = 1, m = 1, k = 1, n = 1;
};

Problem problem_of(const NodeContext& context) {
  const Shape& left = context.input(0).shape;
  const Shape& right = context.input(1).shape;
  return {left[0], left[1], left[2], right[2]};
}

constexpr double kLoadRate = 54.0;  ///< bytes per cycle, roughly

/// Tile sizes and the columns that a lane holds.
struct Tiles {
  std::int64_t m = 1, k = 1, n = 1;
  std::int64_t left_columns = 1, right_columns = 1;
  std::int64_t left_bytes = 0, right_bytes = 0, out_bytes = 0, bias_bytes = 0;
  double cost = std::numeric_limits<double>::infinity();
};

std::int64_t halved(std::int64_t size, std::int64_t pieces) { return ceil_div(size, pieces); }

std::int64_t columns_per_cycle(const isa::ChipSpec& chip) {
  const std::int64_t words = chip.tiu.eu_bytes / 4;
  return chip.family == isa::Family::kBm1684 ? words / 2 : words;
}

/// Columns of a row that one lane holds: as many as it computes in a cycle at least, since fewer would take as long and
/// be moved in shorter rows.
std::int64_t lane_columns(const isa::ChipSpec& chip, std::int64_t columns) {
  return std::max(ceil_div(columns, chip.tiu.lanes), std::min(columns, columns_per_cycle(chip)));
}

/// The tiling with the shortest estimated time that fits twice (double buffering).
Tiles best_tiles(const isa::ChipSpec& chip, const Problem& p) {
  const std::int64_t lanes = chip.tiu.lanes, words = chip.tiu.eu_bytes / 4;
  const std::int64_t per_cycle = columns_per_cycle(chip);
  const double short_row = chip.silicon.dma_row_cycles * kLoadRate;
  Tiles best;
  for (std::int64_t cut_n = 1; cut_n <= p.n; cut_n *= 2)
    for (std::int64_t cut_m = 1; cut_m <= p.m; cut_m *= 2)
      for (std::int64_t cut_k = 1; cut_k <= p.k; cut_k *= 2) {
        Tiles t;
        t.n = halved(p.n, cut_n), t.m = halved(p.m, cut_m), t.k = halved(p.k, cut_k);
        if (t.m > 4095 || t.k > 4095) continue;  // sizes of one command, with room
        t.right_columns = lane_columns(chip, t.n);
        t.left_columns = std::min<std::int64_t>(std::max<std::int64_t>(ceil_div(t.k, lanes), 64), t.k);
        const std::int64_t right_row = align_up(t.right_columns, words) * 4;
        t.left_bytes = t.m * ceil_div(ceil_div(t.k, t.left_columns), lanes) * align_up(t.left_columns, words) * 4;
        t.right_bytes = t.k * right_row;
        t.out_bytes = t.m * right_row;
        t.bias_bytes = right_row;
        if (2 * (t.left_bytes + t.right_bytes + t.out_bytes + t.bias_bytes) > chip.local_memory.lane_bytes) continue;
        const double commands = double(ceil_div(p.n, t.n)) * double(ceil_div(p.m, t.m)) * double(ceil_div(p.k, t.k));
        const double compute = double(t.m) * double(ceil_div(t.right_columns, per_cycle)) * double(t.k + 7) + 66;
        const auto rows = [&](std::int64_t columns) { return std::max(double(columns * 4), short_row); };
        const double transfer = (double(t.m) * double(ceil_div(t.k, t.left_columns)) * rows(t.left_columns) +
                                 double(t.k) * double(ceil_div(t.n, t.right_columns)) * rows(t.right_columns)) /
                                    kLoadRate +
                                double(t.m) * double(ceil_div(t.n, t.right_columns)) * rows(t.right_columns) / 41.0 /
                                    double(ceil_div(p.k, t.k)) +
                                360;
        // What is loaded first and stored last overlaps with nothing.
        t.cost = commands * std::max(compute, transfer) + std::min(compute, transfer);
        if (t.cost < best.cost) best = t;
      }
  return best;
}

void require_tiles(const NodeContext& context, double least_cost) {
  if (std::isfinite(least_cost)) return;
  throw Error({"E-KERNELS-MEMORY", context.node.name, text(context.output().shape),
               std::to_string(context.chip.local_memory.lane_bytes) + " bytes of a lane",
               "no tile of the product fits into local memory twice"});
}

/// A matrix in global memory: rows and columns apart.
struct GlobalMatrix {
  std::uint64_t address;
  std::int64_t row_stride, column_stride, bytes;
  std::uint64_t at(std::int64_t row, std::int64_t column) const {
    return address + static_cast<std::uint64_t>((row * row_stride + column * column_stride) * bytes);
  }
};

class MatmulKernel : public GlobalKernel {
 public:
  std::string refusal(const NodeContext& context) const override {
    const DataType type = context.input(0).type;
    if (type == DataType::kF32 || (!context.is_bm1684() && element_bytes(type) == 2)) return {};
    if (!context.is_bm1684() && element_bytes(type) == 1 && context.node.requantisation) return {};
    return "its element type";
  }

  void emit(const NodeContext& context, GlobalEmission& e) const override {
    if (context.input(0).type == DataType::kF32)
      emit_matrix_layout(context, e);
    else
      emit_rows(context, e);
  }

 private:
  static GlobalMatrix matrix(const Storage& s, std::int64_t batch) {
    const std::int64_t bytes = element_bytes(s.type);
    return {s.address + static_cast<std::uint64_t>(batch * s.stride[0] * bytes), s.stride[1], s.stride[2], bytes};
  }

  /// Loads rows x columns into matrix layout; the last channel may be cut.
  static void load_matrix(GlobalEmission& e, const isa::ChipSpec& chip, const LocalTensor& to, const GlobalMatrix& from,
                          std::int64_t row, std::int64_t rows, std::int64_t column, std::int64_t columns) {
    for_pieces(chip, to, from, row, rows, column, columns,
               [&](const LocalTensor& local, const GlobalTensor& global) { e.dma.load(local, global); });
  }

  static void store_matrix(GlobalEmission& e, const isa::ChipSpec& chip, const LocalTensor& from,
                           const GlobalMatrix& to, std::int64_t row, std::int64_t rows, std::int64_t column,
                           std::int64_t columns) {
    for_pieces(chip, from, to, row, rows, column, columns,
               [&](const LocalTensor& local, const GlobalTensor& global) { e.dma.store(global, local); });
  }

  template <class Move>
  static void for_pieces(const isa::ChipSpec& chip, const LocalTensor& local, const GlobalMatrix& m, std::int64_t row,
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

  /// One product of tiles.
  struct Step {
    std::int64_t b, m0, m, n0, n, k0, k;
    bool first_k, last_k;
  };

  /// By step: a number of its tile of one side, the same as long as the tile is. `row`: where the tile begins beside k.
  static std::vector<std::size_t> tile_numbers(const std::vector<Step>& steps, std::int64_t Step::*row) {
    std::vector<std::size_t> numbers(steps.size(), 0);
    for (std::size_t i = 1; i < steps.size(); ++i) {
      const Step &s = steps[i], &before = steps[i - 1];
      const bool stays = s.b == before.b && s.k0 == before.k0 && s.*row == before.*row;
      numbers[i] = numbers[i - 1] + (stays ? 0 : 1);
    }
    return numbers;
  }
  static bool is_new(const std::vector<std::size_t>& numbers, std::size_t i) {
    return i == 0 || numbers[i] != numbers[i - 1];
  }

  static void emit_matrix_layout(const NodeContext& context, GlobalEmission& e) {
    const isa::ChipSpec& chip = context.chip;
    const Problem p = problem_of(context);
    const Tiles t = best_tiles(chip, p);
    require_tiles(context, t.cost);
    std::vector<Step> steps;
    for (std::int64_t b = 0; b < p.b; ++b)
      for (std::int64_t n = 0; n < p.n; n += t.n)
        for (std::int64_t m = 0; m < p.m; m += t.m)
          for (std::int64_t k = 0; k < p.k; k += t.k)
            steps.push_back({b, m, std::min(t.m, p.m - m), n, std::min(t.n, p.n - n), k, std::min(t.k, p.k - k), k == 0,
                             k + t.k >= p.k});
    const std::int64_t left0 = 0, right0 = 2 * t.left_bytes, out0 = right0 + 2 * t.right_bytes,
                       bias0 = out0 + 2 * t.out_bytes;
    const std::vector<std::size_t> lefts = tile_numbers(steps, &Step::m0), rights = tile_numbers(steps, &Step::n0);
    const auto columns_of = [&](const Step& s) { return ceil_div(s.n, lane_columns(chip, s.n)); };
    const auto width_of = [&](const Step& s) { return lane_columns(chip, s.n); };
    const auto left_of = [&](const Step& s, std::size_t i) {
      const std::int64_t width = std::min(t.left_columns, s.k);
      return aligned_tensor(chip, DataType::kF32, {s.m, ceil_div(s.k, width), 1, width},
                            left0 + std::int64_t(lefts[i] % 2) * t.left_bytes);
    };
    const auto right_of = [&](const Step& s, std::size_t i) {
      return aligned_tensor(chip, DataType::kF32, {s.k, columns_of(s), 1, width_of(s)},
                            right0 + std::int64_t(rights[i] % 2) * t.right_bytes);
    };
    // A sum stays in its buffer until its last product.
    std::vector<std::size_t> out_index(steps.size());
    for (std::size_t i = 0, out = 0; i < steps.size(); ++i) {
      out_index[i] = out;
      if (steps[i].last_k) ++out;
    }
    const auto out_of = [&](const Step& s, std::size_t i) {
      return aligned_tensor(chip, DataType::kF32, {s.m, columns_of(s), 1, width_of(s)},
                            out0 + std::int64_t(out_index[i] % 2) * t.out_bytes);
    };
    const auto bias_of = [&](const Step& s, std::size_t i) {
      return aligned_tensor(chip, DataType::kF32, {1, columns_of(s), 1, width_of(s)},
                            bias0 + std::int64_t(out_index[i] % 2) * t.bias_bytes);
    };
    const bool has_bias = e.inputs.size() > 2;
    const auto load = [&](std::size_t i) {
      const Step& s = steps[i];
      const LocalTensor left = left_of(s, i), right = right_of(s, i);
      if (is_new(lefts, i)) load_matrix(e, chip, left, matrix(e.inputs[0], s.b), s.m0, s.m, s.k0, s.k);
      if (is_new(rights, i)) {
        clear_rest(e, chip, right, s.n);
        load_matrix(e, chip, right, matrix(e.inputs[1], s.b), s.k0, s.k, s.n0, s.n);
      }
      if (has_bias && s.first_k) {
        const LocalTensor bias = bias_of(s, i);
        clear_rest(e, chip, bias, s.n);
        load_matrix(e, chip, bias, {e.inputs[2].address, 0, 1, 4}, 0, 1, s.n0, s.n);
      }
    };
    load(0);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Step& s = steps[i];
      if (i + 1 < steps.size()) load(i + 1);
      MatrixProduct product;
      product.left = left_of(s, i);
      product.right = right_of(s, i);
      product.out = out_of(s, i);
      product.last_columns = s.k - (product.left.shape[1] - 1) * product.left.shape[3];
      product.accumulates = !s.first_k;
      const LocalTensor bias = bias_of(s, i);
      if (has_bias && s.first_k) product.bias = &bias;
      e.tiu.product(product);
      if (!s.last_k) continue;
      apply_activation(e.tiu, product.out, context.node.as<MatMul>().activation);
      store_matrix(e, chip, product.out, matrix(e.output, s.b), s.m0, s.m, s.n0, s.n);
    }
  }

  /// Columns behind the last one are computed too: they must hold something.
  static void clear_rest(GlobalEmission& e, const isa::ChipSpec& chip, const LocalTensor& t, std::int64_t columns) {
    const std::int64_t rest = columns % t.shape[3];
    if (rest == 0) return;
    e.dma.fill(part_of(t, {0, columns / t.shape[3], 0, rest}, {t.shape[0], 1, 1, t.shape[3] - rest}, chip), 0);
  }

  static void emit_rows(const NodeContext& context, GlobalEmission& e) {
    const isa::ChipSpec& chip = context.chip;
    const Problem p = problem_of(context);
    const DataType type = context.input(0).type, right_type = context.input(1).type, out_type = context.output().type;
    const bool is_integer = element_bytes(type) == 1;
    const DataType wide = is_integer ? DataType::kI32 : DataType::kF32;
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    const std::int64_t lanes = chip.tiu.lanes;
    const auto bytes = [&](DataType element, std::int64_t rows, std::int64_t columns) {
      return align_up(lane_bytes(aligned_tensor(chip, element, {1, rows, 1, columns}), chip), chip.tiu.eu_bytes);
    };
    const auto need = [&](std::int64_t m, std::int64_t n, std::int64_t k) {
      return 2 * (bytes(type, m, k) + bytes(type, k, n) + bytes(type, m, n) + bytes(wide, lanes, n)) +
             bytes(wide, m, n);
    };
    std::int64_t tm = std::min(p.m, lanes), tn = std::min<std::int64_t>(p.n, 32), tk = std::min(p.k, lanes);
    double least = std::numeric_limits<double>::infinity();
    const double short_row = chip.silicon.dma_row_cycles * kLoadRate, start = 1.3 * chip.silicon.dma_start_ns;
    const auto rows = [&](std::int64_t count, std::int64_t columns, DataType element) {
      return double(count) * std::max(double(columns * element_bytes(element)), short_row) / kLoadRate;
    };
    const auto cut = [](std::int64_t size, std::int64_t pieces, std::int64_t unit) {
      return std::min(size, align_up(ceil_div(size, pieces), unit));
    };
    for (std::int64_t cut_m = 1; cut_m <= ceil_div(p.m, lanes); cut_m *= 2)
      for (std::int64_t cut_n = 1; cut_n <= ceil_div(p.n, 32); cut_n *= 2)
        for (std::int64_t cut_k = 1; cut_k <= ceil_div(p.k, lanes); cut_k *= 2) {
          const std::int64_t m = cut(p.m, cut_m, lanes), n = cut(p.n, cut_n, 32), k = cut(p.k, cut_k, lanes);
          if (need(m, n, k) > chip.local_memory.lane_bytes) continue;
          const double ms = double(ceil_div(p.m, m)), ns = double(ceil_div(p.n, n)), ks = double(ceil_div(p.k, k));
          const double after = is_integer ? 3 : 2;  // bias, then cast or requantisation
          const double compute =
              double(ceil_div(m, lanes)) * (double(ceil_div(n, 4)) * double(ceil_div(k, 64 / element_bytes(type))) +
                                            after * double(ceil_div(n, 16)) / ks) +
              30 * (1 + after);
          // A side stays where it is while the other one moves on.
          const double lefts = ms * ks > 1 ? 1 : 1 / ns, rights = ks > 1 ? 1 : 1 / ms;
          const double transfer = (rows(m, k, type) + start) * lefts + (rows(k, n, right_type) + start) * rights +
                                  (rows(m, n, out_type) * 1.3 + start) / ks;
          const double cost = double(p.b) * ms * ns * ks * std::max(compute, transfer) + std::min(compute, transfer);
          if (cost < least) least = cost, tm = m, tn = n, tk = k;
        }
    require_tiles(context, least);
    std::vector<Step> steps;
    for (std::int64_t b = 0; b < p.b; ++b)
      for (std::int64_t n = 0; n < p.n; n += tn)
        for (std::int64_t m = 0; m < p.m; m += tm)
          for (std::int64_t k = 0; k < p.k; k += tk)
            steps.push_back({b, m, std::min(tm, p.m - m), n, std::min(tn, p.n - n), k, std::min(tk, p.k - k), k == 0,
                             k + tk >= p.k});
    const std::int64_t left_bytes = bytes(type, tm, tk), right_bytes = bytes(type, tk, tn),
                       out_bytes = bytes(type, tm, tn), bias_bytes = bytes(wide, lanes, tn);
    const std::int64_t right0 = 2 * left_bytes, out0 = right0 + 2 * right_bytes, bias0 = out0 + 2 * out_bytes,
                       sum0 = bias0 + 2 * bias_bytes;
    const bool has_bias = e.inputs.size() > 2;
    const auto at = [&](std::size_t i, std::int64_t base, std::int64_t size) {
      return base + std::int64_t(i % 2) * size;
    };
    const auto load_rows = [&](const LocalTensor& to, const GlobalMatrix& from, std::int64_t row, std::int64_t column) {
      e.dma.load(to,
                 plain_tensor(from.at(row, column), to.shape, {1, from.row_stride, 1, from.column_stride}, to.type));
    };
    const std::vector<std::size_t> lefts = tile_numbers(steps, &Step::m0), rights = tile_numbers(steps, &Step::n0);
    const auto load = [&](std::size_t i) {
      const Step& s = steps[i];
      if (is_new(lefts, i))
        load_rows(aligned_tensor(chip, type, {1, s.m, 1, s.k}, at(lefts[i], 0, left_bytes)), matrix(e.inputs[0], s.b),
                  s.m0, s.k0);
      if (is_new(rights, i))
        load_rows(aligned_tensor(chip, right_type, {1, s.k, 1, s.n}, at(rights[i], right0, right_bytes)),
                  matrix(e.inputs[1], s.b), s.k0, s.n0);
      if (has_bias && s.last_k)
        load_rows(aligned_tensor(chip, wide, {1, std::min(lanes, s.m), 1, s.n}, at(i, bias0, bias_bytes)),
                  {e.inputs[2].address, 0, 1, 4}, 0, s.n0);
    };
    load(0);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Step& s = steps[i];
      if (i + 1 < steps.size()) load(i + 1);
      const LocalTensor left = aligned_tensor(chip, type, {1, s.m, 1, s.k}, at(lefts[i], 0, left_bytes));
      const LocalTensor right = aligned_tensor(chip, right_type, {1, s.k, 1, s.n}, at(rights[i], right0, right_bytes));
      const LocalTensor out = aligned_tensor(chip, out_type, {1, s.m, 1, s.n}, at(i, out0, out_bytes));
      const LocalTensor sum = aligned_tensor(chip, wide, {1, s.m, 1, s.n}, sum0);
      tiu.row_product(sum, left, right, false, !s.first_k);
      if (!s.last_k) continue;
      if (has_bias) {
        LocalTensor bias = aligned_tensor(chip, wide, {1, std::min(lanes, s.m), 1, s.n}, at(i, bias0, bias_bytes));
        bias.stride[1] = 0;
        bias.shape = sum.shape;
        if (is_integer)
          tiu.saturating(SaturatingArithmetic::kAdd, sum, {sum, DataType::kI32}, {bias, DataType::kI32}, 0);
        else
          tiu.arithmetic(Arithmetic::kAdd, sum, sum, bias);
      }
      if (is_integer) {
        // An activation is in the range of the bytes.
        const Requantisation& r = *context.node.requantisation;
        tiu.requantise(out, sum, r.multiplier[0], r.shift[0]);
      } else {
        apply_activation(e.tiu, sum, context.node.as<MatMul>().activation);
        tiu.cast(out, sum, Rounding::kHalfEven);
      }
      const GlobalMatrix to = matrix(e.output, s.b);
      e.dma.store(plain_tensor(to.at(s.m0, s.n0), out.shape, {1, to.row_stride, 1, to.column_stride}, out_type), out);
    }
  }
};

}  // namespace

const GlobalKernel& matmul_kernel() {
  static const MatmulKernel kernel;
  return kernel;
}

}  // namespace bmemu::kernels
