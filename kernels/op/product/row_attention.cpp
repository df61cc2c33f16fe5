// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/product/row_attention.h"

#include <algorithm>

#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/functions.h"
#include "kernels/op/rows/row_reduction.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

constexpr std::int64_t kMostRowsInLane = 8;  ///< more gain nothing: a command's start is short beside them
constexpr std::int64_t kMostColumns = 65535;

std::int64_t bytes_of(const isa::ChipSpec& chip, DataType type, std::int64_t rows, std::int64_t columns) {
  return align_up(lane_bytes(aligned_tensor(chip, type, {1, rows, 1, columns}), chip), chip.tiu.eu_bytes);
}

/// Where everything lies, with `rows` rows of scores at a time.
struct Places {
  Places(const isa::ChipSpec& chip, const AttentionProblem& p, std::int64_t count) : rows(count) {
    const DataType type = p.type, narrow = p.of_bytes() ? DataType::kF16 : type;
    key_bytes = bytes_of(chip, type, p.n, p.d);
    value_bytes = bytes_of(chip, type, p.n, p.e);
    query_bytes = bytes_of(chip, type, rows, p.d);
    result_bytes = bytes_of(chip, type, rows, p.e);
    const std::int64_t sides = p.b > 1 ? 2 : 1, wide = bytes_of(chip, DataType::kF32, rows, p.n);
    const auto place = [&](std::int64_t& offset, std::int64_t bytes) {
      offset = end;
      end += bytes;
    };
    place(key, sides * key_bytes);
    place(value, sides * value_bytes);
    place(query, 2 * query_bytes);
    place(result, 2 * result_bytes);
    for (std::int64_t& offset : scores) place(offset, wide);
    if (p.of_bytes()) {
      // The values are f32 on their way to f16, where scores will be.
      end = std::max(end, scores[0] + bytes_of(chip, DataType::kF32, p.n, p.e));
      place(numbers, bytes_of(chip, narrow, p.n, p.e));
      place(narrow_scores, bytes_of(chip, type, rows, p.n));
    }
    mask_type = p.of_bytes() ? DataType::kF32 : type;
    if (p.mask_m > 0)
      mask_bytes = bytes_of(chip, mask_type, p.mask_m == 1 ? std::min(rows, chip.tiu.lanes) : rows, p.n);
    place(mask, 2 * mask_bytes);
    place(weights, bytes_of(chip, narrow, rows, p.n));
    place(product, bytes_of(chip, DataType::kF32, rows, p.e));
    for (std::int64_t& offset : number) place(offset, bytes_of(chip, DataType::kF32, rows, 1));
    place(folds, row_reduction_bytes(chip, {1, rows, 1, p.n}));
    place(table, exp_table_bytes(chip));
  }

  std::int64_t rows, key_bytes = 0, value_bytes = 0, query_bytes = 0, result_bytes = 0, mask_bytes = 0;
  std::int64_t key = 0, value = 0, query = 0, result = 0, scores[4] = {0, 0, 0, 0}, mask = 0, weights = 0, product = 0;
  std::int64_t number[2] = {0, 0}, folds = 0, table = 0, numbers = 0, narrow_scores = 0, end = 0;
  DataType mask_type = DataType::kF32;
};

class RowAttention {
 public:
  RowAttention(const NodeContext& context, GlobalEmission& e, const Places& places)
      : context_(context),
        chip_(context.chip),
        e_(e),
        tiu_(static_cast<Bm1684xTiu&>(e.tiu)),
        p_(attention_problem_of(context)),
        at_(places),
        scale_(context.node.as<Attention>().scale),
        tiles_(attention_tiles(p_, at_.rows)) {}

  void run() {
    e_.tiu.load_exp_table(e_.placed(at_.table));
    load(0);
    for (std::size_t i = 0; i < tiles_.size(); ++i) {
      if (i + 1 < tiles_.size()) load(i + 1);
      compute(i);
      const LocalTensor result = result_of(i);
      const GlobalMatrix to = matrix_of(e_.output, tiles_[i].b);
      e_.dma.store(global(to, tiles_[i].m0, result), result);
    }
  }

 private:
  using Tile = AttentionTile;

  LocalTensor rows(DataType type, std::int64_t count, std::int64_t columns, std::int64_t offset) const {
    return aligned_tensor(chip_, type, {1, count, 1, columns}, e_.placed(offset, element_bytes(type)));
  }
  DataType type_of(std::size_t input) const { return context_.input(input).type; }
  static GlobalTensor global(const GlobalMatrix& m, std::int64_t row, const LocalTensor& like) {
    return plain_tensor(m.at(row, 0), like.shape, {1, m.row_stride, 1, m.column_stride}, like.type);
  }
  LocalTensor key_of(const Tile& t) const { return rows(type_of(1), p_.n, p_.d, at_.key + t.b % 2 * at_.key_bytes); }
  /// As it is loaded.
  LocalTensor value_of(const Tile& t) const {
    return rows(type_of(2), p_.n, p_.e, at_.value + t.b % 2 * at_.value_bytes);
  }
  LocalTensor query_of(std::size_t i) const {
    return rows(type_of(0), tiles_[i].m, p_.d, at_.query + std::int64_t(i % 2) * at_.query_bytes);
  }
  LocalTensor result_of(std::size_t i) const {
    return rows(context_.output().type, tiles_[i].m, p_.e, at_.result + std::int64_t(i % 2) * at_.result_bytes);
  }

  void load(std::size_t i) {
    const Tile& t = tiles_[i];
    const auto load = [&](const LocalTensor& local, std::size_t input, std::int64_t row) {
      e_.dma.load(local, global(matrix_of(e_.inputs[input], t.b), row, local));
    };
    if (i == 0 || tiles_[i - 1].b != t.b) {
      load(key_of(t), 1, 0);
      load(value_of(t), 2, 0);
    }
    load(query_of(i), 0, t.m0);
    if (p_.mask_m > 1 || (p_.mask_m == 1 && (i == 0 || p_.mask_batch(tiles_[i - 1].b) != p_.mask_batch(t.b)))) {
      const LocalTensor mask = mask_of(i);
      GlobalTensor from = global(matrix_of(e_.inputs[3], p_.mask_batch(t.b)), p_.mask_m == 1 ? 0 : t.m0, mask);
      if (p_.mask_m == 1) from.stride[1] = 0;
      e_.dma.load(mask, from);
    }
  }

  /// One row serves a batch and stands in every lane, others belong to a tile.
  LocalTensor mask_of(std::size_t i) const {
    const Tile& t = tiles_[i];
    const std::int64_t number = p_.mask_m == 1 ? p_.mask_batch(t.b) : static_cast<std::int64_t>(i);
    const std::int64_t count = p_.mask_m == 1 ? std::min(at_.rows, chip_.tiu.lanes) : t.m;
    return rows(at_.mask_type, count, p_.n, at_.mask + number % 2 * at_.mask_bytes);
  }
  void add_mask(std::size_t i, const LocalTensor& scores) {
    LocalTensor mask = mask_of(i);
    if (at_.mask_type != DataType::kF32) {
      const LocalTensor narrow = mask;
      mask = rows(DataType::kF32, narrow.shape[1], p_.n, at_.scores[0]);
      tiu_.cast(mask, narrow, Rounding::kHalfEven);
    }
    if (p_.mask_m == 1) {
      mask.stride[1] = 0;
      mask.shape = scores.shape;
    }
    tiu_.arithmetic(Arithmetic::kAdd, scores, scores, mask);
  }

  void compute(std::size_t i) {
    const Tile& t = tiles_[i];
    std::array<LocalTensor, Functions::kTemporaries> wide;
    for (std::size_t k = 0; k < wide.size(); ++k) wide[k] = rows(DataType::kF32, t.m, p_.n, at_.scores[k]);
    const LocalTensor &scores = wide[2], &powers = wide[3];
    const LocalTensor largest = rows(DataType::kF32, t.m, 1, at_.number[0]),
                      sum = rows(DataType::kF32, t.m, 1, at_.number[1]);
    if (p_.of_bytes()) {
      if (i == 0 || tiles_[i - 1].b != t.b) make_numbers(t);
      multiply_bytes(i, scores);
    } else {
      tiu_.row_product(scores, query_of(i), key_of(t), true, false);
      if (scale_ != 1) tiu_.arithmetic(Arithmetic::kMul, scores, scores, Operand::constant(scale_));
    }
    if (p_.mask_m > 0) add_mask(i, scores);
    reduce_rows(tiu_, chip_, RowFunction::kMax, largest, scores, e_.placed(at_.folds));
    tiu_.arithmetic(Arithmetic::kSub, scores, scores, repeated_to(largest, scores.shape));
    Functions(tiu_, e_.placed(at_.table), wide).exp(powers, scores, 1.0F);
    reduce_rows(tiu_, chip_, RowFunction::kSum, sum, powers, e_.placed(at_.folds));
    tiu_.arithmetic(Arithmetic::kDiv, largest, Operand::constant(1.0F), sum);
    tiu_.arithmetic(Arithmetic::kMul, powers, powers, repeated_to(largest, powers.shape));
    const LocalTensor values = p_.of_bytes() ? numbers() : value_of(t);
    const LocalTensor weights = rows(values.type, t.m, p_.n, at_.weights);
    tiu_.cast(weights, powers, Rounding::kHalfEven);
    const LocalTensor product = rows(DataType::kF32, t.m, p_.e, at_.product);
    tiu_.row_product(product, weights, values, false, false);
    round_to(tiu_, result_of(i), product, context_.output());
  }

  /// The values of a batch of bytes.
  LocalTensor numbers() const { return rows(DataType::kF16, p_.n, p_.e, at_.numbers); }
  void make_numbers(const Tile& t) {
    const LocalTensor wide = rows(DataType::kF32, p_.n, p_.e, at_.scores[0]);
    tiu_.dequantise(wide, value_of(t), context_.input(2).quantisation->scale());
    tiu_.cast(numbers(), wide, Rounding::kHalfEven);
  }

  /// Scores as bytes first, as the product has them that stands for itself.
  void multiply_bytes(std::size_t i, const LocalTensor& scores) {
    const Tile& t = tiles_[i];
    const Requantisation& r = *context_.node.requantisation;
    const LocalTensor sums = rows(DataType::kI32, t.m, p_.n, at_.scores[0]),
                      bytes = rows(DataType::kI8, t.m, p_.n, at_.narrow_scores);
    tiu_.row_product(sums, query_of(i), key_of(t), true, false);
    tiu_.requantise(bytes, sums, r.multiplier[0], r.shift[0]);
    tiu_.dequantise(scores, bytes, scale_);
  }

  const NodeContext& context_;
  const isa::ChipSpec& chip_;
  GlobalEmission& e_;
  Bm1684xTiu& tiu_;
  const AttentionProblem p_;
  const Places at_;
  const float scale_;
  const std::vector<Tile> tiles_;
};

}  // namespace

bool row_attention_fits(const AttentionProblem& p, const isa::ChipSpec& chip) {
  if (chip.family == isa::Family::kBm1684 || element_bytes(p.type) > 2) return false;
  for (const std::int64_t size : {p.n, p.d, p.e})
    if (size > kMostColumns) return false;
  if (!folds_well(p.n)) return false;
  return Places(chip, p, std::min(p.m, chip.tiu.lanes)).end <= chip.local_memory.lane_bytes;
}

void emit_row_attention(const NodeContext& context, GlobalEmission& e) {
  const isa::ChipSpec& chip = context.chip;
  const AttentionProblem p = attention_problem_of(context);
  std::int64_t in_lane = std::min(ceil_div(p.m, chip.tiu.lanes), kMostRowsInLane);
  const auto places = [&] { return Places(chip, p, std::min(p.m, in_lane * chip.tiu.lanes)); };
  while (in_lane > 1 && places().end > chip.local_memory.lane_bytes) --in_lane;
  RowAttention(context, e, places()).run();
}

}  // namespace bmemu::kernels
