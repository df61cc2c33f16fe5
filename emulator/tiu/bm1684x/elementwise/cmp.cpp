// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// CMP: compare and select.
#include "emulator/operand/gather.h"
#include "emulator/tiu/bm1684x/elementwise/comparison.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

using Op = isa::bm1684x::Cmp::Op;

Comparison comparison_of(Op op) {
  switch (op) {
    case Op::kGreaterAndSelect:
    case Op::kGreater: return Comparison::kGreater;
    case Op::kEqual: return Comparison::kEqual;
    default: return Comparison::kLess;
  }
}

/// Whether the comparison holds, for every element.
template <class T>
std::vector<std::uint8_t> compared(const isa::bm1684x::Cmp& cmp, const CmpOperands& set, const isa::ChipSpec& chip,
                                   const memory::ChipMemory& memory) {
  const DataType format = format_of(cmp.opd0_prec, cmp.opd0_sign);
  const DataType stored = compared_format(format);
  const auto a = Values<T>::of(with_format(set.a, stored), cmp.opd0_addr, stored, chip, memory);
  const auto b = Values<T>::of(with_format(set.b, stored), cmp.opd1_addr, stored, chip, memory);
  std::vector<std::uint8_t> holds(element_count(*set.selected));
  const Comparison which = comparison_of(cmp.operation());
  Piece<T> room_a, room_b;
  in_pieces(holds.size(), [&](std::size_t first, std::size_t count) {
    compare(format, which, a.piece(first, count, room_a), b.piece(first, count, room_b), holds.data() + first, count);
  });
  return holds;
}

/// holds ? x : y; `flushes`: they are f32 or bf16, whose denormals become zero.
Results<std::int64_t> select(const std::vector<std::uint8_t>& holds, const MaybeView& x, std::uint64_t x_field,
                             const MaybeView& y, std::uint64_t y_field, const OperandView& result, bool flushes,
                             const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const auto chosen = Values<std::int64_t>::of(as_raw(x), x_field, result.format, chip, memory);
  const auto other = Values<std::int64_t>::of(as_raw(y), y_field, result.format, chip, memory);
  Results<std::int64_t> results(result, chip);
  const unsigned width = bits(result.format);
  const std::int64_t sign = std::int64_t{1} << (width - 1);
  const std::int64_t exponent = flushes ? std::int64_t{0xFF} << (width - 9) : 0;  // bytes have none
  Piece<std::int64_t> room_x, room_y, out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    const auto a = chosen.piece(first, count, room_x), b = other.piece(first, count, room_y);
    for (std::size_t i = 0; i < count; ++i) out[i] = holds[first + i] != 0 ? a[i] : b[i];
    if (flushes)
      for (std::size_t i = 0; i < count; ++i)
        if ((out[i] & exponent) == 0) out[i] &= sign;
    results.put(first, count, out.data());
  });
  return results;
}

}  // namespace

void execute(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const CmpOperands set = operand_set(cmp, chip);
  const bool floats = compares_numbers(format_of(cmp.opd0_prec, cmp.opd0_sign));
  const auto holds = floats ? compared<float>(cmp, set, chip, memory) : compared<std::int64_t>(cmp, set, chip, memory);
  const auto selected = as_raw(set.selected), larger = as_raw(set.larger);
  const auto chosen = select(holds, set.c, cmp.opd2_addr, set.d, cmp.opd3_addr, *selected, false, chip, memory);
  // Observed: the larger or smaller number passes the unit for floats, what is selected does not.
  const bool flushes = set.larger && (set.larger->format == DataType::kF32 || set.larger->format == DataType::kBf16);
  if (larger) select(holds, set.a, cmp.opd0_addr, set.b, cmp.opd1_addr, *larger, flushes, chip, memory).store(memory);
  chosen.store(memory);
}

}  // namespace bmemu::emulator
