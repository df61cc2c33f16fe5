// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/rows/row_reduction.h"

#include <algorithm>
#include <limits>

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kLongestWindow = 4096;  ///< of one command, well inside of the fields

/// Lines that a row of w elements is folded to: lines * length = w, with the fewest passes.
std::int64_t folded_lines(const isa::ChipSpec& chip, std::int64_t w) {
  const std::int64_t units = std::max<std::int64_t>(chip.tiu.eu_bytes / 4, 1);
  std::int64_t best = 1, best_cost = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t lines = 1; lines <= std::min(w, kLongestWindow); ++lines) {
    if (w % lines != 0 || w / lines > kLongestWindow) continue;
    const std::int64_t cost = lines * ceil_div(w / lines, units) + w / lines;
    if (cost < best_cost) best = lines, best_cost = cost;
  }
  return best;
}

WindowCommand window_over(Pooling kind, const LocalTensor& out, const LocalTensor& in, std::int64_t h, std::int64_t w,
                          float factor) {
  WindowCommand command;
  command.kind = kind;
  command.out = out;
  command.in = in;
  command.window.kernel_h = h;
  command.window.kernel_w = w;
  command.factor = factor;
  return command;
}

}  // namespace

std::int64_t row_reduction_bytes(const isa::ChipSpec& chip, const Dims& in) {
  const std::int64_t length = in[3] / folded_lines(chip, in[3]);
  return align_up(lane_bytes(aligned_tensor(chip, isa::DataType::kF32, {in[0], in[1], 1, length}), chip),
                  chip.tiu.eu_bytes);
}

void reduce_rows(Tiu& tiu, const isa::ChipSpec& chip, Pooling kind, const LocalTensor& out, const LocalTensor& in,
                 float factor, std::int64_t scratch) {
  const std::int64_t w = in.shape[3], lines = folded_lines(chip, w), length = w / lines;
  if (lines == 1) {
    tiu.window(window_over(kind, out, in, 1, w, factor));
    return;
  }
  LocalTensor plane = in;
  plane.shape = {in.shape[0], in.shape[1], lines, length};
  plane.stride[2] = length;
  const LocalTensor line =
      length == 1 ? out : aligned_tensor(chip, in.type, {in.shape[0], in.shape[1], 1, length}, scratch, in.lane);
  tiu.window(window_over(kind, line, plane, lines, 1, length == 1 ? factor : 1.0F));
  if (length > 1) tiu.window(window_over(kind, out, line, 1, length, factor));
}

}  // namespace bmemu::kernels
