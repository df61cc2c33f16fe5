// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What kernels share whose operator works along the last axis: a row in a lane. 16-bit floats are computed as f32.
#pragma once

#include <array>
#include <vector>

#include "kernels/op/elementwise.h"
#include "kernels/op/kernel.h"
#include "kernels/op/rows/row_reduction.h"

namespace bmemu::kernels {

class RowKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override;
  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override;
  bool can_cut(const NodeContext& context, View view, std::size_t dimension) const override;
  bool takes_parts(const NodeContext& context) const override;

 protected:
  /// The axis along which this node works; negative when it is none that a row can be.
  virtual std::int64_t axis_of(const NodeContext& context) const = 0;

  /// Sizes of the rows that a part of the output needs.
  static Dims rows_of(const NodeContext& context, View view, const Dims& out);
  /// Those rows in local memory.
  LocalTensor input_rows(const NodeContext& context, const Emission& e) const;
  /// One row of f32 for every lane.
  static Parameter row_of(std::vector<float> numbers);
  /// That row beside every row of `shape`.
  static LocalTensor beside_rows(LocalTensor row, const Dims& shape);
};

/// What a kernel along rows computes in: f32 tensors as large as the output, two numbers for each row, input and result
/// as f32 (16-bit floats are cast on their way in and, by `finish`, out), and memory for reductions of rows.
class WideRows {
 public:
  WideRows(const NodeContext& context, const Emission& e, std::size_t tensors);
  void finish();
  static std::int64_t bytes(const NodeContext& context, const Dims& out, std::size_t tensors);

  std::vector<LocalTensor> tensors;
  std::array<LocalTensor, 2> per_row;
  LocalTensor x, y;
  std::int64_t reduction_offset = 0;  ///< for `reduce_rows`

 private:
  const Emission& e_;
  bool is_narrow_;
};

}  // namespace bmemu::kernels
