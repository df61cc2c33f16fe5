// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// CMP: compare and select.
#include "emulator/arithmetic/bits.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/loads.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

enum Code : std::uint64_t { kGreaterAndSelect = 22, kGreater = 23, kEqual = 24, kLessAndSelect = 25, kLess = 26 };

bool equal(std::int64_t x, std::int64_t y) { return x == y; }
/// Observed: floats are equal when their bits are; -0 and 0 differ.
bool equal(float x, float y) { return to_bits(x) == to_bits(y); }

template <class T>
std::vector<std::uint8_t> compare(std::uint64_t code, const Source<T>& a, const Source<T>& b, std::size_t count) {
  std::vector<std::uint8_t> holds(count);
  switch (code) {
    case kGreaterAndSelect:
    case kGreater: zip(a, b, holds.data(), count, [](T x, T y) { return std::uint8_t{x > y}; }); break;
    case kEqual: zip(a, b, holds.data(), count, [](T x, T y) { return std::uint8_t{equal(x, y)}; }); break;
    // Observed: unordered counts as less.
    default: zip(a, b, holds.data(), count, [](T x, T y) { return std::uint8_t{!(x >= y)}; }); break;
  }
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
Integers select(const std::vector<std::uint8_t>& holds, const MaybeView& x, std::uint64_t x_field, const MaybeView& y,
                std::uint64_t y_field, Format format, const isa::ChipSpec& chip, const memory::ChipMemory& memory) {
  const auto chosen = integer_source(as_raw(x), x_field, format, chip, memory);
  const auto other = integer_source(as_raw(y), y_field, format, chip, memory);
  Integers out(holds.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = holds[i] != 0 ? chosen[i] : other[i];
  return out;
}

}  // namespace

void execute(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const CmpOperands set = operand_set(cmp, chip);
  const Format format = format_of(cmp.opd0_prec, cmp.opd0_sign);
  const std::size_t count = element_count(*set.selected);
  const auto holds = is_float(format)
                         ? compare(cmp.tsk_eu_typ, float_source(set.a, cmp.opd0_addr, format, chip, memory),
                                   float_source(set.b, cmp.opd1_addr, format, chip, memory), count)
                         : compare(cmp.tsk_eu_typ, integer_source(set.a, cmp.opd0_addr, format, chip, memory),
                                   integer_source(set.b, cmp.opd1_addr, format, chip, memory), count);
  const auto selected = as_raw(set.selected), larger = as_raw(set.larger);
  const auto chosen = select(holds, set.c, cmp.opd2_addr, set.d, cmp.opd3_addr, selected->format, chip, memory);
  if (larger) {
    const auto values = select(holds, set.a, cmp.opd0_addr, set.b, cmp.opd1_addr, larger->format, chip, memory);
    store_integers(*larger, chip, memory, values.data());
  }
  store_integers(*selected, chip, memory, chosen.data());
}

}  // namespace bmemu::emulator
