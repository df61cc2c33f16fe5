// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/elementwise/cast.h"

#include "emulator/arithmetic/float_rounding.h"
#include "emulator/arithmetic/to_integer.h"
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/elementwise/elementwise.h"
#include "emulator/tiu/bm1684x/elementwise/pieces.h"
#include "emulator/tiu/bm1684x/views.h"

namespace bmemu::emulator::bm1684x {
namespace {

/// Significant bits of a float format, the hidden one included.
unsigned precision_of(Format format) {
  switch (format) {
    case Format::kF16: return 11;
    case Format::kBf16: return 8;
    default: return 24;
  }
}

/// Stores floats rounded with the command's mode.
class RoundedHalves {
 public:
  RoundedHalves(const OperandView& view, const isa::ChipSpec& chip, Rounding rounding)
      : results_(as_bits(view), chip), format_(view.format), rounding_(rounding) {}
  std::size_t size() const { return results_.size(); }
  void put(std::size_t first, std::size_t count, const float* values) {
    Piece<std::int64_t> raw;
    for (std::size_t i = 0; i < count; ++i)
      raw[i] = format_ == Format::kF16    ? f32_to_f16(values[i], rounding_)
               : format_ == Format::kBf16 ? f32_to_bf16(values[i], rounding_)
                                          : std::int64_t{to_bits(values[i])};
    results_.put(first, count, raw.data());
  }
  void store(memory::ChipMemory& memory) const { results_.store(memory); }

 private:
  static OperandView as_bits(OperandView view) {
    view.format = bits(view.format) == 16 ? Format::kU16 : Format::kU32;
    return view;
  }
  Results<std::int64_t> results_;
  Format format_;
  Rounding rounding_;
};

void from_float(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                memory::ChipMemory& memory) {
  const Format from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  const bool to_integral = !is_float(to) || from == to;
  if (to_integral && rounding > Rounding::kUp)
    throw unknown_function(ar, "floats cannot be rounded to integers with this mode");
  const auto a = Values<float>::of(set.a, ar.opd0_addr, from, chip, memory);
  Piece<float> room;
  if (is_float(to)) {
    RoundedHalves results(set.result, chip, rounding);
    Piece<float> out;
    in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
      // Observed: a conversion to the same float format rounds to integral values.
      map(a.piece(first, count, room), out.data(), count,
          [&](float x) { return to_integral ? round_to_integral(x, rounding) : x; });
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
  const Format from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  const auto a = Values<std::int64_t>::of(set.a, ar.opd0_addr, from, chip, memory);
  Piece<std::int64_t> room;
  if (is_float(to)) {
    RoundedHalves results(set.result, chip, rounding);
    const unsigned precision = precision_of(to);
    Piece<float> out;
    in_pieces(results.size(), [&](std::size_t first, std::size_t count) {
      map(a.piece(first, count, room), out.data(), count,
          [&](std::int64_t x) { return integer_to_float(x, precision, rounding); });
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
