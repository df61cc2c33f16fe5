// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Products of matrices, attention that is made of them, and the turns of its rows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

constexpr float kNothing = std::numeric_limits<float>::lowest();  ///< a score that leaves no weight

/// alpha * A' * B' + beta * C.
void gemm(NodeImport& node) {
  Operand a = node.as_float(node.input(0)), b = node.as_float(node.input(1));
  if (node.shape(a).size() != 2 || node.shape(b).size() != 2) throw Unsupported{"matrices that are not of rank 2"};
  if (node.integer("transA", 0) != 0) a = node.permute(a, {1, 0});
  if (node.integer("transB", 0) != 0) b = node.permute(b, {1, 0});
  const float alpha = node.number("alpha", 1), beta = node.number("beta", 1);
  if (alpha != 1) b = node.unary(U::kAffine, b, alpha);
  const std::int64_t m = node.shape(a)[0], n = node.shape(b)[1];
  a = node.reshape(a, {1, m, node.shape(a)[1]});
  b = node.reshape(b, {1, node.shape(b)[0], n});
  if (!node.has(2) || beta == 0) return node.result(node.reshape(node.matmul(a, b), {m, n}));
  Operand c = node.as_float(node.input(2));
  if (beta != 1) c = node.unary(U::kAffine, c, beta);
  const Shape& shape = node.shape(c);
  const bool is_row = node.is_constant(c) && (shape == Shape{n} || shape == Shape{1, n});
  if (is_row) return node.result(node.reshape(node.matmul(a, b, node.reshape(c, {n})), {m, n}));
  node.result(node.binary(B::kAdd, node.reshape(node.matmul(a, b), {m, n}), c));
}

/// Batch dimensions of both sides made one; a right side without batch is shared.
void matmul(NodeImport& node) {
  Operand a = node.as_float(node.input(0)), b = node.as_float(node.input(1));
  Shape left = node.shape(a), right = node.shape(b);
  if (left.empty() || right.empty()) throw Unsupported{"a scalar"};
  const bool is_row = left.size() == 1, is_column = right.size() == 1;
  if (is_row) left.insert(left.begin(), 1);
  if (is_column) right.push_back(1);
  const std::int64_t m = left[left.size() - 2], k = left.back(), n = right.back();
  if (right[right.size() - 2] != k) throw Unsupported{"inner dimensions differ"};
  Shape left_batch(left.begin(), left.end() - 2), right_batch(right.begin(), right.end() - 2);
  const std::size_t rank = std::max(left_batch.size(), right_batch.size());
  left_batch.insert(left_batch.begin(), rank - left_batch.size(), 1);
  right_batch.insert(right_batch.begin(), rank - right_batch.size(), 1);
  Shape batch = left_batch;
  for (std::size_t i = 0; i < rank; ++i) {
    if (left_batch[i] != right_batch[i] && left_batch[i] != 1 && right_batch[i] != 1)
      throw Unsupported{"batches differ"};
    batch[i] = left_batch[i] == 1 ? right_batch[i] : left_batch[i];
  }
  Shape shape = batch;
  if (!is_row) shape.push_back(m);
  if (!is_column) shape.push_back(n);
  if (elements(right_batch) == 1) {
    a = node.reshape(a, {1, elements(batch) * m, k});
    b = node.reshape(b, {1, k, n});
    return node.result(node.reshape(node.matmul(a, b), shape));
  }
  const auto with = [](Shape list, std::int64_t rows, std::int64_t columns) {
    list.push_back(rows);
    list.push_back(columns);
    return list;
  };
  a = node.broadcast(node.reshape(a, with(left_batch, m, k)), with(batch, m, k));
  b = node.broadcast(node.reshape(b, with(right_batch, k, n)), with(batch, k, n));
  a = node.reshape(a, {elements(batch), m, k});
  b = node.reshape(b, {elements(batch), k, n});
  node.result(node.reshape(node.matmul(a, b), shape));
}

/// (images, heads, rows, columns) of what is so already, or of rows that hold all heads side by side.
Operand by_heads(NodeImport& node, Operand x, std::int64_t heads) {
  const Shape shape = node.shape(x);
  if (shape.size() == 4) return x;
  if (shape.size() != 3 || heads < 1 || shape[2] % heads != 0)
    throw Unsupported{fmt::format("a tensor of shape {} with {} heads", text(shape), heads)};
  return node.permute(node.reshape(x, {shape[0], shape[1], heads, shape[2] / heads}), {0, 2, 1, 3});
}

Operand as_before(NodeImport& node, Operand x, std::size_t rank) {
  if (rank == 4) return x;
  const Shape shape = node.shape(x);
  return node.reshape(node.permute(x, {0, 2, 1, 3}), {shape[0], shape[2], shape[1] * shape[3]});
}

/// Each head as often as it has readers.
Operand repeated(NodeImport& node, Operand x, std::int64_t heads) {
  const Shape s = node.shape(x);
  if (s[1] == heads) return x;
  if (s[1] < 1 || heads % s[1] != 0) throw Unsupported{fmt::format("{} heads read {}", heads, s[1])};
  const Operand one = node.reshape(x, {s[0], s[1], 1, s[2], s[3]});
  return node.reshape(node.broadcast(one, {s[0], s[1], heads / s[1], s[2], s[3]}), {s[0], heads, s[2], s[3]});
}

/// 0 where a row looks at a column, else a number that leaves nothing of a softmax.
Operand causal_mask(NodeImport& node, std::int64_t rows, std::int64_t columns) {
  std::vector<float> mask;
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j) mask.push_back(j <= i ? 0 : kNothing);
  return node.constant({1, 1, rows, columns}, std::move(mask));
}

void attention(NodeImport& node) {
  for (const std::size_t input : {4U, 5U, 6U})
    if (node.has(input)) throw Unsupported{"keys and values of before"};
  if (node.has_output(3) || node.number("softcap", 0) != 0) throw Unsupported{"scores as a result, or a cap of them"};
  const std::size_t rank = node.shape(node.input(0)).size();
  const Operand q = by_heads(node, node.as_float(node.input(0)), node.integer("q_num_heads", 0));
  const std::int64_t heads = node.shape(q)[1], sources = node.integer("kv_num_heads", 0);
  const Operand keys = by_heads(node, node.as_float(node.input(1)), sources),
                values = by_heads(node, node.as_float(node.input(2)), sources);
  const Operand k = repeated(node, keys, heads), v = repeated(node, values, heads);
  const Shape sq = node.shape(q), sk = node.shape(k), sv = node.shape(v);
  const std::int64_t all = sq[0] * heads;
  const Operand turned = node.permute(node.reshape(k, {all, sk[2], sk[3]}), {0, 2, 1});
  Operand scores = node.matmul(node.reshape(q, {all, sq[2], sq[3]}), turned);
  scores = node.unary(U::kAffine, scores, node.number("scale", 1.0F / std::sqrt(static_cast<float>(sq[3]))));
  scores = node.reshape(scores, {sq[0], heads, sq[2], sk[2]});
  if (node.has(3)) {
    Operand mask = node.input(3);
    if (mask.kind == Kind::kBool) {
      const std::size_t mask_rank = node.shape(mask).size();
      mask = node.emit(Select{}, {node.as_float(mask), node.scalar(0, mask_rank), node.scalar(kNothing, mask_rank)});
    }
    mask.kind = Kind::kFloat;
    scores = node.binary(B::kAdd, scores, mask);
  }
  if (node.integer("is_causal", 0) != 0) scores = node.binary(B::kAdd, scores, causal_mask(node, sq[2], sk[2]));
  const Operand weights = node.reshape(node.emit(Softmax{3}, {scores}), {all, sq[2], sk[2]});
  const Operand sums = node.matmul(weights, node.reshape(v, {all, sv[2], sv[3]}));
  const Operand y = node.reshape(sums, {sq[0], heads, sq[2], sv[3]});
  node.result(as_before(node, y, rank));
  node.result(keys, 1);
  node.result(values, 2);
}

/// Pairs of columns turned by an angle: cosines and sines for each row, or for each position.
void rotary_embedding(NodeImport& node) {
  const Operand x = node.as_float(node.input(0));
  const std::size_t rank = node.shape(x).size();
  const Operand by_head = by_heads(node, x, node.integer("num_heads", 0));
  const Shape shape = node.shape(by_head);
  std::int64_t turned = node.integer("rotary_embedding_dim", 0);
  if (turned == 0) turned = shape[3];
  const std::int64_t pairs = turned / 2;
  const auto angles = [&](std::size_t input) {
    Operand cache = node.as_float(node.input(input));
    if (node.has(3)) cache = node.emit(Gather{0}, {cache, node.as_index(node.input(3))});
    const Shape now = node.shape(cache);
    if (now.size() != 3 || now[2] < pairs) throw Unsupported{fmt::format("angles of shape {}", text(now))};
    return node.reshape(node.slice(cache, 2, 0, pairs), {now[0], 1, now[1], pairs});
  };
  const Operand cosine = angles(1), sine = angles(2);
  const bool is_interleaved = node.integer("interleaved", 0) != 0;
  const auto part = [&](std::int64_t which) {
    if (!is_interleaved) return node.slice(by_head, 3, which * pairs, pairs);
    const Operand split = node.reshape(node.slice(by_head, 3, 0, turned), {shape[0], shape[1], shape[2], pairs, 2});
    return node.reshape(node.slice(split, 4, which, 1), {shape[0], shape[1], shape[2], pairs});
  };
  const Operand a = part(0), b = part(1);
  Operand first = node.binary(B::kSub, node.binary(B::kMul, a, cosine), node.binary(B::kMul, b, sine));
  Operand second = node.binary(B::kAdd, node.binary(B::kMul, a, sine), node.binary(B::kMul, b, cosine));
  Operand y{};
  if (is_interleaved) {
    const Shape single{shape[0], shape[1], shape[2], pairs, 1};
    y = node.emit(Concat{4}, {node.reshape(first, single), node.reshape(second, single)});
    y = node.reshape(y, {shape[0], shape[1], shape[2], turned});
  } else {
    y = node.emit(Concat{3}, {first, second});
  }
  if (turned < shape[3]) y = node.emit(Concat{3}, {y, node.slice(by_head, 3, turned, shape[3] - turned)});
  node.result(as_before(node, y, rank));
}

}  // namespace

void add_matrix_operators(ImporterTable& table) {
  table.insert({{"Attention", attention}, {"Gemm", gemm}, {"MatMul", matmul}, {"RotaryEmbedding", rotary_embedding}});
}

}  // namespace bmemu::kernels::onnx_import
