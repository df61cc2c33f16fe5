// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The operands of each BM1684 TIU class by name, with their full logical shapes: what computing and `operands` share.
#pragma once

#include <optional>

#include "emulator/tiu/bm1684/tensor.h"
#include "isa/encoding/bm1684/tiu.h"

namespace bmemu::emulator::bm1684 {

// An operand that is absent or held in the command is empty. Shapes of packed tensors count word planes in n.

struct ConvOperands {
  OperandView result;
  OperandView input;
  /// Empty: a constant. One view (kernel row, output channel, kernel column, input channels padded to blocks), or one
  /// per kernel row (block of input channels, output channel, kernel column, channels of the block).
  std::vector<OperandView> kernel;
  std::optional<OperandView> bias;  ///< 1, oc, 1, 1
};
ConvOperands operand_set(const isa::bm1684::Conv&, const isa::ChipSpec&);

struct PorDOperands {
  OperandView result;
  OperandView input;
  std::optional<OperandView> kernel;  ///< depthwise: 1, c, kh, kw
  std::optional<OperandView> bias;
};
PorDOperands operand_set(const isa::bm1684::PorD&, const isa::ChipSpec&);
bool is_depthwise(const isa::bm1684::PorD&);

struct MmOperands {
  OperandView result;               ///< rows, column groups, 1, group width
  std::optional<OperandView> left;  ///< as stored: `left_rows` x `left_columns`
  OperandView right;                ///< K rows
  std::optional<OperandView> old;   ///< what is accumulated onto
  std::optional<OperandView> bias;
  std::uint64_t left_rows = 0;
  std::uint64_t left_columns = 0;
};
MmOperands operand_set(const isa::bm1684::Mm&, const isa::ChipSpec&);

struct ArOperands {
  OperandView result;
  std::optional<OperandView> a;
  std::optional<OperandView> b;
  std::optional<OperandView> old;  ///< mac: what is accumulated onto
};
ArOperands operand_set(const isa::bm1684::Ar&, const isa::ChipSpec&);

/// md_scalar, md_sfu, lut: elementwise on aligned tensors, a second tensor or a table in L2.
struct UnaryOperands {
  OperandView result;
  std::optional<OperandView> a;
  std::optional<OperandView> b;
  std::optional<OperandView> old;  ///< md_scalar: what is accumulated onto
};
UnaryOperands operand_set(const isa::bm1684::MdScalar&, const isa::ChipSpec&);
UnaryOperands operand_set(const isa::bm1684::MdSfu&, const isa::ChipSpec&);
UnaryOperands operand_set(const isa::bm1684::Lut&, const isa::ChipSpec&);
/// Entries of a table: a power of two; indices are taken modulo it.
std::uint64_t lut_entries(const isa::bm1684::Lut&);

struct MdLinearOperands {
  OperandView result;
  OperandView a;
  std::optional<OperandView> b;  ///< 1, c, 1, 1
  std::optional<OperandView> s;
  std::optional<OperandView> old;  ///< mac: what is accumulated onto
};
MdLinearOperands operand_set(const isa::bm1684::MdLinear&, const isa::ChipSpec&);

struct MdCmpOperands {
  std::optional<OperandView> result0;
  std::optional<OperandView> result1;
  std::optional<OperandView> a, b, c, d;
};
MdCmpOperands operand_set(const isa::bm1684::MdCmp&, const isa::ChipSpec&);

struct MdSumOperands {
  OperandView result;
  OperandView a;
};
MdSumOperands operand_set(const isa::bm1684::MdSum&, const isa::ChipSpec&);

struct VcOperands {
  OperandView result;
  OperandView a;  ///< 1, column groups, 1, group width; only `a_length` elements count
  OperandView b;
  std::uint64_t a_length = 0;
};
VcOperands operand_set(const isa::bm1684::Vc&, const isa::ChipSpec&);

struct CcOperands {
  OperandView result;
  OperandView input;
  OperandView kernel;
};
CcOperands operand_set(const isa::bm1684::Cc&, const isa::ChipSpec&);

}  // namespace bmemu::emulator::bm1684
