// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// AR: elementwise arithmetic. Chooses between float, integer and conversion.
#include "emulator/tiu/bm1684x/ar.h"

#include "emulator/tiu/bm1684x/cast.h"
#include "emulator/tiu/bm1684x/elementwise.h"
#include "emulator/tiu/bm1684x/execute.h"
#include "emulator/tiu/bm1684x/loads.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"
#include "emulator/unknown_function.h"

namespace bmemu::emulator {

using namespace bm1684x;

namespace {

void execute_float(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                   memory::ChipMemory& memory) {
  const Format format = format_of(ar.opd0_prec, ar.opd0_sign);
  FloatOperation operation;
  operation.code = ar.tsk_eu_typ;
  operation.iterations = static_cast<int>(ar.opd2_n_str) + 1;
  operation.format = format;
  const auto a = float_source(set.a, ar.opd0_addr, format, chip, memory);
  const auto b = float_source(set.b, ar.opd1_addr, format_of(ar.opd1_prec, 1), chip, memory);
  const auto c = float_channels(set.c, ar.opd2_addr, format_of(ar.opd2_prec, 1), set.result, chip, memory);
  Floats out(element_count(set.result));
  if (set.previous) out = load_floats(*set.previous, chip, memory);
  if (!apply(operation, a, b, c, out.data(), out.size()))
    throw unknown_function(ar, "the operation has no meaning for floats");
  store_floats(set.result, chip, memory, out.data());
}

void execute_integer(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                     memory::ChipMemory& memory) {
  const Format format_a = format_of(ar.opd0_prec, ar.opd0_sign);
  const Format format_b = format_of(ar.opd1_prec, ar.opd1_sign);
  IntegerOperation operation;
  operation.code = ar.tsk_eu_typ;
  operation.rounding = static_cast<Rounding>(ar.opd2_n_str);
  operation.bits = bits(format_a);
  operation.result_bits = bits(set.result.format);
  operation.result = range_of(set.result.format);
  operation.shifted = operand_count(ar) == 3;
  const auto a = integer_source(set.a, ar.opd0_addr, format_a, chip, memory);
  const auto b = integer_source(set.b, ar.opd1_addr, format_b, chip, memory);
  auto c = integer_channels(set.c, ar.opd2_addr, format_of(ar.opd2_prec, ar.opd2_sign), set.result, chip, memory);
  // Observed: the two shifts of a multiply-accumulate are always in the field, whatever opd2_const says.
  if (ar.tsk_eu_typ == ArCode::kMac) c = Source<std::int64_t>(static_cast<std::int64_t>(ar.opd2_addr & 0xFFFFU));
  Integers out(element_count(set.result));
  if (set.previous) out = load_integers(*set.previous, chip, memory);
  if (!apply(operation, a, b, c, out.data(), out.size()))
    throw unknown_function(ar, "the operation has no meaning for integers");
  if (ar.tsk_eu_typ == ArCode::kAbs && operation.bits == 32)
    store_words(set.result, chip, memory, out.data());
  else
    store_integers(set.result, chip, memory, out.data());
}

/// Copies and absolute values of floats touch only bits: a nan keeps its payload.
void execute_bits(const isa::bm1684x::Ar& ar, ArOperands set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const Format raw = bits(set.result.format) == 16 ? Format::kU16 : Format::kU32;
  const std::int64_t mask = ar.tsk_eu_typ != ArCode::kAbs ? 0xFFFFFFFF : raw == Format::kU16 ? 0x7FFF : 0x7FFFFFFF;
  set.result.format = raw;
  if (set.a) set.a->format = raw;
  const auto a = integer_source(set.a, ar.opd0_addr, raw, chip, memory);
  Integers out(element_count(set.result));
  map(a, out.data(), out.size(), [mask](std::int64_t x) { return x & mask; });
  store_integers(set.result, chip, memory, out.data());
}

/// Maximum or minimum of 16-bit floats.
void execute_choice(const isa::bm1684x::Ar& ar, ArOperands set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const Format format = set.result.format;
  set.result.format = Format::kU16;
  if (set.a) set.a->format = Format::kU16;
  if (set.b) set.b->format = Format::kU16;
  const auto a = integer_source(set.a, ar.opd0_addr, Format::kU16, chip, memory);
  const auto b = integer_source(set.b, ar.opd1_addr, Format::kU16, chip, memory);
  Integers out(element_count(set.result));
  choose(ar.tsk_eu_typ, format, a, b, out.data(), out.size());
  store_integers(set.result, chip, memory, out.data());
}

}  // namespace

void execute(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  const ArOperands set = operand_set(ar, chip);
  const Format from = format_of(ar.opd0_prec, ar.opd0_sign);
  if (ar.tsk_eu_typ == ArCode::kCast) {
    convert(ar, set, chip, memory);
    return;
  }
  const bool only_bits =
      ar.tsk_eu_typ == ArCode::kCopy || ar.tsk_eu_typ == ArCode::kCopyBatch || ar.tsk_eu_typ == ArCode::kAbs;
  if (only_bits && bits(from) != bits(set.result.format) && (bits(from) != 32 || is_float(from)))
    throw unknown_function(ar, "a copy or an absolute value that changes the width of elements");
  const bool float_in = is_float(from), float_out = is_float(set.result.format);
  if (float_in != float_out) throw unknown_function(ar, "float operands with an integer result, or the reverse");
  const bool chosen = ar.tsk_eu_typ == ArCode::kMax || ar.tsk_eu_typ == ArCode::kMin;
  if (float_in && chosen && bits(from) == 16 && ar.opd0_prec == ar.opd1_prec && ar.opd0_prec == ar.res0_prec)
    execute_choice(ar, set, chip, memory);
  else if (float_in && only_bits)
    execute_bits(ar, set, chip, memory);
  else if (float_in)
    execute_float(ar, set, chip, memory);
  else
    execute_integer(ar, set, chip, memory);
}

}  // namespace bmemu::emulator
