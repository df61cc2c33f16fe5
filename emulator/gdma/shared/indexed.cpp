// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/indexed.h"

#include <algorithm>

#include "emulator/gdma/shared/rows.h"
#include "emulator/gdma/shared/walk.h"

namespace bmemu::emulator::gdma {
namespace {

std::uint64_t at(const Axes& axes, std::uint32_t c, std::uint32_t h) {
  return static_cast<std::uint64_t>(axes.base + axes.axis[1].at(c) + axes.axis[2].at(h));
}

/// Observed: of floats only f32 are looked at as numbers; their denormals are zero.
bool is_zero(std::uint32_t value, DataType format) {
  return format == DataType::kF32 ? (value & 0x7F800000U) == 0 : value == 0;
}

/// Calls `visit(address)` for every element in n,c,h,w order.
template <class Visit>
void for_each_element(const OperandView& view, const isa::ChipSpec& chip, Visit&& visit) {
  for_each_row(loops_of(view, chip),
               [&](std::int64_t from, std::int64_t step, std::int64_t, std::int64_t, std::uint32_t count) {
                 for (std::uint32_t i = 0; i < count; ++i) visit(static_cast<std::uint64_t>(from + step * i));
               });
}

/// Shared by gather and scatter: calls `row(index, source channel, channel, h)`.
template <class RowAction>
void for_each_index(const Movement& movement, std::uint32_t rows, const isa::ChipSpec& chip, Window& window,
                    RowAction&& row) {
  const Move& move = movement.moves.front();
  const Axes index = axes_of(*movement.index, chip);
  for (std::uint32_t c = 0; c < move.to.shape[1]; ++c) {
    const std::uint32_t source_channel = move.from.shape[1] == 1 ? 0 : c;
    const std::uint32_t index_channel = movement.index->shape[1] == 1 ? 0 : c;
    for (std::uint32_t h = 0; h < rows; ++h) row(load(window, at(index, index_channel, h), 4), source_channel, c, h);
  }
}

}  // namespace

void gather(const Movement& movement, const isa::ChipSpec& chip, Window& window) {
  const Move& move = movement.moves.front();
  const Axes from = axes_of(move.from, chip);
  const Axes to = axes_of(move.to, chip);
  const unsigned element = bits(move.to.format) / 8;
  for_each_index(
      movement, move.to.shape[2], chip, window,
      [&](std::uint32_t index, std::uint32_t source_channel, std::uint32_t c, std::uint32_t h) {
        const Row result{at(to, c, h), to.axis[3].stride};
        if (index < move.from.shape[2])
          copy_row(window, {at(from, source_channel, index), from.axis[3].stride}, result, move.to.shape[3], element);
        else
          fill_row(window, result, move.to.shape[3], element, movement.constant);
      });
}

void scatter(const Movement& movement, const isa::ChipSpec& chip, Window& window) {
  const Move& move = movement.moves.front();
  const Axes from = axes_of(move.from, chip);
  const Axes to = axes_of(move.to, chip);
  const unsigned element = bits(move.to.format) / 8;
  for_each_index(movement, move.from.shape[2], chip, window,
                 [&](std::uint32_t index, std::uint32_t source_channel, std::uint32_t c, std::uint32_t h) {
                   if (index >= move.to.shape[2]) return;
                   copy_row(window, {at(from, source_channel, h), from.axis[3].stride},
                            {at(to, c, index), to.axis[3].stride}, move.to.shape[3], element);
                 });
}

void select(const Movement& movement, const isa::ChipSpec& chip, Window& window) {
  const Move& move = movement.moves.front();
  const unsigned element = bits(move.from.format) / 8;
  const unsigned mask_element = bits(movement.index->format) / 8;
  std::vector<bool> chosen;
  chosen.reserve(move.to.shape[3]);
  for_each_element(*movement.index, chip, [&](std::uint64_t address) {
    chosen.push_back(!is_zero(load(window, address, mask_element), movement.index->format));
  });
  std::uint64_t result = chip_address(move.to);
  std::size_t position = 0;
  for_each_element(move.from, chip, [&](std::uint64_t address) {
    if (!chosen[position++]) return;
    store(window, result, element, load(window, address, element));
    result += element;
  });
}

void nonzero(const Movement& movement, const isa::ChipSpec& chip, Window& window) {
  const Move& move = movement.moves.front();
  const unsigned element = bits(move.from.format) / 8;
  const unsigned result_element = bits(move.to.format) / 8;
  std::uint64_t result = chip_address(move.to);
  std::uint32_t position = movement.base_index;
  for_each_element(move.from, chip, [&](std::uint64_t address) {
    if (!is_zero(load(window, address, element), move.from.format)) {
      store(window, result, result_element, position);
      result += result_element;
    }
    ++position;
  });
}

}  // namespace bmemu::emulator::gdma
