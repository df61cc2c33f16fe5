// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/bm1684/movement.h"

#include <fmt/format.h>

#include "emulator/gdma/shared/format_conversion.h"
#include "emulator/gdma/shared/matrix.h"
#include "emulator/operand/unknown_function.h"
#include "isa/encoding/codes.h"
#include "isa/error.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator::gdma {
namespace {

using isa::DmaDirection;
using isa::bm1684::Dma;

using Op = Dma::Op;

/// Codes of the GDMA; the TIU of this chip has others.
DataType format_of(std::uint64_t code, const char* field) {
  if (const auto type = isa::bm1684::dma_data_type(code)) return *type;
  throw Error({"E-OPERAND-FORMAT", fmt::format("GDMA field {}", field), std::to_string(code),
               "0 f32, 1 i16, 2 u8, 3 i8, 4 f16", "no element format has this code"});
}

std::uint32_t size32(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

struct Side {
  std::uint64_t address = 0;
  Shape shape{};
  std::array<std::uint64_t, 4> stride{};  ///< elements
};

Side source_of(const Dma& c) {
  return {c.source_address(),
          {size32(c.src_nsize), size32(c.src_csize), size32(c.src_hsize), size32(c.src_wsize)},
          {c.src_nstride, c.src_cstride, c.src_hstride, c.src_wstride}};
}
Side result_of(const Dma& c) {
  return {c.destination_address(),
          {size32(c.dst_nsize), size32(c.dst_csize), size32(c.dst_hsize), size32(c.dst_wsize)},
          {c.dst_nstride, c.dst_cstride, c.dst_hstride, c.dst_wstride}};
}

Direction direction_of(const Dma& c) {
  switch (static_cast<DmaDirection>(c.direction)) {
    case DmaDirection::kSystemToLocal: return Direction::kS2L;
    case DmaDirection::kLocalToSystem: return Direction::kL2S;
    case DmaDirection::kSystemToSystem: return Direction::kS2S;
    case DmaDirection::kLocalToLocal: return Direction::kL2L;
  }
  return Direction::kNone;
}

bool source_is_local(const Dma& c) {
  return c.direction == DmaDirection::kLocalToSystem || c.direction == DmaDirection::kLocalToLocal;
}
bool result_is_local(const Dma& c) {
  return c.direction == DmaDirection::kSystemToLocal || c.direction == DmaDirection::kLocalToLocal;
}

/// The LRN shift and the C/W transpose work inside local memory whatever direction and address say.
/// Observed (functional model): they use the address modulo the size of local memory.
bool is_always_local(const Dma& c) { return c.operation() == Op::kLrnShift || c.operation() == Op::kCwTranspose; }

Start start_of_side(const Dma& c, std::uint64_t address, bool local, const char* which, const isa::ChipSpec& chip) {
  const std::uint64_t local_bytes = bytes_of(isa::Space::kLocal, chip);
  if (is_always_local(c)) return {isa::Space::kLocal, (address - isa::kLocalBase) % local_bytes};
  const Start start = start_of(address, chip);
  if ((start.space == isa::Space::kLocal) != local)
    throw Error({"E-OPERAND-RANGE", fmt::format("GDMA {} of direction {}", which, c.direction),
                 fmt::format("0x{:x} in {}", address, isa::name(start.space)),
                 local ? "an address in local memory" : "an address outside local memory",
                 "the address is not in the memory that the direction names"});
  return start;
}

OperandView view_of(const Dma& c, const Side& side, bool local, const char* which, DataType format,
                    const isa::ChipSpec& chip) {
  const Start start = start_of_side(c, side.address, local, which, chip);
  const unsigned element = bits(format) / 8;
  OperandView view;
  view.space = start.space;
  view.address = start.address;
  view.format = format;
  view.shape = side.shape;
  if (c.stride_enable != 0) {
    for (unsigned d = 0; d < 4; ++d) view.stride[d] = static_cast<std::int64_t>(side.stride[d] * element);
  } else {
    view.stride = dense_strides(start, side.shape, element, chip);
  }
  return view;
}

void refuse_unknown(const Dma& c) {
  if (c.operation() > Op::kCwTranspose) throw unknown_function(c);
  if ((c.src_hshift | c.src_wshift | c.dst_hshift | c.dst_wshift) != 0)
    throw unknown_function(c, Refusal::kAddressShifts);
  if (c.sys_mem_type != 0 && c.operation() != Op::kCopy && c.operation() != Op::kTranspose)
    throw unknown_function(c, Refusal::kMatrixFunction);
}

/// Why the bytes of an accumulation are not known. Where they go is.
std::optional<Refusal> unknown_accumulation(const Dma& c) {
  if (c.acc_write_enable == 0) return std::nullopt;
  if (c.sys_mem_type != 0 || c.common_mode != 0) return Refusal::kAccumulatedMatrix;
  if (isa::bm1684::dma_data_type(c.src_data_format) == DataType::kF16) return Refusal::kAccumulatedHalves;
  const bool known = c.operation() == Op::kCopy || c.operation() == Op::kTranspose || c.operation() == Op::kConstant ||
                     c.operation() == Op::kLrnShift;
  if (known) return std::nullopt;
  return Refusal::kAccumulatedFunction;
}

/// Observed (functional model): integers are not added, an accumulation of them is a copy.
bool accumulates(const Dma& c) {
  return c.acc_write_enable != 0 && isa::bm1684::dma_data_type(c.src_data_format) == DataType::kF32;
}

Movement matrix(const Dma& c, const isa::ChipSpec& chip) {
  const bool to_system = source_is_local(c);
  if (to_system == result_is_local(c)) throw unknown_function(c, Refusal::kMatrixSides);
  const Side local = to_system ? source_of(c) : result_of(c);
  const Side system = to_system ? result_of(c) : source_of(c);
  MatrixCopy copy;
  copy.format = format_of(c.src_data_format, "src_data_format");
  const unsigned element = bits(copy.format) / 8;
  copy.transposed = c.operation() == Op::kTranspose;
  copy.to_system = to_system;
  copy.local = start_of_side(c, local.address, true, "local side", chip);
  copy.system = start_of_side(c, system.address, false, "system side", chip);
  copy.system_rows = system.shape[2];
  copy.system_columns = system.shape[3];
  copy.columns_per_lane = local.shape[3];
  if (c.stride_enable != 0) {
    copy.system_row_stride = static_cast<std::int64_t>(system.stride[2] * element);
    copy.local_stride = {static_cast<std::int64_t>(local.stride[0] * element),
                         static_cast<std::int64_t>(local.stride[1] * element), 0, element};
  } else {
    copy.system_row_stride = static_cast<std::int64_t>(std::uint64_t{copy.system_columns} * element);
    copy.local_stride = dense_strides(copy.local, {local.shape[0], local.shape[1], 1, local.shape[3]}, element, chip);
  }
  Movement movement;
  movement.action = Action::kCopy;
  add_matrix_moves(movement, copy, chip);
  return movement;
}

/// A copy inside local memory, and zeros in the lanes that the shift leaves: the `lrn_shift_num` channels after the
/// result (direction 0), or before it (direction 1).
/// Observed (functional model): the result has the strides of the source; an accumulation adds to the result and leaves
/// the other lanes alone.
Movement lrn_shift(const Dma& c, const isa::ChipSpec& chip) {
  const DataType format = format_of(c.src_data_format, "src_data_format");
  Side to = source_of(c);
  to.address = result_of(c).address;
  Move move;
  move.from = view_of(c, source_of(c), true, "source", format, chip);
  move.to = view_of(c, to, true, "result", format, chip);
  Movement movement;
  movement.action = Action::kCopy;
  movement.source_bytes = elements(move.from) * (bits(format) / 8);
  movement.moves.push_back(move);
  if (c.acc_write_enable != 0) {
    if (accumulates(c)) movement.action = Action::kAccumulate;
    return movement;
  }

  const isa::Lanes lanes(chip);
  const std::uint32_t count = size32(c.lrn_shift_num);
  Move zeros = move;
  zeros.fill = true;
  if (c.lrn_shift_dir == 0) {
    zeros.to = slice(move.to, 1, move.to.shape[1], count, chip);
    movement.moves.push_back(zeros);
    return movement;
  }
  const auto start = static_cast<std::uint32_t>(lanes.lane(move.to.address));
  const std::uint32_t same_row = std::min(count, start);
  zeros.to = move.to;
  zeros.to.address -= lanes.address(same_row, 0);
  zeros.to.shape[1] = same_row;
  if (same_row > 0) movement.moves.push_back(zeros);
  if (count > same_row) {
    zeros.to = move.to;
    zeros.to.address = lanes.address(lanes.count() - (count - same_row), lanes.offset(move.to.address)) -
                       static_cast<std::uint64_t>(move.to.stride[1]);
    zeros.to.shape[1] = count - same_row;
    movement.moves.push_back(zeros);
  }
  return movement;
}

Movement linear_copy(const Dma& c, const isa::ChipSpec& chip) {
  if (c.operation() != Op::kCopy) throw unknown_function(c, Refusal::kLinearMode);
  OperandView like;
  like.format = format_of(c.src_data_format, "src_data_format");
  Movement movement;
  movement.action = Action::kCopy;
  movement.source_bytes = c.src_nstride * (bits(like.format) / 8);
  add_linear_moves(movement, start_of_side(c, source_of(c).address, source_is_local(c), "source", chip),
                   start_of_side(c, result_of(c).address, result_is_local(c), "result", chip), c.src_nstride, like,
                   chip);
  return movement;
}

Movement tensor(const Dma& c, const isa::ChipSpec& chip) {
  Side source = source_of(c);
  Side result = result_of(c);
  const DataType from_format = format_of(c.src_data_format, "src_data_format");
  // Observed (functional model): only the format conversion looks at the result's format.
  const DataType to_format =
      c.operation() == Op::kFormat ? format_of(c.dst_data_format, "dst_data_format") : from_format;
  Movement movement;
  Move move;
  movement.action = Action::kCopy;
  if (c.chw_copy != 0) result.shape = source.shape;
  if (c.operation() == Op::kTranspose) {
    result.shape = {source.shape[1], source.shape[0], source.shape[2], source.shape[3]};
    move.to_dimension = {1, 0, 2, 3};
  } else if (c.operation() == Op::kCwTranspose) {
    // Observed (functional model): only the first row of the first batch is transposed; compilers have no others.
    source.shape[0] = source.shape[2] = 1;
    result.shape = {1, source.shape[3], 1, source.shape[1]};
    move.to_dimension = {0, 3, 2, 1};
  } else if (c.operation() == Op::kFormat) {
    movement.action = Action::kConvert;
    if (!converts(from_format, to_format)) movement.values_unknown = Refusal::kElementFormats;
  } else if (c.operation() == Op::kConstant) {
    movement.action = Action::kFill;
    movement.constant = static_cast<std::uint32_t>(c.constant_value);
    move.fill = true;
  }
  if (accumulates(c) && movement.action != Action::kConvert) movement.action = Action::kAccumulate;
  const bool always = is_always_local(c);
  move.to = view_of(c, result, always || result_is_local(c), "result", to_format, chip);
  if (move.fill) {
    movement.source_bytes = elements(move.to) * (bits(to_format) / 8);
  } else {
    move.from = view_of(c, source, always || source_is_local(c), "source", from_format, chip);
    movement.source_bytes = elements(move.from) * (bits(from_format) / 8);
    const bool moves_as_is = c.operation() == Op::kCopy || c.operation() == Op::kFormat;
    if (moves_as_is && source.shape != result.shape) {
      if (elements(move.from) != elements(move.to))
        throw Error({"E-OPERAND-RANGE", "GDMA source and result",
                     fmt::format("{} and {} elements", elements(move.from), elements(move.to)),
                     "the same number of elements", "a copy needs as many elements on both sides"});
      if (movement.action != Action::kCopy) movement.values_unknown = Refusal::kConversionShapes;
      move.matching = Matching::kInOrder;
    }
  }
  movement.moves.push_back(move);
  return movement;
}

}  // namespace

Movement movement(const isa::bm1684::Dma& command, const isa::ChipSpec& chip) {
  refuse_unknown(command);
  Movement result = command.common_mode != 0               ? linear_copy(command, chip)
                    : command.sys_mem_type != 0            ? matrix(command, chip)
                    : command.operation() == Op::kLrnShift ? lrn_shift(command, chip)
                                                           : tensor(command, chip);
  result.direction = is_always_local(command) ? Direction::kL2L : direction_of(command);
  if (const auto why = unknown_accumulation(command)) result.values_unknown = why;
  const std::uint64_t mask = command.lane_mask();
  if (mask == ~std::uint64_t{0}) return result;
  for (const Move& move : result.moves)
    if (move.matching == Matching::kInOrder) {
      result.values_unknown = Refusal::kMaskedShapes;
      return result;
    }
  keep_lanes(result, mask, chip);
  return result;
}

}  // namespace bmemu::emulator::gdma
