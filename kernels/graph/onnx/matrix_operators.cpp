// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Products of matrices.
#include <algorithm>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using B = BinaryFunction;
using U = UnaryFunction;

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

}  // namespace

void add_matrix_operators(ImporterTable& table) { table.insert({{"Gemm", gemm}, {"MatMul", matmul}}); }

}  // namespace bmemu::kernels::onnx_import
