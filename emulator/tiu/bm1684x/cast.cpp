// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/cast.h"

#include "emulator/arithmetic/float_rounding.h"
#include "emulator/arithmetic/to_integer.h"
#include "emulator/tiu/bm1684x/elementwise.h"
#include "emulator/tiu/bm1684x/views.h"
#include "emulator/unknown_function.h"

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

void store_rounded(const OperandView& view, const isa::ChipSpec& chip, memory::ChipMemory& memory, const Floats& values,
                   Rounding rounding) {
  if (view.format == Format::kF32) {
    scatter(view, chip, memory, values.data());
    return;
  }
  std::vector<std::uint16_t> raw(values.size());
  if (view.format == Format::kF16)
    for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = f32_to_f16(values[i], rounding);
  else
    for (std::size_t i = 0; i < raw.size(); ++i) raw[i] = f32_to_bf16(values[i], rounding);
  scatter(view, chip, memory, raw.data());
}

void from_float(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                memory::ChipMemory& memory) {
  const Format from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  const std::size_t count = element_count(set.result);
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  const bool to_integral = !is_float(to) || from == to;
  if (to_integral && rounding > Rounding::kUp)
    throw unknown_function(ar, "floats cannot be rounded to integers with this mode");
  const auto a =
      set.a ? Source<float>(load_floats(*set.a, chip, memory)) : Source<float>(constant_float(ar.opd0_addr, from));
  if (is_float(to)) {
    Floats out(count);
    // Observed: a conversion to the same float format rounds to integral values.
    if (to_integral)
      map(a, out.data(), count, [rounding](float x) { return round_to_integral(x, rounding); });
    else
      map(a, out.data(), count, [](float x) { return x; });
    store_rounded(set.result, chip, memory, out, rounding);
    return;
  }
  Integers out(count);
  const IntegerRange range = range_of(to);
  map(a, out.data(), count, [&](float x) { return float_to_integer(x, rounding, range); });
  store_integers(set.result, chip, memory, out.data());
}

void from_integer(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip,
                  memory::ChipMemory& memory) {
  const Format from = format_of(ar.opd0_prec, ar.opd0_sign), to = set.result.format;
  const std::size_t count = element_count(set.result);
  const auto rounding = static_cast<Rounding>(ar.opd2_n_str);
  const auto a = set.a ? Source<std::int64_t>(load_integers(*set.a, chip, memory))
                       : Source<std::int64_t>(constant_integer(ar.opd0_addr, from));
  if (is_float(to)) {
    Floats out(count);
    const unsigned precision = precision_of(to);
    map(a, out.data(), count, [&](std::int64_t x) { return integer_to_float(x, precision, rounding); });
    store_rounded(set.result, chip, memory, out, rounding);
    return;
  }
  Integers out(count);
  const IntegerRange range = range_of(to);
  map(a, out.data(), count, [&](std::int64_t x) { return range.clamp(x); });
  store_integers(set.result, chip, memory, out.data());
}

}  // namespace

void convert(const isa::bm1684x::Ar& ar, const ArOperands& set, const isa::ChipSpec& chip, memory::ChipMemory& memory) {
  if (is_float(format_of(ar.opd0_prec, ar.opd0_sign)))
    from_float(ar, set, chip, memory);
  else
    from_integer(ar, set, chip, memory);
}

}  // namespace bmemu::emulator::bm1684x
