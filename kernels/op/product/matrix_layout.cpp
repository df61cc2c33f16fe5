// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Products of f32 matrices in matrix layout: columns of a row are spread over the lanes.
#include <algorithm>
#include <limits>

#include "kernels/cost_model.h"
#include "kernels/op/product/product.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

/// Tile sizes and the columns that a lane holds. The k of a tile is `pieces` commands of at most `piece`.
struct Tiles {
  std::int64_t m = 1, n = 1, piece = 1, pieces = 1;
  std::int64_t left_columns = 1, right_columns = 1;
  std::int64_t left_bytes = 0, right_bytes = 0, out_bytes = 0, bias_bytes = 0;  ///< left: of one piece
  std::int64_t buffers = 2;                                                     ///< of everything
  double cost = std::numeric_limits<double>::infinity();

  std::int64_t k() const { return piece * pieces; }
  std::int64_t bytes() const { return buffers * (left_bytes * pieces + right_bytes + out_bytes + bias_bytes); }
};

std::int64_t columns_per_cycle(const isa::ChipSpec& chip) {
  const std::int64_t words = chip.tiu.eu_bytes / 4;
  return std::max<std::int64_t>(chip.family == isa::Family::kBm1684 ? words / 2 : words, 1);
}

/// Columns of a row that one lane holds: as many as it computes in a cycle at least, since fewer would take as long and
/// be moved in shorter rows.
std::int64_t lane_columns(const isa::ChipSpec& chip, std::int64_t columns) {
  return std::max(ceil_div(columns, chip.tiu.lanes), std::min(columns, columns_per_cycle(chip)));
}

std::int64_t left_width(const isa::ChipSpec& chip, std::int64_t piece) {
  return std::min<std::int64_t>(std::max<std::int64_t>(ceil_div(piece, chip.tiu.lanes), 64), piece);
}

void set_bytes(const isa::ChipSpec& chip, Tiles& t) {
  const std::int64_t words = chip.tiu.eu_bytes / 4;
  t.right_columns = lane_columns(chip, t.n);
  t.left_columns = left_width(chip, t.piece);
  const std::int64_t right_row = align_up(t.right_columns, words) * 4;
  t.left_bytes =
      t.m * ceil_div(ceil_div(t.piece, t.left_columns), chip.tiu.lanes) * align_up(t.left_columns, words) * 4;
  t.right_bytes = t.k() * right_row;
  t.out_bytes = t.m * right_row;
  t.bias_bytes = right_row;
}

double cost_of(const isa::ChipSpec& chip, const Problem& p, const Tiles& t) {
  const auto rows = [&](std::int64_t columns, double rate, double row_cycles) {
    return std::max(double(columns * 4) / rate, row_cycles);
  };
  const auto load_cycles = [&](bool in_order) { return CostModel::load_row_cycles(chip, in_order); };
  const double tiles = double(ceil_div(p.n, t.n)) * double(ceil_div(p.m, t.m)), depths = double(ceil_div(p.k, t.k()));
  const double compute =
      double(t.pieces) *
      (double(t.m) * double(ceil_div(t.right_columns, columns_per_cycle(chip))) * double(t.piece + 7) + 66);
  // A row of the right side is dealt out to the lanes; so is one of the left side, of which each piece is a load.
  const double left = double(t.m) * double(ceil_div(t.k(), t.left_columns)) *
                      rows(t.left_columns, kLoadRate, load_cycles(t.m == 1 || t.piece == p.k)),
               right = double(t.k()) * double(ceil_div(t.n, t.right_columns)) *
                       rows(t.right_columns, kLoadRate, load_cycles(t.k() == 1 || t.n == p.n)),
               store = double(t.m) * double(ceil_div(t.n, t.right_columns)) *
                       rows(t.right_columns, kStoreRate, chip.silicon.dma_row_cycles);
  const double transfer = left + right + store / depths + 360;
  if (t.buffers == 1) return tiles * depths * (compute + transfer);
  // What is loaded first and stored last overlaps with nothing.
  return tiles * depths * std::max(compute, transfer) + std::min(compute, transfer);
}

/// The tiling with the shortest estimated time: twice in local memory where that fits, so that one tile is loaded while
/// another one is computed. Without room for a piece, pieces are halved.
Tiles best_tiles(const isa::ChipSpec& chip, const Problem& p) {
  constexpr std::int64_t kMostRows = 4095;  ///< of one command, with room
  Tiles best;
  for (std::int64_t depth = depth_of(chip.family); depth > 0; depth /= 2) {
    const std::int64_t pieces = ceil_div(p.k, depth), piece = ceil_div(p.k, pieces);
    for (const std::int64_t buffers : {2, 1}) {
      for (std::int64_t cut_n = 1; cut_n <= p.n; cut_n *= 2)
        for (std::int64_t cut_m = 1; cut_m <= p.m; cut_m *= 2)
          for (std::int64_t cut_k = 1; cut_k < 2 * pieces; cut_k *= 2) {
            Tiles t;
            t.n = ceil_div(p.n, cut_n), t.m = ceil_div(p.m, cut_m);
            t.piece = piece, t.pieces = ceil_div(pieces, cut_k);
            t.buffers = buffers;
            if (t.m > kMostRows || t.k() > kMostRows) continue;
            set_bytes(chip, t);
            if (t.bytes() > chip.local_memory.lane_bytes) continue;
            t.cost = cost_of(chip, p, t);
            if (t.cost < best.cost) best = t;
          }
      if (best.cost < std::numeric_limits<double>::infinity()) return best;
    }
  }
  return best;
}

class MatrixLayout {
 public:
  MatrixLayout(const NodeContext& context, GlobalEmission& e)
      : chip_(context.chip),
        e_(e),
        p_(problem_of(context)),
        t_(best_tiles(chip_, p_)),
        activation_(context.node.as<MatMul>().activation) {
    require_tiles(context, t_.cost);
    steps_ = steps_of(p_, t_.m, t_.k(), t_.n);
    lefts_ = tile_numbers(steps_, &Step::m0);
    rights_ = tile_numbers(steps_, &Step::n0);
    // A sum stays in its buffer until its last product.
    std::size_t out = 0;
    for (const Step& step : steps_) {
      outs_.push_back(out);
      if (step.last_k) ++out;
    }
  }

  void run() {
    const bool loads_ahead = t_.buffers == 2;
    if (loads_ahead) load(0);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const std::size_t next = loads_ahead ? i + 1 : i;
      if (next < steps_.size()) load(next);
      multiply(i);
      const Step& s = steps_[i];
      if (!s.last_k) continue;
      apply_activation(e_.tiu, out_of(i), activation_);
      for_pieces(chip_, out_of(i), matrix_of(e_.output, s.b), s.m0, s.m, s.n0, s.n,
                 [&](const LocalTensor& local, const GlobalTensor& global) { e_.dma.store(global, local); });
    }
  }

 private:
  std::int64_t left0() const { return 0; }
  std::int64_t right0() const { return t_.buffers * t_.left_bytes * t_.pieces; }
  std::int64_t out0() const { return right0() + t_.buffers * t_.right_bytes; }
  std::int64_t bias0() const { return out0() + t_.buffers * t_.out_bytes; }

  /// Of a tile, by its number.
  std::int64_t buffer(std::int64_t base, std::size_t number, std::int64_t bytes) const {
    return base + std::int64_t(number) % t_.buffers * bytes;
  }

  LocalTensor rows_of(const Step& s, std::int64_t rows, std::int64_t offset) const {
    const std::int64_t width = lane_columns(chip_, s.n);
    return aligned_tensor(chip_, DataType::kF32, {rows, ceil_div(s.n, width), 1, width}, e_.placed(offset));
  }

  /// Columns [from, from + piece) of the tile.
  LocalTensor left_of(std::size_t i, std::int64_t from) const {
    const Step& s = steps_[i];
    const std::int64_t columns = std::min(t_.piece, s.k - from), width = std::min(t_.left_columns, columns);
    const std::int64_t offset = buffer(left0(), lefts_[i], t_.left_bytes * t_.pieces);
    return aligned_tensor(chip_, DataType::kF32, {s.m, ceil_div(columns, width), 1, width},
                          e_.placed(offset + from / t_.piece * t_.left_bytes));
  }
  LocalTensor right_of(std::size_t i) const {
    return rows_of(steps_[i], steps_[i].k, buffer(right0(), rights_[i], t_.right_bytes));
  }
  LocalTensor out_of(std::size_t i) const {
    return rows_of(steps_[i], steps_[i].m, buffer(out0(), outs_[i], t_.out_bytes));
  }
  LocalTensor bias_of(std::size_t i) const { return rows_of(steps_[i], 1, buffer(bias0(), outs_[i], t_.bias_bytes)); }
  bool has_bias() const { return e_.inputs.size() > 2; }

  void load(std::size_t i) {
    const Step& s = steps_[i];
    const auto load = [&](const LocalTensor& local, const GlobalTensor& global) { e_.dma.load(local, global); };
    if (is_new(lefts_, i))
      for (std::int64_t from = 0; from < s.k; from += t_.piece)
        for_pieces(chip_, left_of(i, from), matrix_of(e_.inputs[0], s.b), s.m0, s.m, s.k0 + from,
                   std::min(t_.piece, s.k - from), load);
    if (is_new(rights_, i)) {
      clear_rest(e_.dma, chip_, right_of(i), s.n);
      for_pieces(chip_, right_of(i), matrix_of(e_.inputs[1], s.b), s.k0, s.k, s.n0, s.n, load);
    }
    if (has_bias() && s.first_k) {
      clear_rest(e_.dma, chip_, bias_of(i), s.n);
      for_pieces(chip_, bias_of(i), {e_.inputs[2].address, 0, 1, 4}, 0, 1, s.n0, s.n, load);
    }
  }

  void multiply(std::size_t i) {
    const Step& s = steps_[i];
    const LocalTensor right = right_of(i), bias = bias_of(i);
    for (std::int64_t from = 0; from < s.k; from += t_.piece) {
      const std::int64_t columns = std::min(t_.piece, s.k - from);
      MatrixProduct product;
      product.left = left_of(i, from);
      product.right = part_of(right, {from, 0, 0, 0}, {columns, right.shape[1], right.shape[2], right.shape[3]}, chip_);
      product.out = out_of(i);
      product.last_columns = columns - (product.left.shape[1] - 1) * product.left.shape[3];
      product.accumulates = !s.first_k || from > 0;
      if (has_bias() && !product.accumulates) product.bias = &bias;
      e_.tiu.product(product);
    }
  }

  const isa::ChipSpec& chip_;
  GlobalEmission& e_;
  const Problem p_;
  const Tiles t_;
  const Activation activation_;
  std::vector<Step> steps_;
  std::vector<std::size_t> lefts_, rights_, outs_;
};

}  // namespace

void emit_matrix_layout(const NodeContext& context, GlobalEmission& e) { MatrixLayout(context, e).run(); }

}  // namespace bmemu::kernels
