// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684's tensor unit: what both chips have, and the fixed-point commands that only this one has.
#pragma once

#include "kernels/builder/tiu.h"

namespace bmemu::kernels {

/// Precision codes of the TIU.
enum class Bm1684Precision : std::uint8_t { kI8 = 0, kF32 = 2, kI16 = 3, kI32 = 4 };

/// One side of a fixed-point elementwise command.
struct FixedOperand {
  Operand operand;
  Bm1684Precision precision = Bm1684Precision::kI8;
  bool is_signed = true;
};

enum class FixedArithmetic : std::uint8_t { kMul = 0, kMac = 1, kAdd = 2, kSub = 3, kMax = 4, kMin = 5 };

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
  std::int64_t exp_table_bytes() const override { return 0; }
  void load_exp_table(std::int64_t) override {}
  void exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t table_offset) override;

  /// Packed operands: clamp((a op b) >> shift), half up. kMac adds the old result, 16 bit, shifted left by
  /// `left_shift`.
  void fixed(FixedArithmetic operation, const LocalTensor& out, Bm1684Precision out_precision, const FixedOperand& a,
             const FixedOperand& b, std::int64_t shift, std::int64_t left_shift = 0);
  /// out = table[in] on words; the table holds 2^`index_bits` words at this offset of L2.
  void look_up(const LocalTensor& out, const LocalTensor& in, std::uint32_t l2_offset, unsigned index_bits = 8);
  /// f32 to i32, towards zero, saturated.
  void to_integer(const LocalTensor& out, const LocalTensor& in);
};

}  // namespace bmemu::kernels
