// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/rows/row_reduction.h"

#include <algorithm>

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kMostLines = 4096;    ///< of one window, well inside of the fields
constexpr std::int64_t kLongestLine = 2048;  ///< that is reduced element by element
constexpr std::int64_t kUnits = 16;          ///< elements that a lane adds in a cycle
constexpr std::int64_t kStart = 16;          ///< cycles of a command more, shared by the rows of a lane

std::int64_t cycles(std::int64_t columns) {
  const RowFold fold = row_fold(columns);
  if (fold.lines == 1) return columns;
  const std::int64_t first = fold.lines * ceil_div(fold.length, kUnits);
  return fold.length == 1 ? first : first + kStart + cycles(fold.length);
}

WindowCommand window_over(RowFunction function, const LocalTensor& out, const LocalTensor& in, std::int64_t h,
                          std::int64_t w) {
  WindowCommand command;
  command.kind = function == RowFunction::kMax ? Pooling::kMax : Pooling::kAverage;
  command.out = out;
  command.in = in;
  command.window.kernel_h = h;
  command.window.kernel_w = w;
  command.factor = function == RowFunction::kMean ? 1.0F / float(h * w) : 1.0F;
  return command;
}

LocalTensor line_of(const isa::ChipSpec& chip, const LocalTensor& in, std::int64_t length, std::int64_t offset) {
  return aligned_tensor(chip, in.type, {in.shape[0], in.shape[1], 1, length}, offset, in.lane);
}

}  // namespace

RowFold row_fold(std::int64_t columns) {
  RowFold best{1, columns};
  std::int64_t least = columns <= kLongestLine ? columns : columns * kLongestLine;
  for (std::int64_t lines = 2; lines <= std::min(columns, kMostLines); ++lines) {
    const std::int64_t length = columns / lines;
    if (columns % lines != 0 || length > kLongestLine * kMostLines) continue;
    const std::int64_t first = lines * ceil_div(length, kUnits);
    if (first >= least) continue;
    const std::int64_t all = length == 1 ? first : first + kStart + cycles(length);
    if (all < least) best = {lines, length}, least = all;
  }
  return best;
}

bool folds_well(std::int64_t columns) {
  const RowFold fold = row_fold(columns);
  return fold.lines == 1 ? columns <= kLongestLine : fold.length == 1 || folds_well(fold.length);
}

WindowCommand column_window(RowFunction function, const LocalTensor& out, const LocalTensor& in, std::int64_t lines) {
  return window_over(function, out, in, lines, 1);
}

std::int64_t row_reduction_bytes(const isa::ChipSpec& chip, const Dims& in) {
  std::int64_t bytes = 0;
  for (RowFold fold = row_fold(in[3]); fold.lines > 1 && fold.length > 1; fold = row_fold(fold.length))
    bytes += align_up(lane_bytes(aligned_tensor(chip, isa::DataType::kF32, {in[0], in[1], 1, fold.length}), chip),
                      chip.tiu.eu_bytes);
  return bytes;
}

void reduce_rows(Tiu& tiu, const isa::ChipSpec& chip, RowFunction function, const LocalTensor& out,
                 const LocalTensor& in, std::int64_t scratch) {
  const RowFold fold = row_fold(in.shape[3]);
  if (fold.lines == 1) return tiu.window(window_over(function, out, in, 1, in.shape[3]));
  LocalTensor plane = in;
  plane.shape = {in.shape[0], in.shape[1], fold.lines, fold.length};
  plane.stride[2] = fold.length;
  if (fold.length == 1) return tiu.window(column_window(function, out, plane, fold.lines));
  const LocalTensor line = line_of(chip, in, fold.length, scratch);
  tiu.window(column_window(function, line, plane, fold.lines));
  const std::int64_t rest = scratch + align_up(lane_bytes(line, chip), chip.tiu.eu_bytes);
  reduce_rows(tiu, chip, function, out, line, rest);
}

}  // namespace bmemu::kernels
