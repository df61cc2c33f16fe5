// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X DMA_matrix: between rows in system memory and the matrix layout of local memory.
#include "emulator/gdma/shared/matrix.h"

#include <fmt/format.h>

#include "emulator/gdma/bm1684x/fields.h"
#include "emulator/gdma/bm1684x/movement.h"

namespace bmemu::emulator::gdma {

Movement movement(const isa::bm1684x::DmaMatrix& command, const isa::ChipSpec& chip) {
  refuse_compression(command);
  if (command.operation() > isa::bm1684x::DmaMatrix::Op::kTranspose) throw unknown_function(command);
  const bool fill = command.fill_constant_en != 0;
  const DataType format = format_of(command.src_data_format, "src_data_format");
  const unsigned element = bits(format) / 8;
  const Start source = fill ? Start{} : start_of(command.source_address(), chip);
  const Start result = start_of(command.destination_address(), chip);
  const bool to_system = !fill && source.space == isa::Space::kLocal;
  if (!to_system && result.space != isa::Space::kLocal) throw unknown_function(command, Refusal::kMatrixSides);
  if (to_system && result.space == isa::Space::kLocal) throw unknown_function(command, Refusal::kMatrixSides);

  MatrixCopy matrix;
  matrix.format = format;
  matrix.transposed = command.operation() == isa::bm1684x::DmaMatrix::Op::kTranspose;
  matrix.to_system = to_system;
  matrix.system = to_system ? result : source;
  matrix.local = to_system ? source : result;
  const Fields& f = command;
  matrix.system_rows = size32(to_system ? f.dst_hsize : f.src_hsize);
  matrix.system_columns = size32(to_system ? f.dst_wsize : f.src_wsize);
  const std::uint64_t row_stride = to_system ? f.dst_hstride : f.src_hstride;
  const Shape local{size32(to_system ? f.src_nsize : f.dst_nsize), size32(to_system ? f.src_csize : f.dst_csize), 1,
                    size32(to_system ? f.src_wsize : f.dst_wsize)};
  matrix.columns_per_lane = local[3];
  if (f.stride_enable != 0) {
    matrix.system_row_stride = static_cast<std::int64_t>(row_stride * element);
    matrix.local_stride =
        in_bytes(to_system ? f.src_nstride : f.dst_nstride, to_system ? f.src_cstride : f.dst_cstride, 0, 1, element);
  } else {
    matrix.system_row_stride = static_cast<std::int64_t>(std::uint64_t{matrix.system_columns} * element);
    matrix.local_stride = dense_strides(matrix.local, local, element, chip);
  }

  Movement movement;
  movement.action = fill ? Action::kFill : Action::kCopy;
  movement.constant = static_cast<std::uint32_t>(command.constant_value);
  add_matrix_moves(movement, matrix, chip);
  set_direction(movement);
  keep_lanes(movement, command.lane_mask(), chip);
  return movement;
}

}  // namespace bmemu::emulator::gdma
