// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// CMP: compare and select.
#include "emulator/arithmetic/bits.h"
#include "emulator/operand/gather.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

enum Code : std::uint64_t { kGreaterAndSelect = 22, kGreater = 23, kEqual = 24, kLessAndSelect = 25, kLess = 26 };

bool equal(std::int64_t x, std::int64_t y) { return x == y; }
/// Observed: floats are equal when their bits are; -0 and 0 differ.
bool equal(float x, float y) { return to_bits(x) == to_bits(y); }

template <class T>
void compare(std::uint64_t code, const Source<T>& a, const Source<T>& b, std::uint8_t* holds, std::size_t count) {
  switch (code) {
    case kGreaterAndSelect:
    case kGreater: zip(a, b, holds, count, [](T x, T y) { return std::uint8_t{x > y}; }); break;
    case kEqual: zip(a, b, holds, count, [](T x, T y) { return std::uint8_t{equal(x, y)}; }); break;
    // Observed: unordered counts as less.
    default: zip(a, b, holds, count, [](T x, T y) { return std::uint8_t{!(x >= y)}; }); break;
  }
}

/// Whether the comparison holds, for every element.
template <class T>
std::vector<std::uint8_t> compare(const isa::bm1684x::Cmp& cmp, const CmpOperands& set, const isa::ChipSpec& chip,
                                  const memory::ChipMemory& memory) {
  const Format format = format_of(cmp.opd0_prec, cmp.opd0_sign);
  const auto a = Values<T>::of(set.a, cmp.opd0_addr, format, chip, memory);
  const auto b = Values<T>::of(set.b, cmp.opd1_addr, format, chip, memory);
  std::vector<std::uint8_t> holds(element_count(*set.selected));
  Piece<T> room_a, room_b;
  in_pieces(holds.size(), [&](std::size_t first, std::size_t count) {
    compare(cmp.tsk_eu_typ, a.piece(first, count, room_a), b.piece(first, count, room_b), holds.data() + first, count);
  });
  return holds;
}

/// Chosen elements are moved as bits.
Format raw_format(Format format) {
  switch (bits(format)) {
    case 8: return Format::kU8;
    case 16: return Format::kU16;
    default: return Format::kU32;
  }
}

MaybeView as_raw(MaybeView view) {
  if (view) view->format = raw_format(view->format);
  return view;
}

/// holds ? x : y.
Results<std::int64_t> select(const std::vector<std::uint8_t>& holds, const MaybeView& x, std::uint64_t x_field,
                             const MaybeView& y, std::uint64_t y_field, const OperandView& result,
                             const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const auto chosen = Values<std::int64_t>::of(as_raw(x), x_field, result.format, chip, memory);
  const auto other = Values<std::int64_t>::of(as_raw(y), y_field, result.format, chip, memory);
  Results<std::int64_t> results(result, chip);
  Piece<std::int64_t> room_x, room_y, out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    const auto a = chosen.piece(first, count, room_x), b = other.piece(first, count, room_y);
    for (std::size_t i = 0; i < count; ++i) out[i] = holds[first + i] != 0 ? a[i] : b[i];
    results.put(first, count, out.data());
  });
  return results;
}

}  // namespace

void execute(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const CmpOperands set = operand_set(cmp, chip);
  const bool floats = is_float(format_of(cmp.opd0_prec, cmp.opd0_sign));
  const auto holds = floats ? compare<float>(cmp, set, chip, memory) : compare<std::int64_t>(cmp, set, chip, memory);
  const auto selected = as_raw(set.selected), larger = as_raw(set.larger);
  const auto chosen = select(holds, set.c, cmp.opd2_addr, set.d, cmp.opd3_addr, *selected, chip, memory);
  if (larger) select(holds, set.a, cmp.opd0_addr, set.b, cmp.opd1_addr, *larger, chip, memory).store(memory);
  chosen.store(memory);
}

}  // namespace bmemu::emulator
