// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/gdma/shared/movement.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "emulator/gdma/shared/views.h"

namespace bmemu::emulator::gdma {
namespace {

bool same_bytes(const OperandView& a, const OperandView& b) {
  return a.space == b.space && a.address == b.address && a.shape == b.shape && a.stride == b.stride &&
         a.format == b.format;
}

void add(std::vector<OperandView>& list, OperandView view, Role role, memory::Access access,
         const isa::ChipSpec& chip) {
  if (is_empty(view)) return;
  view.role = role;
  view.access = access;
  require_inside(view, chip);
  const bool known = std::any_of(list.begin(), list.end(), [&](const OperandView& v) {
    return v.role == role && v.access == access && same_bytes(v, view);
  });
  if (!known) list.push_back(view);
}

}  // namespace

std::vector<OperandView> operands(const Movement& movement, const isa::ChipSpec& chip) {
  std::vector<OperandView> list;
  for (const Move& move : movement.moves) {
    if (movement.action == Action::kSelect || movement.action == Action::kNonzero) {
      for (const auto& piece : linear({move.to.space, move.to.address}, elements(move.to), move.to, chip))
        add(list, piece, Role::kResult0, memory::Access::kWrite, chip);
      continue;
    }
    add(list, move.to, Role::kResult0, memory::Access::kWrite, chip);
    if (movement.action == Action::kAccumulate) add(list, move.to, Role::kResult0, memory::Access::kRead, chip);
  }
  for (const Move& move : movement.moves)
    if (!is_fill(movement, move)) add(list, move.from, Role::kOperand0, memory::Access::kRead, chip);
  if (movement.index) add(list, *movement.index, Role::kOperand1, memory::Access::kRead, chip);
  return list;
}

namespace {

/// The most pieces that a lane mask may cut a movement into. Programs need some dozens; a command of absurd sizes would
/// take gigabytes.
constexpr std::size_t kMostPieces = 4'096;

/// The moves of a movement; those whose results overlap and that walk through channels last are split, so that what is
/// written last stays the same when their channels are looked at one by one. None: more than kMostPieces.
std::optional<std::vector<Move>> in_written_order(const Movement& movement, const isa::ChipSpec& chip) {
  std::vector<Move> moves;
  for (const Move& move : movement.moves) {
    const unsigned dimension = move.to_dimension[1];  // of the result, for the source's channels
    const bool overlaps = move.to.shape[3] * move.to.stride[3] > move.to.stride[1] && move.to.shape[1] > 1;
    const bool whole = is_fill(movement, move) || dimension == 1 || dimension == 0 || !overlaps;
    const std::uint64_t pieces = whole ? 1 : std::uint64_t{move.from.shape[0]} * move.from.shape[1];
    if (moves.size() + pieces > kMostPieces) return std::nullopt;
    if (whole) {
      moves.push_back(move);
      continue;
    }
    for (std::uint32_t n = 0; n < move.from.shape[0]; ++n)
      for (std::uint32_t c = 0; c < move.from.shape[1]; ++c) {
        Move part = move;
        part.from = slice(slice(move.from, 0, n, 1, chip), 1, c, 1, chip);
        part.to = slice(slice(move.to, 0, n, 1, chip), dimension, c, 1, chip);
        moves.push_back(part);
      }
  }
  return moves;
}

/// The moves of a movement, cut to the lanes of the mask. None: more than kMostPieces.
std::optional<std::vector<Move>> lanes_kept(const Movement& movement, std::uint64_t lane_mask,
                                            const isa::ChipSpec& chip) {
  const auto moves = in_written_order(movement, chip);
  if (!moves) return std::nullopt;
  const isa::Lanes lanes(chip);
  std::vector<Move> kept;
  for (const Move& move : *moves) {
    if (move.to.space != isa::Space::kLocal) {
      kept.push_back(move);
      continue;
    }
    const unsigned channel_of_from = static_cast<unsigned>(
        std::find(move.to_dimension.begin(), move.to_dimension.end(), 1) - move.to_dimension.begin());
    const auto enabled = [&](std::uint32_t channel) {
      return (lane_mask >> ((lanes.lane(move.to.address) + channel) % lanes.count() % 64) & 1U) != 0;
    };
    for (std::uint32_t begin = 0; begin < move.to.shape[1];) {
      std::uint32_t end = begin;
      while (end < move.to.shape[1] && enabled(end)) ++end;
      if (end > begin) {
        if (kept.size() == kMostPieces) return std::nullopt;
        Move part = move;
        part.to = slice(move.to, 1, begin, end - begin, chip);
        if (!is_fill(movement, move) && move.from.shape[channel_of_from] != 1)
          part.from = slice(move.from, channel_of_from, begin, end - begin, chip);
        kept.push_back(part);
      }
      begin = end + 1;
    }
  }
  return kept;
}

}  // namespace

void keep_lanes(Movement& movement, std::uint64_t lane_mask, const isa::ChipSpec& chip) {
  if (lane_mask == ~std::uint64_t{0}) return;
  auto kept = lanes_kept(movement, lane_mask, chip);
  if (kept)
    movement.moves = std::move(*kept);
  else
    movement.values_unknown = Refusal::kManyPieces;
}

void set_direction(Movement& movement) {
  if (movement.moves.empty()) return;
  const Move& move = movement.moves.front();
  const bool to_local = move.to.space == isa::Space::kLocal;
  const bool from_local = !is_fill(movement, move) && move.from.space == isa::Space::kLocal;
  movement.direction =
      from_local ? (to_local ? Direction::kL2L : Direction::kL2S) : (to_local ? Direction::kS2L : Direction::kS2S);
}

}  // namespace bmemu::emulator::gdma
