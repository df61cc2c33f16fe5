// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// AR: elementwise arithmetic. Chooses between float, integer and conversion.
#include "emulator/tiu/bm1684x/elementwise/ar.h"

#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/cast.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

template <class T>
struct Sources {
  const Values<T>&a, &b, &c, &previous;
};

/// Whether the operation has a meaning; without, nothing is stored.
template <class Operation, class T>
bool apply_in_pieces(const Operation& operation, const Sources<T>& from, const ArOperands& set,
                     const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  Results<T> results(set.result, chip);
  Piece<T> room_a, room_b, room_c, out;
  bool is_known = true;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    if (set.previous) from.previous.piece(first, count, out);
    is_known = is_known && apply(operation, from.a.piece(first, count, room_a), from.b.piece(first, count, room_b),
                                 from.c.piece(first, count, room_c), out.data(), count);
    results.put(first, count, out.data());
  });
  if (is_known) results.store(memory);
  return is_known;
}

void execute_float(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory) {
  const Format format = format_of(ar.opd0_prec, ar.opd0_sign);
  FloatOperation operation;
  operation.code = ar.tsk_eu_typ;
  operation.iterations = static_cast<int>(ar.opd2_n_str) + 1;
  operation.format = format;
  const auto a = Values<float>::of(set.a, ar.opd0_addr, format, chip, memory);
  const auto b = Values<float>::of(set.b, ar.opd1_addr, format_of(ar.opd1_prec, 1), chip, memory);
  const auto c =
      Values<float>::of_channels(set.c, ar.opd2_addr, format_of(ar.opd2_prec, 1), set.result.shape, chip, memory);
  const auto previous = Values<float>::of(set.previous, 0, format, chip, memory);
  if (!apply_in_pieces(operation, Sources<float>{a, b, c, previous}, set, chip, memory))
    throw unknown_function(ar, "the operation has no meaning for floats");
}

void execute_integer(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory) {
  const Format format_a = format_of(ar.opd0_prec, ar.opd0_sign);
  IntegerOperation operation;
  operation.code = ar.tsk_eu_typ;
  operation.rounding = static_cast<Rounding>(ar.opd2_n_str);
  operation.bits = bits(format_a);
  operation.result_bits = bits(set.result.format);
  operation.result = range_of(set.result.format);
  operation.shifted = operand_count(ar) == 3;
  using Integer = Values<std::int64_t>;
  const auto a = Integer::of(set.a, ar.opd0_addr, format_a, chip, memory);
  const auto b = Integer::of(set.b, ar.opd1_addr, format_of(ar.opd1_prec, ar.opd1_sign), chip, memory);
  // Observed: the two shifts of a multiply-accumulate are always in the field, whatever opd2_const says.
  const auto c = ar.tsk_eu_typ == ArCode::kMac
                     ? Integer(static_cast<std::int64_t>(ar.opd2_addr & 0xFFFFU))
                     : Integer::of_channels(set.c, ar.opd2_addr, format_of(ar.opd2_prec, ar.opd2_sign),
                                            set.result.shape, chip, memory);
  const auto previous = Integer::of(set.previous, 0, set.result.format, chip, memory);
  if (!apply_in_pieces(operation, Sources<std::int64_t>{a, b, c, previous}, set, chip, memory))
    throw unknown_function(ar, "the operation has no meaning for integers");
}

/// An absolute value of words in a result of another width.
void execute_cut_words(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                       memory::ChipMemory& memory) {
  Integers values = set.a ? load_integers(*set.a, chip, memory)
                          : Integers(element_count(set.result), constant_integer(ar.opd0_addr, Format::kI32));
  for (auto& x : values) x = x < 0 ? -x : x;
  store_words(set.result, chip, memory, values.data());
}

/// Copies, absolute values, maximum and minimum of floats as bits: a nan keeps its payload.
void execute_bits(const isa::bm1684x::Ar& ar, ArOperands set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const Format format = set.result.format;
  const Format raw = bits(format) == 16 ? Format::kU16 : Format::kU32;
  const std::int64_t mask = ar.tsk_eu_typ != ArCode::kAbs ? 0xFFFFFFFF : raw == Format::kU16 ? 0x7FFF : 0x7FFFFFFF;
  for (auto* view : {&set.a, &set.b})
    if (*view) (*view)->format = raw;
  set.result.format = raw;
  const auto a = Values<std::int64_t>::of(set.a, ar.opd0_addr, raw, chip, memory);
  const auto b = Values<std::int64_t>::of(set.b, ar.opd1_addr, raw, chip, memory);
  Results<std::int64_t> results(set.result, chip);
  Piece<std::int64_t> room_a, room_b, out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    const auto x = a.piece(first, count, room_a), y = b.piece(first, count, room_b);
    if (!choose(ar.tsk_eu_typ, format, x, y, out.data(), count))
      map(x, out.data(), count, [mask](std::int64_t bits_of_x) { return bits_of_x & mask; });
    results.put(first, count, out.data());
  });
  results.store(memory);
}

}  // namespace

void execute(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  ArOperands set = operand_set(ar, chip);
  if (ar.tsk_eu_typ == ArCode::kCopyBatch && set.a) {  // one batch for all
    set.a->shape[0] = set.result.shape[0];
    set.a->stride[0] = 0;
  }
  const Format from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  if (ar.tsk_eu_typ == ArCode::kCast) {
    convert(ar, set, chip, memory);
    return;
  }
  const bool float_in = is_float(from), same_width = bits(from) == bits(to);
  const bool moves =
      ar.tsk_eu_typ == ArCode::kCopy || ar.tsk_eu_typ == ArCode::kCopyBatch || ar.tsk_eu_typ == ArCode::kAbs;
  if (moves && !same_width && (bits(from) != 32 || float_in))
    throw unknown_function(ar, "a copy or an absolute value that changes the width of elements");
  if (float_in != is_float(to)) throw unknown_function(ar, "float operands with an integer result, or the reverse");
  const bool chooses = (ar.tsk_eu_typ == ArCode::kMax || ar.tsk_eu_typ == ArCode::kMin) && bits(from) == 16 &&
                       ar.opd0_prec == ar.opd1_prec && ar.opd0_prec == ar.res0_prec;
  if (ar.tsk_eu_typ == ArCode::kAbs && !same_width)
    execute_cut_words(ar, set, chip, memory);
  else if (float_in && (moves || chooses))
    execute_bits(ar, set, chip, memory);
  else if (float_in)
    execute_float(ar, set, chip, memory);
  else
    execute_integer(ar, set, chip, memory);
}

}  // namespace bmemu::emulator
