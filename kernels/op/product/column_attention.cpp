// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/product/column_attention.h"

#include <algorithm>

#include "kernels/op/functions.h"
#include "kernels/op/rows/row_reduction.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

constexpr std::int64_t kMostRows = 4095;  ///< of one command, with room
constexpr std::int64_t kExpRows = 128;    ///< of the scores whose e^x is computed at once: it needs temporaries
constexpr std::int64_t kMostWords = 4;    ///< of columns in a lane: more gain nothing

std::int64_t words_of(const isa::ChipSpec& chip) { return std::max<std::int64_t>(chip.tiu.eu_bytes / 4, 1); }

/// Elements that the folds of `reduce_lines` need for columns of `lines` elements.
std::int64_t folded_elements(std::int64_t lines) {
  const RowFold fold = row_fold(lines);
  return fold.lines > 1 && fold.length > 1 ? fold.length + folded_elements(fold.length) : 0;
}

/// Where everything lies. Matrices of the left side hold a word of columns in a lane, others `width` columns.
struct Places {
  Places(const isa::ChipSpec& chip, const AttentionProblem& p, std::int64_t columns) : width(columns) {
    const std::int64_t words = words_of(chip), pieces = ceil_div(p.n, depth_of(chip.family));
    piece = ceil_div(p.n, pieces);
    const auto left_bytes = [&](std::int64_t rows, std::int64_t depth) {
      return rows * ceil_div(ceil_div(depth, words), chip.tiu.lanes) * words * 4;
    };
    key_bytes = left_bytes(p.n, p.d);
    piece_bytes = left_bytes(p.e, piece);
    const std::int64_t sides = p.b > 1 ? 2 : 1, row = width * 4;
    const auto place = [&](std::int64_t& offset, std::int64_t bytes) {
      offset = end;
      end += bytes;
    };
    place(key, sides * key_bytes);
    place(value, sides * pieces * piece_bytes);
    place(query, 2 * p.d * row);
    place(result, 2 * p.e * row);
    place(scores, p.n * row);
    place(weights, p.n * row);
    for (std::int64_t& t : temporary) place(t, std::min(p.n, kExpRows) * row);
    mask_bytes = p.mask_m == 0 ? 0 : p.mask_m == 1 ? align_up(p.n * 4, chip.tiu.eu_bytes) : p.n * row;
    place(mask, 2 * mask_bytes);
    place(largest, row);
    place(sum, row);
    place(folds, folded_elements(p.n) * row);
    place(table, exp_table_bytes(chip));
  }

  std::int64_t width, piece = 1, key_bytes = 0, piece_bytes = 0, mask_bytes = 0;
  std::int64_t key = 0, value = 0, query = 0, result = 0, scores = 0, weights = 0, temporary[2] = {0, 0};
  std::int64_t mask = 0, largest = 0, sum = 0, folds = 0, table = 0, end = 0;
};

class ColumnAttention {
 public:
  ColumnAttention(const NodeContext& context, GlobalEmission& e, const Places& places)
      : chip_(context.chip),
        e_(e),
        p_(attention_problem_of(context)),
        at_(places),
        scale_(context.node.as<Attention>().scale),
        tiles_(attention_tiles(p_, at_.width * chip_.tiu.lanes)) {}

  void run() {
    if (exp_table_bytes(chip_) > 0) e_.tiu.load_exp_table(e_.placed(at_.table));
    load(0);
    for (std::size_t i = 0; i < tiles_.size(); ++i) {
      if (i + 1 < tiles_.size()) load(i + 1);
      compute(i);
      const Tile& t = tiles_[i];
      for_pieces(chip_, result_of(i), matrix_of(e_.output, t.b), 0, p_.e, t.m0, t.m,
                 [&](const LocalTensor& local, const GlobalTensor& global) { e_.dma.store(global, local); });
    }
  }

 private:
  using Tile = AttentionTile;

  std::int64_t lanes_of(const Tile& t) const { return ceil_div(t.m, at_.width); }
  /// Rows of a tile's columns.
  LocalTensor rows(const Tile& t, std::int64_t count, std::int64_t offset) const {
    return aligned_tensor(chip_, DataType::kF32, {count, lanes_of(t), 1, at_.width}, e_.placed(offset));
  }
  /// The same bytes as one plane in each lane.
  LocalTensor plane(const Tile& t, std::int64_t lines, std::int64_t offset, std::int64_t first = 0) const {
    return aligned_tensor(chip_, DataType::kF32, {1, lanes_of(t), lines, at_.width},
                          e_.placed(offset) + first * at_.width * 4);
  }
  LocalTensor left(std::int64_t count, std::int64_t columns, std::int64_t offset) const {
    const std::int64_t width = std::min(words_of(chip_), columns);
    return aligned_tensor(chip_, DataType::kF32, {count, ceil_div(columns, width), 1, width}, e_.placed(offset));
  }
  LocalTensor key_of(const Tile& t) const { return left(p_.n, p_.d, at_.key + t.b % 2 * at_.key_bytes); }
  LocalTensor value_of(const Tile& t, std::int64_t from) const {
    const std::int64_t pieces = ceil_div(p_.n, at_.piece);
    return left(p_.e, std::min(at_.piece, p_.n - from),
                at_.value + (t.b % 2 * pieces + from / at_.piece) * at_.piece_bytes);
  }
  LocalTensor query_of(std::size_t i) const {
    return rows(tiles_[i], p_.d, at_.query + std::int64_t(i % 2) * p_.d * at_.width * 4);
  }
  LocalTensor result_of(std::size_t i) const {
    return rows(tiles_[i], p_.e, at_.result + std::int64_t(i % 2) * p_.e * at_.width * 4);
  }

  void load(std::size_t i) {
    const Tile& t = tiles_[i];
    const auto move = [&](const LocalTensor& local, const GlobalTensor& global) { e_.dma.load(local, global); };
    if (i == 0 || tiles_[i - 1].b != t.b) {
      for_pieces(chip_, key_of(t), matrix_of(e_.inputs[1], t.b), 0, p_.n, 0, p_.d, move);
      for (std::int64_t from = 0; from < p_.n; from += at_.piece)
        for_pieces(chip_, value_of(t, from), matrix_of(e_.inputs[2], t.b), 0, p_.e, from,
                   std::min(at_.piece, p_.n - from), move);
    }
    load_columns(t, query_of(i), matrix_of(e_.inputs[0], t.b));
    if (p_.mask_m > 1) load_columns(t, rows(t, p_.n, mask_of(i)), matrix_of(e_.inputs[3], p_.mask_batch(t.b)));
    if (p_.mask_m == 1 && (i == 0 || p_.mask_batch(tiles_[i - 1].b) != p_.mask_batch(t.b))) {
      const GlobalMatrix from = matrix_of(e_.inputs[3], p_.mask_batch(t.b));
      const LocalTensor mask =
          aligned_tensor(chip_, DataType::kF32, {1, chip_.tiu.lanes, 1, p_.n}, e_.placed(mask_of(i)));
      e_.dma.load(mask, plain_tensor(from.address, mask.shape, {1, 0, 1, from.row_stride}, mask.type));
    }
  }

  /// The tile's columns of all rows.
  void load_columns(const Tile& t, const LocalTensor& to, const GlobalMatrix& from) {
    clear_rest(e_.dma, chip_, to, t.m);
    for_pieces(chip_, to, from, 0, to.shape[0], t.m0, t.m,
               [&](const LocalTensor& local, const GlobalTensor& global) { e_.dma.load(local, global); });
  }

  /// One column serves a batch, others one tile.
  std::int64_t mask_of(std::size_t i) const {
    const std::int64_t number = p_.mask_m == 1 ? p_.mask_batch(tiles_[i].b) : static_cast<std::int64_t>(i);
    return at_.mask + number % 2 * at_.mask_bytes;
  }

  void multiply(const LocalTensor& out, const LocalTensor& from, std::int64_t columns, const LocalTensor& right,
                bool accumulates) {
    MatrixProduct product;
    product.out = out;
    product.left = from;
    product.right = right;
    product.last_columns = columns - (from.shape[1] - 1) * from.shape[3];
    product.accumulates = accumulates;
    e_.tiu.product(product);
  }

  void compute(std::size_t i) {
    const Tile& t = tiles_[i];
    multiply(rows(t, p_.n, at_.scores), key_of(t), p_.d, query_of(i), false);
    const LocalTensor scores = plane(t, p_.n, at_.scores), weights = plane(t, p_.n, at_.weights);
    const LocalTensor largest = plane(t, 1, at_.largest), sum = plane(t, 1, at_.sum);
    if (scale_ != 1) e_.tiu.arithmetic(Arithmetic::kMul, scores, scores, Operand::constant(scale_));
    if (p_.mask_m > 0) {
      LocalTensor mask = plane(t, p_.n, mask_of(i));
      if (p_.mask_m == 1)
        mask = repeated_to(aligned_tensor(chip_, DataType::kF32, {1, lanes_of(t), p_.n, 1}, e_.placed(mask_of(i))),
                           scores.shape);
      e_.tiu.arithmetic(Arithmetic::kAdd, scores, scores, mask);
    }
    reduce_lines(t, RowFunction::kMax, largest, p_.n, at_.scores, at_.folds);
    e_.tiu.arithmetic(Arithmetic::kSub, scores, scores, repeated_to(largest, scores.shape));
    for (std::int64_t first = 0; first < p_.n; first += kExpRows) {
      const std::int64_t lines = std::min(kExpRows, p_.n - first);
      const LocalTensor a = plane(t, lines, at_.temporary[0]), b = plane(t, lines, at_.temporary[1]);
      const std::array<LocalTensor, Functions::kTemporaries> temporaries{a, b, a, b};
      Functions(e_.tiu, e_.placed(at_.table), temporaries)
          .exp(plane(t, lines, at_.weights, first), plane(t, lines, at_.scores, first), 1.0F);
    }
    reduce_lines(t, RowFunction::kSum, sum, p_.n, at_.weights, at_.folds);
    e_.tiu.arithmetic(Arithmetic::kDiv, largest, Operand::constant(1.0F), sum);
    e_.tiu.arithmetic(Arithmetic::kMul, weights, weights, repeated_to(largest, weights.shape));
    const LocalTensor all = rows(t, p_.n, at_.weights);
    for (std::int64_t from = 0; from < p_.n; from += at_.piece) {
      const std::int64_t count = std::min(at_.piece, p_.n - from);
      multiply(result_of(i), value_of(t, from), count,
               part_of(all, {from, 0, 0, 0}, {count, all.shape[1], 1, all.shape[3]}, chip_), from > 0);
    }
  }

  /// Every column to one element, folded as `reduce_rows` folds a row of as many.
  void reduce_lines(const Tile& t, RowFunction function, const LocalTensor& out, std::int64_t lines,
                    std::int64_t offset, std::int64_t folds) {
    const RowFold fold = row_fold(lines);
    if (fold.lines == 1 || fold.length == 1)
      return e_.tiu.window(column_window(function, out, plane(t, lines, offset), lines));
    const auto folded = [&](std::int64_t height, std::int64_t place) {
      return aligned_tensor(chip_, DataType::kF32, {1, lanes_of(t), height, fold.length * at_.width}, e_.placed(place));
    };
    e_.tiu.window(column_window(function, folded(1, folds), folded(fold.lines, offset), fold.lines));
    reduce_lines(t, function, out, fold.length, folds, folds + fold.length * at_.width * 4);
  }

  const isa::ChipSpec& chip_;
  GlobalEmission& e_;
  const AttentionProblem p_;
  const Places at_;
  const float scale_;
  const std::vector<Tile> tiles_;
};

}  // namespace

bool column_attention_fits(const AttentionProblem& p, const isa::ChipSpec& chip) {
  if (p.type != DataType::kF32 || p.d > depth_of(chip.family) || p.n > kMostRows || p.e > kMostRows || !folds_well(p.n))
    return false;
  return Places(chip, p, words_of(chip)).end <= chip.local_memory.lane_bytes;
}

void emit_column_attention(const NodeContext& context, GlobalEmission& e) {
  const isa::ChipSpec& chip = context.chip;
  const AttentionProblem p = attention_problem_of(context);
  const std::int64_t words = words_of(chip), wanted = ceil_div(ceil_div(p.m, chip.tiu.lanes), words);
  std::int64_t width = std::min(wanted, kMostWords) * words;
  while (width > words && Places(chip, p, width).end > chip.local_memory.lane_bytes) width -= words;
  ColumnAttention(context, e, Places(chip, p, width)).run();
}

}  // namespace bmemu::kernels
