// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The rule for rows that do not fit into a lane.
#include <algorithm>

#include "kernels/op/kernel.h"
#include "kernels/op/rows/row_reduction.h"
#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

/// Whether a row and what computing it needs beside it do not fit into a lane, or no kernel reduces it in one go.
bool is_long(const isa::ChipSpec& chip, std::int64_t columns, std::int64_t copies) {
  return !folds_well(columns) || columns * 4 * copies > chip.local_memory.lane_bytes;
}

/// Pieces of equal length into which a row is cut.
struct Pieces {
  std::int64_t count = 1, length = 1;
};

/// As few as possible; up to twice as many where they divide the row. They do not depend on the chip, sums do on them.
Pieces pieces_of(std::int64_t columns) {
  constexpr std::int64_t kLongest = 1024;
  const std::int64_t least = (columns + kLongest - 1) / kLongest;
  for (std::int64_t count = least; count <= 2 * least; ++count)
    if (columns % count == 0) return {count, columns / count};
  return {least, (columns + least - 1) / least};
}

/// What changes no reduction; of a type that holds it.
float neutral(ReduceFunction function, isa::DataType type) {
  const float largest = type == isa::DataType::kF16 ? 65504.0F : 3.3e38F;
  switch (function) {
    case ReduceFunction::kMax: return -largest;
    case ReduceFunction::kMin: return largest;
    case ReduceFunction::kProd: return 1;
    default: return 0;
  }
}

/// x (b, rows, columns) to (b, rows, 1), the way that kernels reduce a row: folded into lines, which come first.
ValueId reduced_as_lines(Rewriter& r, const Node& node, ValueId x, ReduceFunction function) {
  const Shape shape = r.value(x).shape;
  const isa::DataType type = r.value(x).type;
  const RowFold fold = row_fold(shape[2]);
  const std::int64_t rows = shape[0] * shape[1];
  const ValueId plane = r.add(node, Reshape{}, {x}, {1, rows, fold.lines, fold.length}, type);
  const ValueId line = r.add(node, Reduce{function, {2}}, {plane}, {1, rows, 1, fold.length}, type);
  const ValueId flat = r.add(node, Reshape{}, {line}, {1, rows, fold.length}, type);
  const ValueId whole = r.add(node, Reduce{function, {2}}, {flat}, {1, rows, 1}, type);
  return r.add(node, Reshape{}, {whole}, {shape[0], shape[1], 1}, type);
}

/// x (b, rows, columns) with as many columns as the pieces have, by places that change no reduction.
ValueId padded_to(const Pieces& pieces, Rewriter& r, const Node& node, ValueId x, ReduceFunction function) {
  const Shape shape = r.value(x).shape;
  const isa::DataType type = r.value(x).type;
  const std::int64_t columns = pieces.count * pieces.length;
  if (columns == shape[2]) return x;
  return r.add(node, Pad{{0, 0, 0}, {0, 0, columns - shape[2]}, neutral(function, type)}, {x},
               {shape[0], shape[1], columns}, type);
}

/// x (b, rows, columns) to (b, rows, 1), in two steps.
ValueId reduced_in_pieces(Rewriter& r, const Node& node, ValueId x, ReduceFunction function) {
  const Shape shape = r.value(x).shape;
  const isa::DataType type = r.value(x).type;
  const RowFold fold = row_fold(shape[2]);
  const bool has_window = function <= ReduceFunction::kMax;
  if (has_window && folds_well(shape[2]) && fold.lines > 1 && fold.length > 1)
    return reduced_as_lines(r, node, x, function);
  const Pieces pieces = pieces_of(shape[2]);
  const std::int64_t rows = shape[0] * shape[1], columns = pieces.count * pieces.length;
  x = padded_to(pieces, r, node, x, function);
  const ValueId cut = r.add(node, Reshape{}, {x}, {rows, pieces.count, pieces.length}, type);
  const ValueId parts = r.add(node, Reduce{function, {2}}, {cut}, {rows, pieces.count, 1}, type);
  const ValueId line = r.add(node, Reshape{}, {parts}, {1, rows, pieces.count}, type);
  ValueId whole = r.add(node, Reduce{function, {2}}, {line}, {1, rows, 1}, type);
  if (columns != shape[2] && function == ReduceFunction::kMean) {  // what was added counts as well
    const Unary share{UnaryFunction::kAffine, float(columns) / float(shape[2]), 0};
    whole = r.add(node, share, {whole}, {1, rows, 1}, type);
  }
  return r.add(node, Reshape{}, {whole}, {shape[0], shape[1], 1}, type);
}

ValueId binary(Rewriter& r, const Node& node, BinaryFunction function, ValueId a, ValueId b) {
  const Shape x = r.value(a).shape, y = r.value(b).shape;
  Shape shape = x;
  for (std::size_t i = 0; i < shape.size(); ++i) shape[i] = std::max(x[i], y[i]);
  return r.add(node, Binary{function, {}}, {a, b}, shape, r.value(a).type);
}

ValueId unary(Rewriter& r, const Node& node, const Unary& function, ValueId x) {
  return r.add(node, function, {x}, Shape(r.value(x).shape), r.value(x).type);
}

/// Rows of x (1, rows, columns) in pieces: where the extreme of each piece is, then which of them is that of the row.
void finish_arg_reduce(Rewriter& r, const Node& node, ValueId x) {
  constexpr float kNone = -16777216.0F;  // below every index
  const ArgReduce& reduce = node.as<ArgReduce>();
  const Shape shape = r.value(x).shape;
  const std::int64_t rows = shape[1];
  const float sign = reduce.takes_last ? 1.0F : -1.0F;  // the first of equals has the smallest index
  const auto constant = [&](const Shape& of, std::vector<float> numbers) {
    return r.graph().add_constant(r.value(node.output).name + "_rows", of, std::move(numbers));
  };
  if (!reduce.is_max) x = unary(r, node, {UnaryFunction::kNeg, 0, 0}, x);
  x = binary(r, node, BinaryFunction::kAdd, x, constant({1, 1, 1}, {0.0F}));  // BM1684 tells -0 from 0
  const Pieces pieces = pieces_of(shape[2]);
  x = padded_to(pieces, r, node, x, ReduceFunction::kMax);
  const auto f32 = [&](Attributes attributes, std::vector<ValueId> inputs, const Shape& of) {
    return r.add(node, std::move(attributes), std::move(inputs), of, isa::DataType::kF32);
  };
  const Shape line{1, rows, pieces.count};
  const ValueId cut = f32(Reshape{}, {x}, {rows, pieces.count, pieces.length});
  const ValueId largest =
      f32(Reshape{}, {f32(Reduce{ReduceFunction::kMax, {2}}, {cut}, {rows, pieces.count, 1})}, line);
  const ValueId inside =
      r.add(node, ArgReduce{true, 2, reduce.takes_last}, {cut}, {rows, pieces.count, 1}, isa::DataType::kI32);
  std::vector<float> starts;
  for (std::int64_t i = 0; i < pieces.count; ++i) starts.push_back(float(i * pieces.length));
  const ValueId numbers = f32(Reshape{}, {f32(Cast{}, {inside}, {rows, pieces.count, 1})}, line);
  const ValueId index =
      binary(r, node, BinaryFunction::kAdd, numbers, constant({1, 1, pieces.count}, std::move(starts)));
  const ValueId whole = f32(Reduce{ReduceFunction::kMax, {2}}, {largest}, {1, rows, 1});
  const ValueId is_one = binary(r, node, BinaryFunction::kEqual, largest, whole);
  const ValueId chosen = f32(
      Select{}, {is_one, unary(r, node, {UnaryFunction::kAffine, sign, 0}, index), constant({1, 1, 1}, {kNone})}, line);
  const ValueId found = f32(Reduce{ReduceFunction::kMax, {2}}, {chosen}, {1, rows, 1});
  const ValueId result = unary(r, node, {UnaryFunction::kAffine, sign, 0}, found);
  r.finish(node, Reshape{}, {r.add(node, Cast{}, {result}, {1, rows, 1}, r.value(node.output).type)});
}

}  // namespace

bool has_long_rows(const Graph& graph, const Node& node, const isa::ChipSpec& chip) {
  const auto* reduce = node.get_if<Reduce>();
  const bool is_arg = node.op() == Op::kArgReduce;
  if (reduce == nullptr && !is_arg && node.op() != Op::kSoftmax && node.op() != Op::kLayerNorm) return false;
  const Value& x = graph.input(node, 0);
  if (x.shape.size() < 2 || (reduce != nullptr && reduces_columns(*reduce, x))) return false;
  return is_long(chip, x.shape.back(), reduce != nullptr ? 4 : 7);
}

/// Rows that do not fit into a lane with what computing them needs are reduced in parts. Sums have the order in which
/// kernels add a row that does fit, functions of rows are the kernels' ones: the values are those of any other chip.
bool long_rows(Rewriter& r, const Node& node) {
  if (!has_long_rows(r.graph(), node, r.chip())) return false;
  const bool is_softmax = node.op() == Op::kSoftmax, is_reduce = node.op() == Op::kReduce;
  const Shape shape = r.value(node.inputs[0]).shape;
  const isa::DataType type = r.value(node.inputs[0]).type;
  const Shape rows{1, elements(shape) / shape.back(), shape.back()};
  const ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, rows, type);
  using F = ReduceFunction;
  using B = BinaryFunction;
  if (node.op() == Op::kArgReduce) {
    finish_arg_reduce(r, node, x);
    return true;
  }
  if (is_reduce) {
    r.finish(node, Reshape{}, {reduced_in_pieces(r, node, x, node.as<Reduce>().function)});
    return true;
  }
  if (is_softmax) {
    const ValueId shifted = binary(r, node, B::kSub, x, reduced_in_pieces(r, node, x, F::kMax));
    const ValueId powers = unary(r, node, {UnaryFunction::kExp, 0, 0}, shifted);
    const ValueId sum = reduced_in_pieces(r, node, powers, F::kSum);
    const ValueId share = unary(r, node, {UnaryFunction::kReciprocal, 0, 0}, sum);
    r.finish(node, Reshape{}, {binary(r, node, B::kMul, powers, share)});
    return true;
  }
  const ValueId centred = binary(r, node, B::kSub, x, reduced_in_pieces(r, node, x, F::kMean));
  const ValueId variance = reduced_in_pieces(r, node, binary(r, node, B::kMul, centred, centred), F::kMean);
  const ValueId shifted = unary(r, node, {UnaryFunction::kAffine, 1, node.as<LayerNorm>().epsilon}, variance);
  ValueId y = binary(r, node, B::kMul, centred, unary(r, node, {UnaryFunction::kRsqrt, 0, 0}, shifted));
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    Value row = r.value(node.inputs[i]);
    row.shape = {1, 1, rows[2]};
    y = binary(r, node, i == 1 ? B::kMul : B::kAdd, y, r.graph().add_value(std::move(row)));
  }
  r.finish(node, Reshape{}, {y});
  return true;
}

}  // namespace bmemu::kernels
