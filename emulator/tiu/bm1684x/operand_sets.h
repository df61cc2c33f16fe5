// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The memory operands of each BM1684X TIU instruction class by name. An operand that a command holds as a constant, or
// does not use, is absent.
#pragma once

#include <optional>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/bm1684x/tiu/tiu.h"

namespace bmemu::emulator::bm1684x {

using MaybeView = std::optional<OperandView>;

struct ConvOperands {
  OperandView result;
  MaybeView previous;  ///< old result, when it is added
  OperandView input;
  MaybeView kernel;  ///< [1, oc, 1, elements of one output channel in memory order]
  MaybeView extra;   ///< [1, oc, 1, 1] kernel zero point (integers) or bias (floats)
  MaybeView pad;     ///< [1, ic, 1, 2] pad value and insert value per input channel
};
ConvOperands operand_set(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip);

struct PorDOperands {
  OperandView result;
  OperandView input;
  MaybeView kernel;  ///< [1, c, kh, kw]
  MaybeView bias;    ///< [1, c, 1, 1]
  MaybeView pad;     ///< [1, c, 1, 2]
};
PorDOperands operand_set(const isa::bm1684x::PorD& pord, const isa::ChipSpec& chip);

/// A matrix in matrix layout: row r, column j lies at n = r, c = j / width, w = j % width. The last channel may hold
/// fewer columns and is then a view of its own.
struct MatrixView {
  MaybeView whole;  ///< channels of full width; absent when there is only a partial one
  MaybeView rest;   ///< the last channel, when it is narrower
};

struct MmOperands {
  OperandView result;
  MaybeView previous;
  MatrixView left;
  OperandView right;
  MaybeView bias;
  std::uint32_t rows, inner, columns;  ///< of the product: M, K, N
};
MmOperands operand_set(const isa::bm1684x::Mm& mm, const isa::ChipSpec& chip);

struct Mm2Operands {
  OperandView result;
  MaybeView previous;
  MaybeView left;        ///< opd0
  MaybeView right;       ///< opd1
  MaybeView zero_point;  ///< of the right matrix; integers only
  std::uint32_t inner;   ///< K
};
Mm2Operands operand_set(const isa::bm1684x::Mm2& mm2, const isa::ChipSpec& chip);

struct ArOperands {
  OperandView result;
  MaybeView previous;
  MaybeView a, b;
  MaybeView c;  ///< [1, c, 1, 1], clamp: [1, c, 1, 2]
};
ArOperands operand_set(const isa::bm1684x::Ar& ar, const isa::ChipSpec& chip);
/// How many of A, B, C an operation reads.
unsigned operand_count(const isa::bm1684x::Ar& ar);

struct SegOperands {
  OperandView result;
};
SegOperands operand_set(const isa::bm1684x::Seg& seg, const isa::ChipSpec& chip);

struct RqDqOperands {
  OperandView result;
  OperandView input;
  MaybeView parameters;  ///< [1, c, 1, 2 or 3] 32-bit words
};
RqDqOperands operand_set(const isa::bm1684x::RqDq& rqdq, const isa::ChipSpec& chip);

struct TransBcOperands {
  OperandView result;
  OperandView input;
};
TransBcOperands operand_set(const isa::bm1684x::TransBc& transbc, const isa::ChipSpec& chip);

struct SgOperands {
  OperandView result;
  MaybeView count;  ///< number of elements packed per (n, c)
  OperandView input;
  MaybeView index;
  bool rows_of_lanes;  ///< the index is one list, spread over the lanes, for all channels
};
SgOperands operand_set(const isa::bm1684x::Sg& sg, const isa::ChipSpec& chip);

struct SglOperands {
  OperandView result;
  OperandView input;
  OperandView index;
};
SglOperands operand_set(const isa::bm1684x::Sgl& sgl, const isa::ChipSpec& chip);

struct SfuOperands {
  OperandView result;
  OperandView input;
  MaybeView table;  ///< [1, lanes that take part, 1, coefficients]
};
SfuOperands operand_set(const isa::bm1684x::Sfu& sfu, const isa::ChipSpec& chip);

struct LinOperands {
  OperandView result;
  OperandView a;
  MaybeView b, c;  ///< [1, c, 1, 1]
};
LinOperands operand_set(const isa::bm1684x::Lin& lin, const isa::ChipSpec& chip);

struct CmpOperands {
  MaybeView larger;    ///< result of the comparison's "A or B"
  MaybeView selected;  ///< result "C or D"
  MaybeView a, b, c, d;
};
CmpOperands operand_set(const isa::bm1684x::Cmp& cmp, const isa::ChipSpec& chip);

struct VcOperands {
  OperandView result;
  MatrixView a;  ///< a row vector in matrix layout
  OperandView b;
};
VcOperands operand_set(const isa::bm1684x::Vc& vc, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::bm1684x
