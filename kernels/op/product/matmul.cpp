// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Matrix multiplication, tiled, with double buffering.
#include <cmath>
#include <string>

#include "isa/error.h"
#include "kernels/op/product/product.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

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
      emit_lane_rows(context, e);
  }
};

}  // namespace

Problem problem_of(const NodeContext& context) {
  const Shape& left = context.input(0).shape;
  const Shape& right = context.input(1).shape;
  return {left[0], left[1], left[2], right[2]};
}

GlobalMatrix matrix_of(const Storage& s, std::int64_t batch) {
  const std::int64_t bytes = element_bytes(s.type);
  return {s.address + static_cast<std::uint64_t>(batch * s.stride[0] * bytes), s.stride[1], s.stride[2], bytes};
}

std::vector<Step> steps_of(const Problem& p, std::int64_t tm, std::int64_t tk, std::int64_t tn) {
  std::vector<Step> steps;
  for (std::int64_t b = 0; b < p.b; ++b)
    for (std::int64_t n = 0; n < p.n; n += tn)
      for (std::int64_t m = 0; m < p.m; m += tm)
        for (std::int64_t k = 0; k < p.k; k += tk)
          steps.push_back(
              {b, m, std::min(tm, p.m - m), n, std::min(tn, p.n - n), k, std::min(tk, p.k - k), k == 0, k + tk >= p.k});
  return steps;
}

std::vector<std::size_t> tile_numbers(const std::vector<Step>& steps, std::int64_t Step::*row) {
  std::vector<std::size_t> numbers(steps.size(), 0);
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const Step &s = steps[i], &before = steps[i - 1];
    const bool stays = s.b == before.b && s.k0 == before.k0 && s.*row == before.*row;
    numbers[i] = numbers[i - 1] + (stays ? 0 : 1);
  }
  return numbers;
}

void require_tiles(const NodeContext& context, double least_cost) {
  if (std::isfinite(least_cost)) return;
  throw Error({"E-KERNELS-MEMORY", context.node.name, text(context.output().shape),
               std::to_string(context.chip.local_memory.lane_bytes) + " bytes of a lane",
               "no tile of the product fits into local memory"});
}

const GlobalKernel& matmul_kernel() {
  static const MatmulKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
