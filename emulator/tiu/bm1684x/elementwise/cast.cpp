// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/elementwise/cast.h"

#include "emulator/arithmetic/float_rounding.h"
#include "emulator/arithmetic/to_integer.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/elementwise/rounded_floats.h"
#include "emulator/tiu/bm1684x/values.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator::bm1684x {
namespace {

/// Significant bits of a float format, the hidden one included.
unsigned precision_of(DataType format) {
  switch (format) {
    case DataType::kF16: return 11;
    case DataType::kBf16: return 8;
    default: return 24;
  }
}

/// Observed: a conversion to the same float format rounds to integral values; a nan keeps all its bits.
void round_to_integrals(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                        memory::ChipMemory& memory) {
  const DataType format = set.result.format;
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  const auto a = Values<std::int64_t>::of(as_raw(set.a), ar.opd0_addr, raw_format(format), chip, memory);
  Results<std::int64_t> results(as_raw(set.result), chip);
  Piece<std::int64_t> room, out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    map(a.piece(first, count, room), out.data(), count, [&](std::int64_t raw) -> std::int64_t {
      const float x = constant_float(static_cast<std::uint64_t>(raw), format);
      if (x != x) return raw;
      const float whole = round_to_integral(x, rounding);
      if (format == DataType::kF32) return to_bits(whole);
      return format == DataType::kF16 ? f32_to_f16(whole, rounding) : f32_to_bf16(whole, rounding);
    });
    results.put(first, count, out.data());
  });
  results.store(memory);
}

void from_float(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                memory::ChipMemory& memory) {
  const DataType from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  if (from == to) return round_to_integrals(ar, set, chip, memory);
  if (!is_float(to) && rounding > Rounding::kUp) throw unknown_function(ar, Refusal::kRoundingMode);
  const auto a = Values<float>::of(set.a, ar.opd0_addr, from, chip, memory);
  Piece<float> room;
  if (is_float(to)) {
    RoundedFloats results(set.result, chip, rounding, Overflow::kInfinite);
    Piece<float> out;
    in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
      map(a.piece(first, count, room), out.data(), count, [](float x) { return x; });
      results.put(first, count, out.data());
    });
    results.store(memory);
    return;
  }
  const IntegerRange range = range_of(to);
  Results<std::int64_t> results(set.result, chip);
  Piece<std::int64_t> out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    map(a.piece(first, count, room), out.data(), count, [&](float x) { return float_to_integer(x, rounding, range); });
    results.put(first, count, out.data());
  });
  results.store(memory);
}

void from_integer(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                  memory::ChipMemory& memory) {
  const DataType from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  const auto a = Values<std::int64_t>::of(set.a, ar.opd0_addr, from, chip, memory);
  Piece<std::int64_t> room;
  if (is_float(to)) {
    RoundedFloats results(set.result, chip, rounding, Overflow::kByRounding);
    const unsigned precision = precision_of(to);
    const RoundsBy by = bits(from) == 32 ? RoundsBy::kNumber : RoundsBy::kMagnitude;
    Piece<float> out;
    in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
      map(a.piece(first, count, room), out.data(), count,
          [&](std::int64_t x) { return integer_to_float(x, precision, rounding, by); });
      results.put(first, count, out.data());
    });
    results.store(memory);
    return;
  }
  const IntegerRange range = range_of(to);
  Results<std::int64_t> results(set.result, chip);
  Piece<std::int64_t> out;
  in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
    map(a.piece(first, count, room), out.data(), count, [&](std::int64_t x) { return range.clamp(x); });
    results.put(first, count, out.data());
  });
  results.store(memory);
}

}  // namespace

void convert(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  if (is_float(format_of(ar.opd0_prec, ar.opd0_sign)))
    from_float(ar, set, chip, memory);
  else
    from_integer(ar, set, chip, memory);
}

}  // namespace bmemu::emulator::bm1684x
