// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands and results that are converted piece by piece, so that elementwise work stays in the cache.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/tiu/bm1684x/elementwise/sources.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "isa/chip/chip_spec.h"
#include "memory/chip_memory.h"

namespace bmemu::emulator::bm1684x {

/// Values of a piece. Work on pieces: in_pieces(count, [&](first, n) { ... }).
inline constexpr std::size_t kPiece = 1024;

template <class F>
void in_pieces(std::size_t count, F&& f) {
  for (std::size_t first = 0; first < count; first += kPiece) f(first, count - first < kPiece ? count - first : kPiece);
}

/// Room for the values of a piece.
template <class T>
using Piece = std::array<T, kPiece>;

/// Values of an operand as T: float for float formats, std::int64_t for integer formats.
/// Contract: the operand's memory was read when the object was made; later writes do not change it.
template <class T>
class Values {
 public:
  /// One value for all elements.
  explicit Values(T constant) : constant_(constant) {}
  /// A tensor. Contract: its format is one of T's.
  Values(const OperandView& view, const isa::ChipSpec& chip, const memory::ChipMemory& memory);
  /// The tensor, or the constant that a command holds in `field` when there is none.
  static Values of(const MaybeView& view, std::uint64_t field, DataType format, const isa::ChipSpec& chip,
                   const memory::ChipMemory& memory);
  /// The same for one value per channel, [1, c, 1, 1], used for all elements of a result of this shape.
  static Values of_channels(const MaybeView& view, std::uint64_t field, DataType format,
                            const std::array<std::uint32_t, 4>& shape, const isa::ChipSpec& chip,
                            const memory::ChipMemory& memory);

  /// Bytes as elements of a format.
  static Values of_bytes(DataType format, std::vector<std::uint8_t> bytes);

  /// Elements [first, first + count), count <= kPiece, converted into `room` when they have to be.
  Source<T> piece(std::size_t first, std::size_t count, Piece<T>& room) const;

 private:
  /// Every stored element stands for `plane` elements.
  void per_plane(std::size_t plane);

  T constant_{};
  DataType format_ = DataType::kF32;
  std::vector<std::uint8_t> raw_;  ///< dense elements of the format; empty for a constant
  std::vector<T> planes_;          ///< one value for all elements of a plane, used in turn; empty: an element each
  std::size_t plane_ = 1;          ///< elements of a plane
};

/// Collects results and stores them: floats rounded to nearest even, integers by their low bits.
template <class T>
class Results {
 public:
  Results(const OperandView& view, const isa::ChipSpec& chip);
  std::size_t size() const { return size_; }
  void put(std::size_t first, std::size_t count, const T* values);
  /// Contract: a 32-bit integer format.
  void put_words(std::size_t first, std::size_t count, const std::int32_t* words);
  void store(memory::ChipMemory& memory) const;

 private:
  OperandView view_;
  const isa::ChipSpec& chip_;
  std::size_t size_;
  std::vector<std::uint8_t> raw_;
};

}  // namespace bmemu::emulator::bm1684x
