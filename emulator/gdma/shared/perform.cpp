// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/format_conversion.h"
#include "emulator/gdma/shared/indexed.h"
#include "emulator/gdma/shared/movement.h"
#include "emulator/gdma/shared/rows.h"
#include "emulator/gdma/shared/views.h"
#include "emulator/gdma/shared/walk.h"

namespace bmemu::emulator::gdma {
namespace {

unsigned element_bytes(const OperandView& view) { return bits(view.format) / 8; }

template <class RowAction>
void for_each_row_of(const Move& move, const isa::ChipSpec& chip, RowAction&& action) {
  for_each_row(loops_of(move, chip), [&](std::int64_t from, std::int64_t from_step, std::int64_t to,
                                         std::int64_t to_step, std::uint32_t count) {
    action(Row{static_cast<std::uint64_t>(from), from_step}, Row{static_cast<std::uint64_t>(to), to_step}, count);
  });
}

void fill(const OperandView& to, std::uint32_t constant, const isa::ChipSpec& chip, Window& window) {
  for_each_row(loops_of(to, chip),
               [&](std::int64_t, std::int64_t, std::int64_t at, std::int64_t step, std::uint32_t count) {
                 fill_row(window, {static_cast<std::uint64_t>(at), step}, count, element_bytes(to), constant);
               });
}

/// One element after the other on both sides; the shapes differ, so no loops fit both.
void copy_in_order(const Move& move, const isa::ChipSpec& chip, Window& window) {
  struct Piece {
    Row row;
    std::uint32_t count;
  };
  const auto rows_of = [&](const OperandView& view) {
    std::vector<Piece> rows;
    for_each_row(loops_of(view, chip),
                 [&](std::int64_t at, std::int64_t step, std::int64_t, std::int64_t, std::uint32_t count) {
                   rows.push_back({{static_cast<std::uint64_t>(at), step}, count});
                 });
    return rows;
  };
  const std::vector<Piece> from = rows_of(move.from);
  const std::vector<Piece> to = rows_of(move.to);
  std::size_t f = 0;
  std::size_t t = 0;
  std::uint32_t from_done = 0;
  std::uint32_t to_done = 0;
  while (f < from.size() && t < to.size()) {
    const std::uint32_t take = std::min(from[f].count - from_done, to[t].count - to_done);
    const auto at = [](const Piece& piece, std::uint32_t done) {
      return Row{piece.row.address + static_cast<std::uint64_t>(piece.row.step) * done, piece.row.step};
    };
    copy_row(window, at(from[f], from_done), at(to[t], to_done), take, element_bytes(move.to));
    from_done += take;
    to_done += take;
    if (from_done == from[f].count) ++f, from_done = 0;
    if (to_done == to[t].count) ++t, to_done = 0;
  }
}

void copy(const Move& move, const isa::ChipSpec& chip, Window& window) {
  if (move.matching == Matching::kInOrder) return copy_in_order(move, chip, window);
  const unsigned element = element_bytes(move.to);
  for_each_row_of(move, chip, [&](const Row& from, const Row& to, std::uint32_t count) {
    copy_row(window, from, to, count, element);
  });
}

}  // namespace

void perform(const Movement& movement, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  operands(movement, chip);  // every view lies inside its memory, or nothing is touched
  Window window(memory);
  for (const Move& move : movement.moves) {
    if (is_empty(move.to)) continue;
    if (movement.action == Action::kAccumulate && move.fill) {
      for_each_row(loops_of(move.to, chip),
                   [&](std::int64_t, std::int64_t, std::int64_t at, std::int64_t step, std::uint32_t count) {
                     accumulate_constant(window, movement.constant, {static_cast<std::uint64_t>(at), step}, count);
                   });
      continue;
    }
    if (is_fill(movement, move)) {
      fill(move.to, movement.constant, chip, window);
      continue;
    }
    switch (movement.action) {
      case Action::kNothing:
      case Action::kFill: break;
      case Action::kCopy: copy(move, chip, window); break;
      case Action::kConvert:
        for_each_row_of(move, chip, [&](const Row& from, const Row& to, std::uint32_t count) {
          convert_row(window, from, move.from.format, to, move.to.format, count);
        });
        break;
      case Action::kAccumulate:
        for_each_row_of(move, chip, [&](const Row& from, const Row& to, std::uint32_t count) {
          accumulate_row(window, from, to, count);
        });
        break;
      case Action::kGather: gather(movement, chip, window); break;
      case Action::kScatter: scatter(movement, chip, window); break;
      case Action::kSelect: select(movement, chip, window); break;
      case Action::kNonzero: nonzero(movement, chip, window); break;
    }
  }
}

}  // namespace bmemu::emulator::gdma
