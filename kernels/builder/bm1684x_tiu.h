// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X's tensor unit: what both chips have, and the commands that only this one has.
#pragma once

#include "kernels/builder/tiu.h"

namespace bmemu::kernels {

/// Integer elementwise commands with saturation.
enum class SaturatingArithmetic : std::uint8_t { kAdd, kSub, kMul };

/// An elementwise operand with the type that the command takes it for.
struct TypedOperand {
  Operand operand;
  isa::DataType type = isa::DataType::kI8;
};

class Bm1684xTiu : public Tiu {
 public:
  explicit Bm1684xTiu(ProgramBuilder& builder) : Tiu(builder) {}

  void arithmetic(Arithmetic operation, const LocalTensor& out, const Operand& a, const Operand& b) override;
  void copy(const LocalTensor& out, const LocalTensor& in) override;
  void select(Comparison comparison, const LocalTensor& out, const Operand& a, const Operand& b, const Operand& c,
              const Operand& d) override;
  void convolution(const Convolution& conv) override;
  void window(const WindowCommand& command) override;
  void product(const MatrixProduct& product) override;
  void rsqrt(const LocalTensor& out, const LocalTensor& in) override;
  void load_exp_table(std::int64_t offset) override;
  void exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t table_offset) override;

  /// From one type to another; integers saturate.
  void cast(const LocalTensor& out, const LocalTensor& in, Rounding rounding);
  /// Integers, exact, then shifted right by `shift` (half up), then saturated to the result's type.
  void saturating(SaturatingArithmetic operation, const LocalTensor& out, const TypedOperand& a, const TypedOperand& b,
                  std::int64_t shift);
  /// clamp(round(in * multiplier / 2^shift) + zero point) with one row {multiplier, -shift, zero point} per channel.
  void requantise(const LocalTensor& out, const LocalTensor& in, const LocalTensor& table);
  void requantise(const LocalTensor& out, const LocalTensor& in, std::int32_t multiplier, std::int64_t shift);
  /// in * scale as f32.
  void dequantise(const LocalTensor& out, const LocalTensor& in, float scale);
  /// out[M, N] = left[M, K] * right (+ out); one row per lane. `transposed`: right is stored N x K.
  void row_product(const LocalTensor& out, const LocalTensor& left, const LocalTensor& right, bool transposed,
                   bool accumulates);
  /// Adds one 32-bit integer per channel.
  void add_channel_bias(const LocalTensor& out, const LocalTensor& in, const LocalTensor& bias);
  /// out[c, w] = table[index[c, w]] for bytes; `table`: 256 entries in every lane.
  void look_up_bytes(const LocalTensor& out, const LocalTensor& index, const LocalTensor& table);
  /// Channel 0 of one lane to `out`'s channels.
  void broadcast_channel(const LocalTensor& out, const LocalTensor& in);
};

}  // namespace bmemu::kernels
