// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684's tensor unit: what both chips have, and the fixed-point commands that only this one has.
#pragma once

#include "kernels/builder/tiu.h"

namespace bmemu::kernels {

/// One side of a fixed-point elementwise command: 8 or 16 bits, in packed storage or a constant.
struct FixedOperand {
  Operand operand;
  isa::DataType type = isa::DataType::kI8;
};

/// kShift: by a constant, to the left, or to the right where it is negative; kAnd: both of 16 bits.
enum class FixedArithmetic : std::uint8_t { kMul, kMac, kAdd, kSub, kMax, kMin, kShift, kAnd };

class Bm1684Tiu : public Tiu {
 public:
  explicit Bm1684Tiu(ProgramBuilder& builder) : Tiu(builder) {}

  void arithmetic(Arithmetic operation, const LocalTensor& out, const Operand& a, const Operand& b) override;
  void copy(const LocalTensor& out, const LocalTensor& in) override;
  void select(Comparison comparison, const LocalTensor& out, const Operand& a, const Operand& b, const Operand& c,
              const Operand& d) override;
  void convolution(const Convolution& conv) override;
  void window(const WindowCommand& command) override;
  void product(const MatrixProduct& product) override;
  void rsqrt(const LocalTensor& out, const LocalTensor& in) override;
  void load_exp_table(std::int64_t) override {}
  void exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t table_offset) override;

  /// Packed operands, bytes of kMul and kMac: clamp((a op b) >> shift), half up. The result has a sign when an operand
  /// has one. kMac adds what `out` holds, 16 bits shifted left by `left_shift`.
  void fixed(FixedArithmetic operation, const LocalTensor& out, const FixedOperand& a, const FixedOperand& b,
             std::int64_t shift = 0, std::int64_t left_shift = 0);
  /// out = table[in] on words, both aligned; the table has 2^`index_bits` words at this offset of L2.
  void look_up(const LocalTensor& out, const LocalTensor& in, std::uint32_t l2_offset, unsigned index_bits = 8);
  /// f32 to i32, towards zero, saturated.
  void to_integer(const LocalTensor& out, const LocalTensor& in);
};

}  // namespace bmemu::kernels
