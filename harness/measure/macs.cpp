// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/macs.h"

#include <algorithm>
#include <type_traits>

namespace bmemu::harness {
namespace {

namespace x = isa::bm1684x;
namespace a = isa::bm1684;

std::string type_of(std::uint64_t precision) {
  if (precision == 0) return "int8";
  return precision == 2 || precision == 4 ? "fp32" : "fp16";
}

template <class T>
double results(const T& f) {
  return double(f.res0_n) * double(f.res0_c) * double(f.res0_h) * double(f.res0_w);
}

template <class T>
double matrix_macs(const T& f) {
  const double inner = (double(std::max<std::uint64_t>(f.opd0_c, 1)) - 1) * double(f.opd0_w) + double(f.opd1_w);
  return double(f.opd0_n) * std::max(inner, 0.0) * double(f.res0_c) * double(f.res0_w);
}

Macs macs(const x::Conv& f) {
  return {results(f) * double(f.opd0_c) * double(f.opd1_h) * double(f.opd1_w), type_of(f.opd0_prec)};
}
Macs macs(const x::Mm& f) { return {matrix_macs(f), type_of(f.opd0_prec)}; }
Macs macs(const x::Mm2& f) {
  return {double(f.res0_c) * double(f.res0_w) * double(f.operation() == x::Mm2::Op::kNn ? f.opd1_c : f.opd1_w),
          type_of(f.opd0_prec)};
}
Macs macs(const a::Conv& f) {
  return {results(f) * double(f.opd0_c) * double(f.opd1_h) * double(f.opd1_w), type_of(f.opt_opd0_prec)};
}
Macs macs(const a::Mm& f) { return {matrix_macs(f), type_of(f.opt_opd0_prec)}; }

template <class T>
constexpr bool kMultiplies = std::is_same_v<T, x::Conv> || std::is_same_v<T, x::Mm> || std::is_same_v<T, x::Mm2> ||
                             std::is_same_v<T, a::Conv> || std::is_same_v<T, a::Mm>;

}  // namespace

std::optional<Macs> macs_of(const isa::Instruction& instruction) {
  return isa::visit_instruction(
      [](const auto& f) -> std::optional<Macs> {
        if constexpr (kMultiplies<std::decay_t<decltype(f)>>)
          return macs(f);
        else
          return std::nullopt;
      },
      instruction);
}

double peak_macs_per_cycle(const std::string& type, const isa::ChipSpec& chip) {
  const auto& tiu = chip.tiu;
  const double words = double(tiu.lanes * tiu.eu_bytes) / 4;  // one 32-bit product per execution unit
  if (type == "fp32") return words;
  const double bytes_per_element = type == "fp16" ? 2 : 1;
  if (chip.family == isa::Family::kBm1684x)
    return double(tiu.lanes * tiu.cube_pixels * tiu.cube_channel_bytes) / bytes_per_element;
  return type == "fp16" ? words : 8 * words;  // four batches and twice the channels in a word of bytes
}

}  // namespace bmemu::harness
