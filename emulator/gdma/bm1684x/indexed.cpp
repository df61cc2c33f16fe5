// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X DMA commands whose traffic depends on data: gather, scatter, masked select, nonzero.
#include <algorithm>

#include "emulator/gdma/bm1684x/fields.h"
#include "emulator/gdma/bm1684x/movement.h"

namespace bmemu::emulator::gdma {
namespace {

/// Fields of which nobody knows what they do to data that an index chooses; they do not move other addresses.
std::optional<Refusal> unknown_values(const Fields& command) {
  if (command.lane_mask() != ~std::uint64_t{0}) return Refusal::kMaskedIndex;
  if (command.fill_constant_en != 0) return Refusal::kConstantIndex;
  return std::nullopt;
}

OperandView index_view(const Fields& f, const isa::ChipSpec& chip) {
  return tensor(f.index_address(), DataType::kU32, {1, size32(f.index_csize), size32(f.index_hsize), 1}, f,
                in_bytes(0, f.index_cstride, f.index_hstride, 1, 4), chip);
}

/// Gather and scatter: the source has src_hsize rows, the result `result_rows`.
template <class Command>
Movement indexed(const Command& command, Action action, std::uint32_t channels, std::uint32_t result_rows,
                 const isa::ChipSpec& chip) {
  refuse_compression(command);
  const DataType format = format_of(command.src_data_format, "src_data_format");
  const unsigned element = bits(format) / 8;
  const std::uint32_t width = size32(command.src_wsize);
  Movement movement;
  movement.action = action;
  movement.values_unknown = unknown_values(command);
  movement.constant = static_cast<std::uint32_t>(command.constant_value);
  Move move;
  move.from = tensor(command.source_address(), format, {1, size32(command.src_csize), size32(command.src_hsize), width},
                     command, in_bytes(0, command.src_cstride, command.src_hstride, 1, element), chip);
  move.to = tensor(command.destination_address(), format, {1, channels, result_rows, width}, command,
                   in_bytes(0, command.dst_cstride, command.dst_hstride, 1, element), chip);
  movement.index = index_view(command, chip);
  // Source: the vendor's estimates count the rows of a gather that are taken, not the table.
  movement.source_bytes = elements(action == Action::kGather ? move.to : move.from) * element;
  movement.moves.push_back(move);
  set_direction(movement);
  return movement;
}

/// Masked select and nonzero: dense source, results packed one after the other.
template <class Command>
Movement packing(const Command& command, Action action, DataType result, const isa::ChipSpec& chip) {
  refuse_compression(command);
  const DataType format = format_of(command.src_data_format, "src_data_format");
  Fields dense = command;
  dense.stride_enable = 0;  // Unknown: whether the flag would count; no reference sets it
  Movement movement;
  movement.action = action;
  movement.values_unknown = unknown_values(command);
  Move move;
  move.from = tensor(command.source_address(), format, source_shape(command), dense, {}, chip);
  const Start to = start_of(command.destination_address(), chip);
  const auto count = static_cast<std::uint32_t>(elements(move.from));
  move.to.format = result;
  move.to.space = to.space;
  move.to.address = to.address;
  move.to.shape = {1, 1, 1, count};
  move.to.stride = in_bytes(0, 0, 0, 1, bits(result) / 8);
  movement.source_bytes = std::uint64_t{count} * (bits(format) / 8);
  movement.moves.push_back(move);
  set_direction(movement);
  return movement;
}

}  // namespace

Movement movement(const isa::bm1684x::DmaGather& command, const isa::ChipSpec& chip) {
  const std::uint32_t channels = std::max(size32(command.src_csize), size32(command.index_csize));
  return indexed(command, Action::kGather, channels, size32(command.index_hsize), chip);
}

Movement movement(const isa::bm1684x::DmaScatter& command, const isa::ChipSpec& chip) {
  const std::uint32_t channels =
      std::max({size32(command.src_csize), size32(command.index_csize), size32(command.dst_csize)});
  return indexed(command, Action::kScatter, channels, size32(command.dst_hsize), chip);
}

Movement movement(const isa::bm1684x::DmaMaskedSelect& command, const isa::ChipSpec& chip) {
  Movement movement = packing(command, Action::kSelect, format_of(command.src_data_format, "src_data_format"), chip);
  Fields dense = command;
  dense.stride_enable = 0;
  movement.index = tensor(command.mask_address(), format_of(command.mask_data_format, "mask_data_format"),
                          source_shape(command), dense, {}, chip);
  return movement;
}

Movement movement(const isa::bm1684x::DmaNonzero& command, const isa::ChipSpec& chip) {
  Movement movement =
      packing(command, Action::kNonzero, format_of(command.index_data_format, "index_data_format"), chip);
  movement.base_index = static_cast<std::uint32_t>(command.dst_nstride);
  return movement;
}

}  // namespace bmemu::emulator::gdma
