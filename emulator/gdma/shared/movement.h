// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a DMA command does, apart from how it is encoded: the common form of all GDMA commands of both chips. Operands,
// traffic and values are all derived from it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/event/event.h"
#include "emulator/operand/operands.h"
#include "emulator/operand/unknown_function.h"
#include "isa/chip/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::gdma {

enum class Action : std::uint8_t {
  kNothing,     ///< end of stream, nop
  kCopy,        ///< to = from, whatever the permutation
  kFill,        ///< to = constant
  kConvert,     ///< to = from in another element format (BM1684)
  kAccumulate,  ///< to += from, or the constant where a move is a fill, f32 (BM1684)
  kGather,      ///< rows of `from` chosen by `index`
  kScatter,     ///< rows of `to` chosen by `index`
  kSelect,      ///< elements of `from` whose mask (`index`) is not zero, packed
  kNonzero,     ///< positions of the elements of `from` that are not zero, packed
};

/// How the elements of the two sides belong together.
enum class Matching : std::uint8_t {
  kByPosition,  ///< same indices, after `to_dimension`; a dimension of size 1 in `from` serves every index
  kInOrder,     ///< the k-th element in n,c,h,w order of one is the k-th of the other
};

/// Contract: elements are moved one after the other in n,c,h,w order of `from`; this is visible when the two sides
/// overlap or when an element of `to` is written twice.
struct Move {
  OperandView from;  ///< unused by fills
  OperandView to;
  std::array<std::uint8_t, 4> to_dimension{0, 1, 2, 3};  ///< dimension of `to` that goes with dimension k of `from`
  Matching matching = Matching::kByPosition;
  bool fill = false;  ///< `to` gets the movement's constant although others are copied
};

struct Movement {
  Action action = Action::kNothing;
  std::vector<Move> moves;           ///< gather, scatter, select, nonzero: exactly one
  std::optional<OperandView> index;  ///< index of gather and scatter, mask of select
  std::uint32_t constant = 0;        ///< of kFill, and for rows out of range of kGather; low bytes for narrow formats
  std::uint32_t base_index = 0;      ///< kNonzero: added to every position
  Direction direction = Direction::kNone;
  std::optional<Refusal> values_unknown;  ///< why nobody knows what it computes, though it can be timed; none: known
  std::uint64_t source_bytes = 0;  ///< bytes of the command's source shape; of the result's for fills and gathers
};

/// Whether `to` gets the constant.
inline bool is_fill(const Movement& movement, const Move& move) {
  return movement.action == Action::kFill || move.fill;
}

/// All views of a movement in the order results, operands. Errors: E-OPERAND-RANGE.
std::vector<OperandView> operands(const Movement& movement, const isa::ChipSpec& chip);

/// Moves the bytes. Errors: E-OPERAND-RANGE.
void perform(const Movement& movement, const isa::ChipSpec& chip, memory::ChipMemory& memory);

/// The same for a command. Errors: E-FUNCTION-UNKNOWN, too.
template <class Command>
void perform_known(const Command& command, const Movement& movement, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory) {
  if (movement.values_unknown) throw unknown_function(command, *movement.values_unknown);
  perform(movement, chip, memory);
}

/// Splits every move so that only the lanes of `lane_mask` are written in local memory (bit k = lane k).
/// Observed (functional models): the mask acts on results only; a source is read from all lanes. A movement that would
/// fall into too many pieces stays whole, and its values are unknown.
void keep_lanes(Movement& movement, std::uint64_t lane_mask, const isa::ChipSpec& chip);

/// Sets `direction` from the spaces of the first move.
void set_direction(Movement& movement);

}  // namespace bmemu::emulator::gdma
