// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The primitive operators of the graph: a small closed set that lowering covers completely. Everything else that ONNX
// has is made of these at import.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace bmemu::kernels {

using Shape = std::vector<std::int64_t>;
/// Depth, height, width. A tensor of rank 3 is (n, c, w), of rank 4 (n, c, h, w), of rank 5 (n, c, d, h, w); what is
/// not there has size, kernel, stride and dilation 1 and no padding.
using Spatial = std::array<std::int64_t, 3>;

/// A limit that follows an operator: min(max(x, 0), ceiling).
struct Relu {
  float ceiling = std::numeric_limits<float>::infinity();
};
using Activation = std::optional<Relu>;

/// Inputs: x (n, c, [d, h,] w); constant weights (oc, c / groups, [kd, kh,] kw); optional constant bias (oc).
/// Cross-correlation as in ONNX. A transposed convolution is one with `insert` and a turned kernel.
struct Conv {
  Spatial kernel{1, 1, 1};
  Spatial stride{1, 1, 1};
  Spatial dilation{1, 1, 1};
  Spatial pad_begin{};
  Spatial pad_end{};
  Spatial insert{};  ///< zeros between neighbouring elements of x, before padding
  std::int64_t groups = 1;
  Activation activation;
};

enum class PoolKind : std::uint8_t { kMax, kAverage };
/// Input: x as for Conv. Maximum: padding never wins. Average: over the window's elements inside of x, or, with
/// `count_pad`, over the whole window. `pad_end` may be negative where the stride leaves elements over: those are
/// unread.
struct Pool {
  PoolKind kind = PoolKind::kMax;
  Spatial kernel{1, 1, 1};
  Spatial stride{1, 1, 1};
  Spatial pad_begin{};
  Spatial pad_end{};
  bool count_pad = false;
  Activation activation;
};

/// Inputs: left (b, m, k); right (b, k, n), constant or not; optional constant bias (n). Always of rank 3; b is 1 when
/// the right side is shared by all rows.
struct MatMul {
  Activation activation;
};

/// What compares gives 1.0 or 0.0. kPrelu: left where left > 0, else left * right.
enum class BinaryFunction : std::uint8_t {
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMin,
  kMax,
  kPow,
  kPrelu,
  kEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual
};
/// Inputs: left, right, of the same rank; each dimension is the same or 1 in one of them.
struct Binary {
  BinaryFunction function = BinaryFunction::kAdd;
  Activation activation;
};

/// Functions of one number; `alpha` and `beta` where stated.
enum class UnaryFunction : std::uint8_t {
  kAbs,
  kNeg,
  kReciprocal,
  kExp,
  kLog,
  kSqrt,
  kRsqrt,
  kFloor,
  kCeil,
  kRound,  ///< half to even
  kTrunc,
  kSign,
  kErf,
  kSigmoid,
  kTanh,
  kSilu,
  kGelu,  ///< x / 2 * (1 + erf(x / sqrt 2))
  kSoftplus,
  kMish,
  kHardSwish,    ///< x * min(max(x / 6 + 0.5, 0), 1)
  kHardSigmoid,  ///< min(max(alpha * x + beta, 0), 1)
  kElu,          ///< x where x > 0, else alpha * (exp(x) - 1)
  kLeakyRelu,    ///< x where x > 0, else alpha * x
  kClip,         ///< min(max(x, alpha), beta); infinities where there is no limit
  kAffine        ///< alpha * x + beta
};
struct Unary {
  UnaryFunction function = UnaryFunction::kAbs;
  float alpha = 0;
  float beta = 0;
};

struct Softmax {
  std::int64_t axis = 0;
};

enum class ReduceFunction : std::uint8_t { kSum, kMean, kMax, kMin, kProd };
/// The reduced axes keep size 1.
struct Reduce {
  ReduceFunction function = ReduceFunction::kSum;
  std::vector<std::int64_t> axes;  ///< ascending, not empty
};

/// Index (i32) of the largest or smallest element; the axis keeps size 1.
struct ArgReduce {
  bool is_max = true;
  std::int64_t axis = 0;
  bool takes_last = false;  ///< of equal elements
};

/// Over all axes from `axis` on: (x - mean) / sqrt(variance + epsilon), then * scale + bias.
/// Inputs: x; optional constants scale and bias, both or neither, of shape x.shape[axis...].
struct LayerNorm {
  std::int64_t axis = 0;
  float epsilon = 1e-5F;
};

struct Concat {
  std::int64_t axis = 0;
};

/// Along each axis the elements start, start + step ...; how many, says the output's shape. Steps may be negative.
struct Slice {
  std::vector<std::int64_t> start;
  std::vector<std::int64_t> step;
};

/// Constant padding; counts are not negative.
struct Pad {
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
  float value = 0;
};

/// Along one axis, output element i is x[first] * (1 - weight) + x[second] * weight.
struct ResizeTap {
  std::int64_t first = 0;
  std::int64_t second = 0;
  float weight = 0;
};
/// Input: x of rank 3 to 5. Nearest: every weight is 0. Axes that keep their size have taps too (the identity).
struct Resize {
  bool is_linear = false;
  std::array<std::vector<ResizeTap>, 3> taps;  ///< of d, h, w: one per output element
};

/// Output axis i is input axis order[i].
struct Permute {
  std::vector<std::int64_t> order;
};

/// The same elements in the same order under the output's shape.
struct Reshape {};

/// Repeats axes of size 1 up to the output's shape (same rank).
struct Broadcast {};

/// Inputs: data; indices (i32), constant (then within [0, size)) or not. Output shape: that of data with `axis`
/// replaced by the shape of the indices.
struct Gather {
  std::int64_t axis = 0;
};

/// Inputs: condition (0 or not), then, else; ranks equal, dimensions the same or 1.
struct Select {};

/// From the input's type and quantisation to the output's. Floats to integers: towards zero; quantised: x / scale, half
/// away from zero, saturated; i8 of another scale: requantised.
struct Cast {};

/// softmax(scale * q kT + mask) v, the softmax along the rows of q kT. Inputs: q (b, m, d); k (b, n, d); v (b, n, e);
/// optional mask (b or 1, m or 1, n); result (b, m, e). `is_turned`: q (b, d, m), v (b, e, n), mask (b or 1, n, m or
/// 1), result (b, e, m).
/// Of bytes, rows q kT return to bytes (requantisation: one multiplier and shift), whose scale is `scale`; the mask is
/// f32, the weights are f16.
struct Attention {
  float scale = 1;
  bool is_turned = false;
};

using Attributes = std::variant<Conv, Pool, MatMul, Binary, Unary, Softmax, Reduce, ArgReduce, LayerNorm, Concat, Slice,
                                Pad, Resize, Permute, Reshape, Broadcast, Gather, Select, Cast, Attention>;

/// The alternatives of Attributes in their order.
enum class Op : std::uint8_t {
  kConv,
  kPool,
  kMatMul,
  kBinary,
  kUnary,
  kSoftmax,
  kReduce,
  kArgReduce,
  kLayerNorm,
  kConcat,
  kSlice,
  kPad,
  kResize,
  kPermute,
  kReshape,
  kBroadcast,
  kGather,
  kSelect,
  kCast,
  kAttention
};
static_assert(static_cast<std::size_t>(Op::kAttention) + 1 == std::variant_size_v<Attributes>);

std::string_view name(Op op);  ///< "Conv" ...

/// The result holds elements of the inputs, in their type; a Pad adds its value.
constexpr bool moves_elements(Op op) {
  return op == Op::kConcat || op == Op::kSlice || op == Op::kPad || op == Op::kPermute || op == Op::kReshape ||
         op == Op::kBroadcast || op == Op::kGather;
}
/// The result holds elements of the inputs, in their type, and at most zeros besides.
inline bool moves_elements_alone(const Attributes& attributes) {
  const auto* pad = std::get_if<Pad>(&attributes);
  return moves_elements(static_cast<Op>(attributes.index())) && (pad == nullptr || pad->value == 0);
}

std::string_view name(BinaryFunction function);
std::string_view name(UnaryFunction function);
std::string_view name(ReduceFunction function);

}  // namespace bmemu::kernels
