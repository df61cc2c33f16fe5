// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Commands of the tensor unit in words that both chips share. What a chip does in another way is in bm1684_tiu.cpp and
// bm1684x_tiu.cpp; what only one of them has says so.
#pragma once

#include <cstdint>
#include <memory>

#include "kernels/builder/program_builder.h"
#include "kernels/builder/tensors.h"

namespace bmemu::kernels {

/// A tensor or one value for all elements.
struct Operand {
  bool is_constant = false;
  std::uint32_t bits = 0;  ///< of the constant, in the format of the command
  LocalTensor tensor;

  Operand(const LocalTensor& t) : tensor(t) {}  // NOLINT: a tensor is an operand
  static Operand constant(float value);
  static Operand constant_bits(std::uint32_t bits);

 private:
  Operand() = default;
};

/// kShift: left by a constant, or right (without sign, no rounding) when it is negative; 32-bit data.
enum class Arithmetic : std::uint8_t { kAdd, kSub, kMul, kDiv, kMax, kMin, kAnd, kOr, kXor, kShift };
enum class Comparison : std::uint8_t { kGreater, kEqual };

/// How integers become narrower.
enum class Rounding : std::uint8_t { kHalfEven = 0, kHalfAway = 1, kTowardsZero = 2, kDown = 3, kUp = 4, kHalfUp = 5 };

struct Window {
  std::int64_t kernel_h = 1, kernel_w = 1;
  std::int64_t stride_h = 1, stride_w = 1;
  std::int64_t dilation_h = 1, dilation_w = 1;
  std::int64_t up = 0, down = 0, left = 0, right = 0;  ///< padding, 15 at most
  std::int64_t insert_h = 0, insert_w = 0;             ///< zeros between elements, 14 at most
};

/// Weights and bias as kernels/builder/weights.h lays them out.
struct Convolution {
  LocalTensor out, in, weights;
  const LocalTensor* bias = nullptr;  ///< BM1684X: of float convolutions only
  Window window;
  bool accumulates = false;  ///< adds to what `out` holds
  // BM1684, fixed point: result = clamp((sum + bias) >> shift).
  std::int64_t shift = 0;
  bool is_relu = false;
};

enum class Pooling : std::uint8_t { kMax, kAverage, kDepthwise };
struct WindowCommand {
  Pooling kind = Pooling::kMax;
  LocalTensor out, in;
  Window window;
  float factor = 1;                      ///< average of floats: of the window's sum
  std::int64_t multiplier = 1;           ///< average of integers: (sum * multiplier) >> shift, half up
  std::int64_t shift = 0;                ///< also of BM1684's fixed-point depthwise
  const LocalTensor* weights = nullptr;  ///< depthwise: compact, 1N
  const LocalTensor* bias = nullptr;
  bool is_relu = false;  ///< BM1684, fixed-point depthwise
};

/// out = left * right (+ bias) (+ out). Matrix layout: row r, column j at n = r, c = j / w, w = j % w; the last channel
/// of `left` may be cut to `last_columns`.
struct MatrixProduct {
  LocalTensor out, left, right;
  std::int64_t last_columns = 0;
  const LocalTensor* bias = nullptr;
  bool accumulates = false;
};

/// Coefficients of `exp_series`, one for each term, f32.
inline constexpr std::uint64_t kExpTerms = 8;
/// Bytes of a lane for them; 0 when the chip holds them elsewhere (BM1684).
std::int64_t exp_table_bytes(const isa::ChipSpec& chip);

class Tiu {
 public:
  virtual ~Tiu() = default;

  /// Element by element; tensors of `out`'s shape with any strides (0 repeats). Floats of the result's type; kAnd, kOr,
  /// kXor and kShift on the raw words of 32-bit data.
  virtual void arithmetic(Arithmetic operation, const LocalTensor& out, const Operand& a, const Operand& b) = 0;
  virtual void copy(const LocalTensor& out, const LocalTensor& in) = 0;
  /// a > b (a == b) ? c : d. All aligned, of one shape and type.
  virtual void select(Comparison comparison, const LocalTensor& out, const Operand& a, const Operand& b,
                      const Operand& c, const Operand& d) = 0;
  virtual void convolution(const Convolution& conv) = 0;
  virtual void window(const WindowCommand& command) = 0;
  /// f32 on both chips.
  virtual void product(const MatrixProduct& product) = 0;
  /// x^(-1/2) of f32, Newton's iteration to full precision. Aligned.
  virtual void rsqrt(const LocalTensor& out, const LocalTensor& in) = 0;

  /// Puts the coefficients of e^x into every lane.
  virtual void load_exp_table(std::int64_t offset) = 0;
  /// e^x for |x| <= 0.35, f32, aligned.
  virtual void exp_series(const LocalTensor& out, const LocalTensor& in, std::int64_t table_offset) = 0;

 protected:
  explicit Tiu(ProgramBuilder& builder) : builder_(builder) {}
  const isa::ChipSpec& chip() const { return builder_.chip(); }
  LaneRange range(const LocalTensor& tensor) const;
  /// Reads of the operands that are tensors.
  void read(LocalAccess& access, const Operand& operand) const;

  ProgramBuilder& builder_;
};

std::unique_ptr<Tiu> make_tiu(ProgramBuilder& builder);
std::unique_ptr<Tiu> make_bm1684_tiu(ProgramBuilder& builder);
std::unique_ptr<Tiu> make_bm1684x_tiu(ProgramBuilder& builder);

}  // namespace bmemu::kernels
