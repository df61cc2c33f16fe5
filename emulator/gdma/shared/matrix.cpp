// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/matrix.h"

#include <algorithm>

namespace bmemu::emulator::gdma {

void add_matrix_moves(Movement& movement, const MatrixCopy& matrix, const isa::ChipSpec& chip) {
  const std::int64_t element = bits(matrix.format) / 8;
  const std::uint32_t rows = matrix.transposed ? matrix.system_columns : matrix.system_rows;
  const std::uint32_t columns = matrix.transposed ? matrix.system_rows : matrix.system_columns;
  const std::int64_t row_step = matrix.transposed ? element : matrix.system_row_stride;
  const std::int64_t column_step = matrix.transposed ? matrix.system_row_stride : element;
  movement.source_bytes += std::uint64_t{rows} * columns * static_cast<std::uint64_t>(element);
  const std::uint32_t width = matrix.columns_per_lane;
  if (width == 0) return;

  OperandView local;
  local.format = matrix.format;
  local.space = matrix.local.space;
  local.address = matrix.local.address;
  local.shape = {rows, (columns + width - 1) / width, 1, width};
  local.stride = matrix.local_stride;
  OperandView system;
  system.format = matrix.format;
  system.space = matrix.system.space;
  system.address = matrix.system.address;
  system.shape = local.shape;
  system.stride = {row_step, column_step * width, 0, column_step};

  const auto add = [&](const OperandView& local_part, const OperandView& system_part) {
    if (is_empty(local_part)) return;
    Move move;
    move.from = matrix.to_system ? local_part : system_part;
    move.to = matrix.to_system ? system_part : local_part;
    movement.moves.push_back(move);
  };
  const std::uint32_t full = columns / width;
  add(slice(local, 1, 0, full, chip), slice(system, 1, 0, full, chip));
  if (columns % width != 0)
    add(slice(slice(local, 1, full, 1, chip), 3, 0, columns % width, chip),
        slice(slice(system, 1, full, 1, chip), 3, 0, columns % width, chip));
}

void add_linear_moves(Movement& movement, Start from, Start to, std::uint64_t elements, const OperandView& like,
                      const isa::ChipSpec& chip) {
  const bool fill = movement.action == Action::kFill;
  const auto element = static_cast<std::uint64_t>(bits(like.format) / 8);
  while (elements > 0) {
    Move move;
    move.to = linear(to, elements, like, chip).front();
    std::uint32_t take = move.to.shape[3];
    if (!fill) {
      move.from = linear(from, elements, like, chip).front();
      take = std::min(take, move.from.shape[3]);
      move.from.shape[3] = take;
    }
    move.to.shape[3] = take;
    movement.moves.push_back(move);
    from.address += take * element;
    to.address += take * element;
    elements -= take;
  }
}

}  // namespace bmemu::emulator::gdma
