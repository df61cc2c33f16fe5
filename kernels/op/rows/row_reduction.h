// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Reduces rows of f32 that lie in lanes. The order of a sum follows from the length of the row alone: it is the same on
// every chip and in every slice.
#pragma once

#include "kernels/builder/tiu.h"

namespace bmemu::kernels {

enum class RowFunction : std::uint8_t { kSum, kMean, kMax };

/// A row as lines of equal length below each other, which one window reduces to one line; one line: it is reduced as it
/// is.
struct RowFold {
  std::int64_t lines = 1, length = 1;
};
RowFold row_fold(std::int64_t columns);

/// Whether no command reduces more than a few thousand elements one after the other.
bool folds_well(std::int64_t columns);

/// The window that reduces `lines` elements below each other, for one line of results.
WindowCommand column_window(RowFunction function, const LocalTensor& out, const LocalTensor& in, std::int64_t lines);

/// Scratch of `reduce_rows` for rows of `in`, in a lane.
std::int64_t row_reduction_bytes(const isa::ChipSpec& chip, const Dims& in);

/// (n, c, 1, w) to (n, c, 1, 1). A row is folded into lines, which a window reduces to one, until one element is left:
/// all execution units of a lane work on a line.
void reduce_rows(Tiu& tiu, const isa::ChipSpec& chip, RowFunction function, const LocalTensor& out,
                 const LocalTensor& in, std::int64_t scratch);

}  // namespace bmemu::kernels
