// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How operands become fields of BM1684X's commands. Private to bm1684x_*.cpp.
#pragma once

#include <cstdint>

#include "kernels/builder/bm1684x_tiu.h"

namespace bmemu::kernels::bm1684x_fields {

namespace ops = isa::bm1684x;
using isa::DataType;

inline constexpr std::uint64_t kAligned = 0, kCompact = 1, kFree = 3;

inline std::uint64_t u64(std::int64_t value) { return static_cast<std::uint64_t>(value); }

inline std::uint64_t precision(DataType type) {
  switch (type) {
    case DataType::kI8:
    case DataType::kU8: return 0;
    case DataType::kF16: return 1;
    case DataType::kF32: return 2;
    case DataType::kI16:
    case DataType::kU16: return 3;
    case DataType::kI32:
    case DataType::kU32: return 4;
    case DataType::kBf16: return 5;
    default: return 6;
  }
}

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
Command short_form() {
  Command c;
  c.cmd_short = 1;
  return c;
}

struct Addresses {
  const isa::ChipSpec& chip;
  std::uint64_t operator()(const LocalTensor& t) const { return u64(t.lane * chip.local_memory.lane_bytes + t.offset); }
};

inline std::uint64_t mode_of(const LocalTensor& t, const isa::ChipSpec& chip) {
  if (is_aligned(t, chip)) return kAligned;
  return is_compact(t, chip) ? kCompact : kFree;
}

template <class Command>
void set_result(Command& c, const LocalTensor& t, const isa::ChipSpec& chip) {
  c.res0_addr = Addresses{chip}(t);
  c.res0_n = u64(t.shape[0]), c.res0_c = u64(t.shape[1]), c.res0_h = u64(t.shape[2]), c.res0_w = u64(t.shape[3]);
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
  if (c.res0_str != kFree) return;
  const Dims s = field_strides(t);
  c.res0_n_str = u64(s[0]), c.res0_c_str = u64(s[1]), c.res0_h_str = u64(s[2]), c.res0_w_str = u64(s[3]);
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
  if (c.opd0_str != kFree) return;
  const Dims s = field_strides(o.tensor);
  c.opd0_n_str = u64(s[0]), c.opd0_c_str = u64(s[1]), c.opd0_h_str = u64(s[2]), c.opd0_w_str = u64(s[3]);
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
  if (c.opd1_str != kFree) return;
  const Dims s = field_strides(o.tensor);
  c.opd1_n_str = u64(s[0]), c.opd1_c_str = u64(s[1]), c.opd1_h_str = u64(s[2]), c.opd1_w_str = u64(s[3]);
}

template <class Command>
void set_window(Command& c, const Window& w) {
  c.opd1_h = u64(w.kernel_h), c.opd1_w = u64(w.kernel_w);
  c.res_op_y_str = u64(w.stride_h), c.res_op_x_str = u64(w.stride_w);
  c.opd1_y_ins0 = u64(w.dilation_h - 1), c.opd1_x_ins0 = u64(w.dilation_w - 1);
  c.opd0_y_ins0 = u64(w.insert_h), c.opd0_x_ins0 = u64(w.insert_w);
  c.opd0_up_pad = u64(w.up), c.opd0_dn_pad = u64(w.down), c.opd0_lf_pad = u64(w.left), c.opd0_rt_pad = u64(w.right);
}

inline std::uint64_t code_of(Arithmetic operation) {
  switch (operation) {
    case Arithmetic::kMul: return 0;
    case Arithmetic::kAdd: return 2;
    case Arithmetic::kSub: return 3;
    case Arithmetic::kMax: return 4;
    case Arithmetic::kMin: return 5;
    case Arithmetic::kShift: return 6;
    case Arithmetic::kAnd: return 7;
    case Arithmetic::kOr: return 8;
    case Arithmetic::kXor: return 9;
    case Arithmetic::kDiv: return 12;
  }
  return 0;
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
