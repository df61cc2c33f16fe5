// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Products of matrices with a row in a lane: 16-bit floats and bytes on BM1684X.
#include <algorithm>
#include <limits>

#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/cost_model.h"
#include "kernels/op/product/product.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {

using isa::DataType;

void round_to(Bm1684xTiu& tiu, const LocalTensor& out, const LocalTensor& sums, const Value& value) {
  if (!value.quantisation) return tiu.cast(out, sums, Rounding::kHalfEven);
  tiu.arithmetic(Arithmetic::kMul, sums, sums, Operand::constant(1.0F / value.quantisation->scale()));
  tiu.cast(out, sums, Rounding::kHalfAway);
}

void emit_lane_rows(const NodeContext& context, GlobalEmission& e) {
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
    return 2 * (bytes(type, m, k) + bytes(right_type, k, n) + bytes(out_type, m, n) + bytes(wide, lanes, n)) +
           bytes(wide, m, n);
  };
  // Floats are summed in groups of 32: cuts between them change no sum.
  const std::int64_t k_unit = lanes % 32 == 0 ? lanes : 32;
  const std::int64_t units = chip.tiu.eu_bytes;
  std::int64_t tm = std::min(p.m, lanes), tn = std::min<std::int64_t>(p.n, 32), tk = std::min(p.k, k_unit);
  double least = std::numeric_limits<double>::infinity();
  const double start = 1.3 * chip.silicon.dma_start_ns;
  const auto load_cycles = [&](std::int64_t rows, std::int64_t columns, DataType element, bool in_order) {
    return double(rows) *
           std::max(double(columns * element_bytes(element)) / kLoadRate, CostModel::load_row_cycles(chip, in_order));
  };
  const auto cut = [](std::int64_t size, std::int64_t pieces, std::int64_t unit) {
    return std::min(size, align_up(ceil_div(size, pieces), unit));
  };
  for (std::int64_t cut_m = 1; cut_m <= ceil_div(p.m, lanes); cut_m *= 2)
    for (std::int64_t cut_n = 1; cut_n <= ceil_div(p.n, 32); cut_n *= 2)
      for (std::int64_t cut_k = 1; cut_k <= ceil_div(p.k, k_unit); cut_k *= 2) {
        const std::int64_t m = cut(p.m, cut_m, lanes), n = cut(p.n, cut_n, 32), k = cut(p.k, cut_k, k_unit);
        if (need(m, n, k) > chip.local_memory.lane_bytes) continue;
        const double ms = double(ceil_div(p.m, m)), ns = double(ceil_div(p.n, n)), ks = double(ceil_div(p.k, k));
        const double after = is_integer ? 3 : 2;  // bias, then cast or requantisation
        const double compute =
            double(ceil_div(m, lanes)) *
                (double(ceil_div(n, 4)) * double(ceil_div(k, std::max<std::int64_t>(units / element_bytes(type), 1))) +
                 after * double(ceil_div(n * 4, units)) / ks) +
            30 * (1 + after);
        // A side stays where it is while the other one moves on.
        const double lefts = ms * ks > 1 ? 1 : 1 / ns, rights = ks > 1 ? 1 : 1 / ms;
        const double row = std::max(double(n * element_bytes(out_type)) / kStoreRate, chip.silicon.dma_row_cycles);
        const double transfer = (load_cycles(m, k, type, k == p.k) + start) * lefts +
                                (load_cycles(k, n, right_type, n == p.n) + start) * rights +
                                (double(m) * row + start) / ks;
        const double cost = double(p.b) * ms * ns * ks * std::max(compute, transfer) + std::min(compute, transfer);
        if (cost < least) least = cost, tm = m, tn = n, tk = k;
      }
  require_tiles(context, least);
  const std::vector<Step> steps = steps_of(p, tm, tk, tn);
  const std::int64_t left_bytes = bytes(type, tm, tk), right_bytes = bytes(right_type, tk, tn),
                     out_bytes = bytes(out_type, tm, tn), bias_bytes = bytes(wide, lanes, tn);
  const std::int64_t right0 = 2 * left_bytes, out0 = right0 + 2 * right_bytes, bias0 = out0 + 2 * out_bytes,
                     sum0 = bias0 + 2 * bias_bytes;
  const bool has_bias = e.inputs.size() > 2;
  const auto at = [&](std::size_t i, std::int64_t base, std::int64_t size) {
    return e.placed(base + std::int64_t(i % 2) * size);
  };
  const auto load_rows = [&](const LocalTensor& to, const GlobalMatrix& from, std::int64_t row, std::int64_t column) {
    e.dma.load(to, plain_tensor(from.at(row, column), to.shape, {1, from.row_stride, 1, from.column_stride}, to.type));
  };
  const std::vector<std::size_t> lefts = tile_numbers(steps, &Step::m0), rights = tile_numbers(steps, &Step::n0);
  const auto load = [&](std::size_t i) {
    const Step& s = steps[i];
    if (is_new(lefts, i))
      load_rows(aligned_tensor(chip, type, {1, s.m, 1, s.k}, at(lefts[i], 0, left_bytes)), matrix_of(e.inputs[0], s.b),
                s.m0, s.k0);
    if (is_new(rights, i))
      load_rows(aligned_tensor(chip, right_type, {1, s.k, 1, s.n}, at(rights[i], right0, right_bytes)),
                matrix_of(e.inputs[1], s.b), s.k0, s.n0);
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
    const LocalTensor sum = aligned_tensor(chip, wide, {1, s.m, 1, s.n}, e.placed(sum0, element_bytes(wide)));
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
      round_to(tiu, out, sum, context.output());
    }
    const GlobalMatrix to = matrix_of(e.output, s.b);
    e.dma.store(plain_tensor(to.at(s.m0, s.n0), out.shape, {1, to.row_stride, 1, to.column_stride}, out_type), out);
  }
}

}  // namespace bmemu::kernels
