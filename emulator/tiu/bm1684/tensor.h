// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors of BM1684 TIU commands: addresses, formats and layouts turned into views of local memory.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/operand/operands.h"
#include "isa/chip/chip_spec.h"
#include "isa/encoding/codes.h"
#include "isa/layout/local_layout.h"

namespace bmemu::emulator::bm1684 {

using isa::Precision;
using isa::StrideMode;

/// What an operand's elements are, and how they share words.
struct Element {
  DataType format = DataType::kF32;
  isa::Unit unit;
};

/// 8-bit data 4N, 16-bit data 2N, 32-bit data 1N. Errors: E-OPERAND-FORMAT names `what`.
Element packed_element(std::uint64_t precision, bool is_signed, std::string_view what);
/// Every format one element after the other (matrices, per-channel parameters).
Element plain_element(std::uint64_t precision, bool is_signed, std::string_view what);

using Shape = isa::Shape;      ///< n counts batches
using Strides = isa::Strides;  ///< in elements (packed: words; n steps one plane)

/// Makes views of one command's operands; remembers chip and command for messages.
class TensorMaker {
 public:
  TensorMaker(const isa::ChipSpec& chip, std::string_view command) : chip_(chip), lanes_(chip), command_(command) {}

  /// What an operand is; `name` ("opd0") is for messages.
  struct Operand {
    Role role;
    memory::Access access;
    std::string_view name;
    std::uint64_t address;  ///< field value: with or without the base of local memory
    Element element;
  };

  /// Channel rows padded to the execution units' width; n stride covers the start lane's row.
  OperandView aligned(const Operand& operand, const Shape& shape) const;
  OperandView compact(const Operand& operand, const Shape& shape) const;
  OperandView strided(const Operand& operand, const Shape& shape, const Strides& strides) const;
  /// By stride mode. Errors: E-OPERAND-FORMAT for a mode that BM1684 does not have.
  OperandView tensor(const Operand& operand, const Shape& shape, std::uint64_t mode, const Strides& strides) const;
  /// Where an operand stands, for messages.
  std::string place(std::string_view operand) const { return std::string(command_) + ' ' + std::string(operand); }
  /// `entries` 32-bit words at an offset of L2.
  OperandView table(const Operand& operand, std::uint64_t entries) const;

 private:
  OperandView view(const Operand& operand, const isa::LocalLayout& layout) const;
  isa::LayoutMaker maker(const Operand& operand) const;
  std::uint64_t local_offset(const Operand& operand) const;

  const isa::ChipSpec& chip_;
  isa::Lanes lanes_;
  std::string_view command_;
};

/// The same bytes with every dimension of stride 0 reduced to one element (channels: one row of lanes).
OperandView without_repeats(OperandView view, const isa::ChipSpec& chip);

}  // namespace bmemu::emulator::bm1684
