// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/dispatch/transfer.h"

#include <algorithm>

#include "emulator/gdma/bm1684/movement.h"
#include "emulator/gdma/bm1684x/movement.h"
#include "emulator/gdma/shared/views.h"
#include "isa/layout/address_map.h"

namespace bmemu::emulator {
namespace {

/// Contiguous runs of a view outside local memory. Unlike `patterns`, bytes that are read again count again.
memory::Pattern runs(const OperandView& view, const isa::ChipSpec& chip) {
  memory::Pattern pattern;
  pattern.space = view.space;
  pattern.base = isa::locate(view.address, chip).offset;
  pattern.run_bytes = bits(view.format) / 8;
  unsigned next = 4;  // dimension of the pattern that was filled last
  for (unsigned d = 4; d-- > 0;) {
    if (view.shape[d] == 1) continue;
    const std::int64_t stride = view.stride[d];
    if (next == 4 && stride == static_cast<std::int64_t>(pattern.run_bytes)) {
      pattern.run_bytes *= view.shape[d];
    } else if (next < 4 && stride == pattern.stride[next] * pattern.count[next] &&
               std::uint64_t{pattern.count[next]} * view.shape[d] <= 0xFFFFFFFF) {
      pattern.count[next] *= view.shape[d];
    } else {
      --next;
      pattern.count[next] = view.shape[d];
      pattern.stride[next] = stride;
    }
  }
  return pattern;
}

void add(std::vector<memory::Pattern>& list, const OperandView& view, const isa::ChipSpec& chip) {
  if (view.space == isa::Space::kLocal || gdma::is_empty(view)) return;
  gdma::require_inside(view, chip);
  list.push_back(runs(view, chip));
}

/// `rows` rows of a table of which an index chooses some. Unknown: which; their data is not looked at.
OperandView chosen_rows(OperandView table, std::uint32_t channels, std::uint32_t rows) {
  if (rows == 0 || table.shape[2] == 0) {
    table.shape[2] = 0;
    return table;
  }
  const std::uint32_t step = std::max<std::uint32_t>(table.shape[2] / rows, 1);
  table.stride[2] *= step;
  // More rows than the table has: some are taken again, here by walking over the whole table several times.
  const std::uint32_t distinct = std::min(rows, table.shape[2]);
  table.shape[0] = rows / distinct;
  table.stride[0] = 0;
  table.shape[2] = distinct;
  if (table.shape[1] == 1) {
    table.shape[1] = channels;
    table.stride[1] = 0;
  }
  return table;
}

Transfer from_movement(const gdma::Movement& movement, const isa::ChipSpec& chip) {
  Transfer transfer;
  transfer.direction = movement.direction;
  transfer.bytes = movement.source_bytes;
  for (const gdma::Move& move : movement.moves) {
    const bool reads = !gdma::is_fill(movement, move);
    if (movement.action == gdma::Action::kGather) {
      add(transfer.reads, chosen_rows(move.from, move.to.shape[1], move.to.shape[2]), chip);
    } else if (reads) {
      add(transfer.reads, move.from, chip);
    }
    if (movement.action == gdma::Action::kScatter) {
      add(transfer.writes, chosen_rows(move.to, move.to.shape[1], move.from.shape[2]), chip);
    } else {
      if (movement.action == gdma::Action::kAccumulate) add(transfer.reads, move.to, chip);
      add(transfer.writes, move.to, chip);
    }
  }
  if (movement.index) add(transfer.reads, *movement.index, chip);
  return transfer;
}

}  // namespace

Transfer transfer(const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  return isa::visit_instruction(
      [&](const auto& typed) -> Transfer {
        if constexpr (isa::kIsTiu<std::decay_t<decltype(typed)>>) {
          return {};
        } else {
          return from_movement(gdma::movement(typed, chip), chip);
        }
      },
      instruction);
}

}  // namespace bmemu::emulator
