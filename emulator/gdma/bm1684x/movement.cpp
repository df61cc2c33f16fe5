// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/bm1684x/movement.h"

#include <fmt/format.h>

#include <algorithm>

#include "emulator/gdma/bm1684x/fields.h"
#include "emulator/gdma/shared/matrix.h"

namespace bmemu::emulator::gdma {
namespace {

constexpr std::uint64_t kAllLanes = ~std::uint64_t{0};

Movement start(const Fields& f, Action action) {
  Movement movement;
  movement.action = f.fill_constant_en != 0 ? Action::kFill : action;
  movement.constant = static_cast<std::uint32_t>(f.constant_value);
  return movement;
}

unsigned element_bytes(DataType format) { return bits(format) / 8; }

std::uint64_t bytes_of(const Shape& shape, unsigned element) {
  return std::uint64_t{shape[0]} * shape[1] * shape[2] * shape[3] * element;
}

void finish(Movement& movement, const Fields& command, const isa::ChipSpec& chip) {
  const std::uint64_t mask = command.lane_mask();
  set_direction(movement);
  if (mask != kAllLanes && !movement.moves.empty() && movement.moves.front().matching == Matching::kInOrder) {
    movement.values_unknown = Refusal::kMaskedShapes;
    return;
  }
  keep_lanes(movement, mask, chip);
}

/// Observed (functional model): the bit of the first lane decides about the first element, in all lanes; then the bit
/// of the last lane about all others.
void keep_broadcast(Movement& movement, const Fields& command, const isa::ChipSpec& chip) {
  set_direction(movement);
  const isa::Lanes lanes(chip);
  const OperandView& first = movement.moves.front().to;
  const auto enabled = [&](std::uint64_t channel) {
    return (command.lane_mask() >> ((lanes.lane(first.address) + channel) % lanes.count() % 64) & 1U) != 0;
  };
  if (!enabled(0)) {
    movement.moves.clear();
  } else if (!enabled(first.shape[1] - 1)) {
    for (Move& move : movement.moves) {
      move.to.shape = {1, move.to.shape[1], 1, 1};
      if (!is_fill(movement, move)) move.from.shape = {1, 1, 1, 1};
    }
  }
}

}  // namespace

DataType format_of(std::uint64_t code, const char* field) {
  if (const auto type = isa::bm1684x::dma_data_type(code)) return *type;
  throw Error({"E-OPERAND-FORMAT", fmt::format("GDMA field {}", field), std::to_string(code),
               "0 i8, 1 f16, 2 f32, 3 i16, 4 i32, 5 bf16", "no element format has this code"});
}

OperandView tensor(std::uint64_t address, DataType format, const Shape& shape, const Fields& f, const Strides& strides,
                   const isa::ChipSpec& chip) {
  const Start start = start_of(address, chip);
  OperandView view;
  view.space = start.space;
  view.address = start.address;
  view.format = format;
  view.shape = shape;
  view.stride = f.stride_enable != 0 ? strides : dense_strides(start, shape, element_bytes(format), chip);
  return view;
}

Movement movement(const isa::bm1684x::DmaTensor& command, const isa::ChipSpec& chip) {
  refuse_compression(command);
  using Op = isa::bm1684x::DmaTensor::Op;
  const Op function = command.operation();
  if (function > Op::kFourBankBroadcast) throw unknown_function(command);
  const DataType format = format_of(command.src_data_format, "src_data_format");
  const unsigned element = element_bytes(format);
  const bool broadcast = function == Op::kBroadcast || function == Op::kFourBankBroadcast;

  Shape from = source_shape(command);
  Shape to = command.nchw_copy != 0 ? from : result_shape(command);
  Move move;
  if (function == Op::kTransposeNc) {
    to = {from[1], from[0], from[2], from[3]};
    move.to_dimension = {1, 0, 2, 3};
  } else if (function == Op::kCollect || function == Op::kDistribute) {
    to = {from[0], from[3], from[2], from[1]};
    move.to_dimension = {0, 3, 2, 1};
  } else if (broadcast) {
    // Observed (functional model): dst_csize counts even when nchw_copy says that the result has the source's shape.
    from[1] = 1;
    to[1] = size32(command.dst_csize);
  }

  // Observed: only the plain copy has w strides; compiled broadcasts leave them 0.
  const bool plain = function == Op::kCopy;
  const std::uint64_t src_w = plain ? command.src_wstride : 1, dst_w = plain ? command.dst_wstride : 1;
  Movement movement = start(command, Action::kCopy);
  movement.source_bytes = bytes_of(from, element);
  if (movement.action == Action::kFill) {
    movement.source_bytes = bytes_of(to, element);
  } else {
    move.from = tensor(command.source_address(), format, from, command,
                       in_bytes(command.src_nstride, command.src_cstride, command.src_hstride, src_w, element), chip);
  }
  move.to = tensor(command.destination_address(), format, to, command,
                   in_bytes(command.dst_nstride, command.dst_cstride, command.dst_hstride, dst_w, element), chip);
  if (function == Op::kCopy || function == Op::kFourBankCopy) {
    if (movement.action == Action::kCopy && from != to) {
      if (bytes_of(from, 1) != bytes_of(to, 1))
        throw Error({"E-OPERAND-RANGE", "DMA_tensor source and result",
                     fmt::format("[{},{},{},{}] and [{},{},{},{}]", from[0], from[1], from[2], from[3], to[0], to[1],
                                 to[2], to[3]),
                     "the same number of elements", "a copy needs as many elements on both sides"});
      move.matching = Matching::kInOrder;
    }
  }
  movement.moves.push_back(move);
  if (function == Op::kFourBankCopy || function == Op::kFourBankBroadcast) {
    // Unknown: no reference shows the four-bank functions; this follows their names.
    for (std::uint64_t bank = 1; bank < 4; ++bank) {
      move.to.address += static_cast<std::uint64_t>(chip.local_memory.bank_bytes());
      movement.moves.push_back(move);
    }
  }
  if (broadcast && move.to.space == isa::Space::kLocal) {
    keep_broadcast(movement, command, chip);
    return movement;
  }
  finish(movement, command, chip);
  return movement;
}

Movement movement(const isa::bm1684x::DmaCwTranspose& command, const isa::ChipSpec& chip) {
  refuse_compression(command);
  const DataType format = format_of(command.src_data_format, "src_data_format");
  const unsigned element = element_bytes(format);
  const Shape from = source_shape(command);
  const Shape to{from[0], from[3], from[2], from[1]};
  Movement movement = start(command, Action::kCopy);
  movement.source_bytes = bytes_of(from, element);
  Move move;
  move.to_dimension = {0, 3, 2, 1};
  if (movement.action == Action::kCopy)
    move.from = tensor(command.source_address(), format, from, command,
                       in_bytes(command.src_nstride, command.src_cstride, command.src_hstride, 1, element), chip);
  move.to = tensor(command.destination_address(), format, to, command,
                   in_bytes(command.dst_nstride, command.dst_cstride, command.dst_hstride, 1, element), chip);
  movement.moves.push_back(move);
  finish(movement, command, chip);
  return movement;
}

Movement movement(const isa::bm1684x::DmaGeneral& command, const isa::ChipSpec& chip) {
  refuse_compression(command);
  OperandView like;
  like.format = format_of(command.src_data_format, "src_data_format");
  const unsigned element = element_bytes(like.format);
  const std::uint64_t length = command.src_cstride;
  Movement movement = start(command, Action::kCopy);
  movement.source_bytes = length * element;
  const Start from = movement.action == Action::kFill ? Start{} : start_of(command.source_address(), chip);
  const Start to = start_of(command.destination_address(), chip);
  if (command.operation() == isa::bm1684x::DmaGeneral::Op::kCopy) {
    add_linear_moves(movement, from, to, length, like, chip);
  } else if (command.operation() == isa::bm1684x::DmaGeneral::Op::kBroadcast) {
    if (to.space != isa::Space::kLocal) throw unknown_function(command, Refusal::kBroadcastTarget);
    Move move;
    move.to = like;
    move.to.space = to.space;
    move.to.address = to.address;
    move.to.shape = {1, size32(command.dst_csize), 1, size32(length)};
    move.to.stride = in_bytes(0, 0, 0, 1, element);
    if (movement.action == Action::kCopy) {
      const auto pieces = linear(from, length, like, chip);
      if (pieces.size() > 1) throw unknown_function(command, Refusal::kBroadcastSource);
      if (!pieces.empty()) move.from = pieces.front();
    }
    movement.moves.push_back(move);
    finish(movement, command, chip);
    return movement;
  } else {
    throw unknown_function(command);
  }
  set_direction(movement);
  return movement;
}

Movement movement(const isa::bm1684x::DmaSys& command, const isa::ChipSpec&) {
  if (command.operation() > isa::bm1684x::DmaSys::Op::kNop) throw unknown_function(command);
  return {};
}

}  // namespace bmemu::emulator::gdma
