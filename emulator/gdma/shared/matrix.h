// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Copies between a row-major matrix in system memory and the matrix layout of local memory (both chips).
#pragma once

#include <cstdint>

#include "emulator/gdma/shared/movement.h"
#include "emulator/gdma/shared/views.h"

namespace bmemu::emulator::gdma {

/// Matrix layout: row r, column j of the local matrix is element n = r, c = j / columns_per_lane, w = the rest.
/// The local matrix has the system matrix's rows and columns, exchanged when `transposed`.
struct MatrixCopy {
  DataType format = DataType::kF32;
  bool transposed = false;
  bool to_system = false;
  Start system;
  Start local;
  std::uint32_t system_rows = 0;
  std::uint32_t system_columns = 0;
  std::int64_t system_row_stride = 0;  ///< bytes
  std::uint32_t columns_per_lane = 0;
  Strides local_stride{};
};

/// Adds the moves (one for the full lanes, one for a last lane that is only partly filled) and the source's bytes.
/// Observed (functional models): columns beyond the matrix in the last lane are neither read nor written.
void add_matrix_moves(Movement& movement, const MatrixCopy& matrix, const isa::ChipSpec& chip);

/// Adds the moves of a copy of `elements` neighbours in address order, cut where a lane ends on either side.
void add_linear_moves(Movement& movement, Start from, Start to, std::uint64_t elements, const OperandView& like,
                      const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::gdma
