// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Maximum and average over sliding windows.
#include <algorithm>

#include "kernels/op/kernel.h"
#include "kernels/op/weights.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

WindowAxis axis_of(const Pool& pool, std::size_t i) {
  return {pool.kernel[i], pool.stride[i], 1, pool.pad_begin[i], pool.pad_end[i], 0};
}

/// Whether the average must be corrected at the edges.
bool counts_inside_only(const Pool& pool) {
  return pool.kind == PoolKind::kAverage && !pool.count_pad &&
         (pool.pad_begin[1] > 0 || pool.pad_begin[2] > 0 || pool.pad_end[1] > 0 || pool.pad_end[2] > 0);
}

class PoolKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const Pool& pool = context.node.as<Pool>();
    if (context.input(0).shape.size() > 4) return {};
    for (const std::size_t i : {1U, 2U})
      if (pool.stride[i] > 15 || pool.pad_begin[i] > 15 || pool.pad_end[i] > 15) {
        // A window over everything has one place, whatever its stride.
        const Dims out = dims_of(View::kImage, context.output().shape);
        if (out[i + 1] != 1 || pool.pad_begin[i] > 15 || pool.pad_end[i] > 15) return {};
      }
    return {View::kImage};
  }

  Region needs(const NodeContext& context, View, std::size_t, const Region& out) const override {
    const Pool& pool = context.node.as<Pool>();
    const Dims in = dims_of(View::kImage, context.input(0).shape);
    Region region = out;
    const WindowNeed h = need_of(axis_of(pool, 1), out.begin[2], out.end[2], in[2]);
    const WindowNeed w = need_of(axis_of(pool, 2), out.begin[3], out.end[3], in[3]);
    region.begin[2] = h.begin, region.end[2] = h.end;
    region.begin[3] = w.begin, region.end[3] = w.end;
    return region;
  }

  bool takes_parts(const NodeContext&) const override { return false; }

  /// What the average at the edges is multiplied with: taps of the window over taps inside.
  std::vector<Parameter> parameters(const NodeContext& context) const override {
    const Pool& pool = context.node.as<Pool>();
    if (!counts_inside_only(pool)) return {};
    const Dims in = dims_of(View::kImage, context.input(0).shape), out = dims_of(View::kImage, context.output().shape);
    const auto inside = [&](std::size_t i, std::int64_t at, std::int64_t size) {
      const std::int64_t first = at * pool.stride[i] - pool.pad_begin[i];
      return std::max<std::int64_t>(std::min(first + pool.kernel[i], size) - std::max<std::int64_t>(first, 0), 1);
    };
    std::vector<float> factors;
    for (std::int64_t y = 0; y < out[2]; ++y)
      for (std::int64_t x = 0; x < out[3]; ++x)
        factors.push_back(float(pool.kernel[1] * pool.kernel[2]) / float(inside(1, y, in[2]) * inside(2, x, in[3])));
    Parameter parameter;
    parameter.shape = {1, 1, out[2], out[3]};
    parameter.is_compact = false;
    parameter.for_all_lanes = true;
    parameter.type = context.output().type;
    parameter.data = packed_bytes(Constant{std::move(factors)}, parameter.type);
    return {parameter};
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    const Pool& pool = context.node.as<Pool>();
    if (!has_two_steps(context)) return 0;
    return lane_bytes(aligned_tensor(context.chip, context.output().type, {out[0], out[1], 1, pool.kernel[2]}),
                      context.chip);
  }

  double cycles(const NodeContext& context, View, const Dims& out) const override {
    const Pool& pool = context.node.as<Pool>();
    const double factor = pool.stride[1] > 1 && pool.stride[2] > 1 && !context.is_bm1684() ? 3 : 1;
    const double taps =
        has_two_steps(context) ? double(pool.kernel[1] + pool.kernel[2]) : double(pool.kernel[1] * pool.kernel[2]);
    return double(out[0] * ceil_div(out[1], context.chip.tiu.lanes) * ceil_div(out[2] * out[3], 16)) * taps * factor +
           66;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const Pool& pool = context.node.as<Pool>();
    const LocalTensor& out = e.output.tensor;
    const WindowCommand command = pool_command(context, e);
    if (has_two_steps(context)) {
      in_two_steps(context, e, command);
    } else {
      e.tiu.window(command);
    }
    if (!e.parameters.empty()) {
      LocalTensor factors = part_of(e.parameters[0], {0, 0, e.output.region.begin[2], e.output.region.begin[3]},
                                    {1, 1, out.shape[2], out.shape[3]}, context.chip);
      factors.stride[0] = factors.stride[1] = 0;
      factors.shape = out.shape;
      e.tiu.arithmetic(Arithmetic::kMul, out, out, factors);
    }
    apply_activation(e.tiu, out, pool.activation);
  }

 private:
  /// Asks for the whole result: the order of a sum is the same in every slice.
  static bool has_two_steps(const NodeContext& context) {
    const Pool& pool = context.node.as<Pool>();
    const Dims out = dims_of(View::kImage, context.output().shape);
    bool is_padded = false;
    for (const std::size_t i : {1U, 2U}) is_padded |= pool.pad_begin[i] > 0 || pool.pad_end[i] > 0;
    return out[2] * out[3] == 1 && pool.kernel[1] * pool.kernel[2] >= 32 && !is_padded;
  }

  /// Columns first, then the row that is left: a window of one place keeps one execution unit of a lane busy.
  static void in_two_steps(const NodeContext& context, Emission& e, const WindowCommand& whole) {
    WindowCommand columns = whole;
    columns.out =
        aligned_tensor(context.chip, whole.out.type, {whole.out.shape[0], whole.out.shape[1], 1, whole.window.kernel_w},
                       e.scratch, whole.out.lane);
    columns.window.kernel_w = columns.window.stride_w = 1;
    columns.factor = 1;
    e.tiu.window(columns);
    WindowCommand row = whole;
    row.in = columns.out;
    row.window.kernel_h = row.window.stride_h = 1;
    e.tiu.window(row);
  }
};

}  // namespace

WindowCommand pool_command(const NodeContext& context, const Emission& e) {
  const Pool& pool = context.node.as<Pool>();
  WindowCommand command;
  SlicedWindow sliced = sliced_window(context, e, axis_of(pool, 1), axis_of(pool, 2), true);
  // A window of one place has no stride.
  if (e.output.tensor.shape[2] == 1) sliced.window.stride_h = 1;
  if (e.output.tensor.shape[3] == 1) sliced.window.stride_w = 1;
  command.kind = pool.kind == PoolKind::kMax ? Pooling::kMax : Pooling::kAverage;
  command.out = e.output.tensor;
  command.in = sliced.input;
  command.window = sliced.window;
  command.factor = 1.0F / float(pool.kernel[1] * pool.kernel[2]);
  return command;
}

const Kernel& pool_kernel() {
  static const PoolKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
