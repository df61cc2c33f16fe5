// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How operands become fields of BM1684X's commands. Private to bm1684x_*.cpp.
#pragma once

#include <cstdint>

#include "isa/encoding/codes.h"
#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/builder/tiu_fields.h"

namespace bmemu::kernels::bm1684x_fields {

namespace ops = isa::bm1684x;
using namespace tiu_fields;
using isa::DataType;
using isa::StrideMode;

inline std::uint64_t precision(DataType type) { return code(ops::tiu_format(type).value().precision); }

/// The sign bit of an operand; compilers set it for floats too.
inline std::uint64_t sign_of(DataType type) { return isa::is_signed(type) || isa::is_float(type) ? 1 : 0; }

/// Bits of a constant, which operands hold as f32, in a float format.
inline std::uint32_t constant_bits(std::uint32_t f32, DataType type) {
  if (type == DataType::kBf16) return (f32 + 0x7FFF + ((f32 >> 16) & 1)) >> 16;
  if (type != DataType::kF16) return f32;
  const std::uint32_t sign = f32 >> 16 & 0x8000;
  const std::uint32_t magnitude = f32 & 0x7FFFFFFF;
  if (magnitude >= 0x47800000)
    return sign | (magnitude > 0x7F800000 ? 0x7E00 : magnitude == 0x7F800000 ? 0x7C00 : 0x7BFF);
  if (magnitude < 0x38800000) {  // denormal in the narrow format
    const std::uint32_t shift = 126 - (magnitude >> 23);
    if (shift > 24) return sign;
    const std::uint32_t mantissa = (magnitude & 0x7FFFFF) | 0x800000;
    return sign | ((mantissa + (1U << (shift - 1))) >> shift);
  }
  return sign | ((magnitude - 0x38000000 + 0xFFF + ((magnitude >> 13) & 1)) >> 13);
}

template <class Command>
Command short_form(typename Command::Op operation) {
  Command c;
  c.cmd_short = 1;
  c.set_operation(operation);
  return c;
}

struct Addresses {
  const isa::ChipSpec& chip;
  std::uint64_t operator()(const LocalTensor& t) const { return u64(t.lane * chip.local_memory.lane_bytes + t.offset); }
};

inline std::uint64_t mode_of(const LocalTensor& t, const isa::ChipSpec& chip) {
  if (is_aligned(t, chip)) return code(StrideMode::kAligned);
  return code(is_compact(t, chip) ? StrideMode::kCompact : StrideMode::kFree);
}

template <class Command>
void set_result(Command& c, const LocalTensor& t, const isa::ChipSpec& chip) {
  c.res0_addr = Addresses{chip}(t);
  set_result_sizes(c, t);
}

/// Source: sizes 1 in a dimension make its stride free; zero keeps the field small.
inline Dims field_strides(const LocalTensor& t) {
  Dims s = t.stride;
  for (std::size_t d = 0; d < 4; ++d)
    if (t.shape[d] == 1) s[d] = d == 1 ? s[d] : 0;
  return s;
}

inline void set_elementwise_result(ops::Ar& c, const LocalTensor& t, const isa::ChipSpec& chip) {
  set_result(c, t, chip);
  c.res0_str = mode_of(t, chip);
  if (c.res0_str == StrideMode::kFree) set_result_strides(c, field_strides(t));
}

inline void set_operand0(ops::Ar& c, const Operand& o, DataType type, const isa::ChipSpec& chip) {
  c.opd0_prec = precision(type);
  c.opd0_sign = sign_of(type);
  if (o.is_constant) {
    c.opd0_const = 1;
    c.opd0_addr = is_float(type) ? constant_bits(o.bits, type) : o.bits;
    return;
  }
  c.opd0_addr = Addresses{chip}(o.tensor);
  c.opd0_str = mode_of(o.tensor, chip);
  if (c.opd0_str == StrideMode::kFree) set_operand0_strides(c, field_strides(o.tensor));
}

inline void set_operand1(ops::Ar& c, const Operand& o, DataType type, const isa::ChipSpec& chip) {
  c.opd1_prec = precision(type);
  c.opd1_sign = sign_of(type);
  if (o.is_constant) {
    c.opd1_const = 1;
    c.opd1_addr = is_float(type) ? constant_bits(o.bits, type) : o.bits;
    return;
  }
  c.opd1_addr = Addresses{chip}(o.tensor);
  c.opd1_str = mode_of(o.tensor, chip);
  if (c.opd1_str == StrideMode::kFree) set_operand1_strides(c, field_strides(o.tensor));
}

/// The value that loses against every other in a maximum. Source: what compilers write.
inline std::uint32_t lowest_bits(DataType type) {
  switch (type) {
    case DataType::kF16: return 0xFBFF;
    case DataType::kBf16: return 0xFF7F;
    case DataType::kI8: return 0x80;
    case DataType::kU8: return 0;
    default: return 0xFF7FFFFF;
  }
}

}  // namespace bmemu::kernels::bm1684x_fields
