// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/operator_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace bmemu::harness {
namespace {

bool is_one_of(const std::string& kind, const std::set<std::string>& kinds) { return kinds.count(kind) != 0; }

const std::set<std::string> kActivations = {"Lut",  "Active",    "Relu",        "Sigmoid",  "LeakyRelu", "PRelu",
                                            "Clip", "Elu",       "Mish",        "SiLU",     "Swish",     "GELU",
                                            "Tanh", "HardSwish", "HardSigmoid", "Softplus", "Softsign",  "LutBF16"};
const std::set<std::string> kResizes = {"Interp", "Upsample", "Deconv", "Resize"};

std::uint64_t weight_elements(const NetworkOperator& op) {
  return op.operands.size() > 1 ? op.operands[1].elements() : 0;
}

std::uint64_t channels(const NetworkTensor& t) { return t.shape.size() > 1 ? t.shape[1] : 0; }

/// A tensor that is only written another way (other order of the dimensions) is no other tensor.
bool differ_in_channels_alone(const NetworkTensor& x, const NetworkTensor& y) {
  if (x.shape.size() != y.shape.size() || x.shape.size() < 3 || x.shape[1] == y.shape[1]) return false;
  return std::equal(x.shape.begin() + 2, x.shape.end(), y.shape.begin() + 2);
}

/// Tokens (or images) with another number of features: the last of two or three dimensions.
bool differ_in_width_alone(const NetworkTensor& x, const NetworkTensor& y) {
  const std::size_t rank = x.shape.size();
  return rank == y.shape.size() && (rank == 2 || rank == 3) && x.shape.back() != y.shape.back() &&
         std::equal(x.shape.begin(), x.shape.end() - 1, y.shape.begin());
}

/// A matrix product that sums over more columns, or makes more; and what reads them one by one.
bool is_of_other_width(const NetworkOperator& a, const NetworkOperator& b) {
  if (a.kind != b.kind || a.operands.empty() || b.operands.empty() || a.kind.rfind("Conv", 0) == 0 ||
      a.kind.rfind("Pool", 0) == 0 || is_upsampling(a))
    return false;
  return differ_in_width_alone(a.operands.front(), b.operands.front()) ||
         differ_in_width_alone(a.results.front(), b.results.front());
}

/// Height and width of "3x3 stride 2x2".
std::pair<unsigned, unsigned> kernel_of(const NetworkOperator& op) {
  unsigned h = 0;
  unsigned w = 0;
  if (std::sscanf(op.kernel.c_str(), "%ux%u", &h, &w) != 2) return {0, 0};
  return {h, w};
}

/// "stride 2x2" of "3x3 stride 2x2".
std::string stride_of(const NetworkOperator& op) {
  const std::size_t at = op.kernel.find("stride ");
  return at == std::string::npos ? std::string() : op.kernel.substr(at);
}

/// Rows and columns of the result are others, of operands they are the same.
bool differ_in_steps(const NetworkOperator& a, const NetworkOperator& b) {
  const auto pixels = [](const std::vector<NetworkTensor>& tensors) {
    const auto& shape = tensors.front().shape;
    return shape.size() < 3 ? std::vector<std::uint64_t>() : std::vector<std::uint64_t>(shape.begin() + 2, shape.end());
  };
  if (a.operands.empty() || b.operands.empty() || stride_of(a) == stride_of(b)) return false;
  return pixels(a.operands) == pixels(b.operands) && pixels(a.results) != pixels(b.results);
}

bool near(double value, double target) { return target > 0 && std::abs(value / target - 1) < 0.06; }

/// Up and left as the first command has them; down and right depend on the slice too.
std::string leading_padding(const NetworkOperator& op) {
  unsigned up = 0;
  unsigned down = 0;
  unsigned left = 0;
  if (std::sscanf(op.padding.c_str(), "%u,%u,%u", &up, &down, &left) != 3) return "";
  return fmt::format("{},{}", up, left);
}

/// "/b2/act/Mul_1_output_0_GELU" -> "GELU": what the network's file calls the operator.
std::string last_word(const std::string& name) {
  std::string word = name.substr(name.find_last_of("_/:") + 1);
  while (!word.empty() && word.back() >= '0' && word.back() <= '9') word.pop_back();
  return word;
}

/// A table of bytes and a function of floats can be the same activation; names tell.
bool is_other_activation(const NetworkOperator& a, const NetworkOperator& b) {
  if (!is_one_of(a.kind, kActivations) || !is_one_of(b.kind, kActivations)) return false;
  const bool is_table = (a.kind == "Lut") != (b.kind == "Lut");
  if (a.kind != b.kind && !is_table) return true;
  return a.name != b.name && last_word(a.name) != last_word(b.name);
}

constexpr double kOtherWeights = 1.6;  ///< ratio of elements from which padding does not explain it

constexpr std::pair<unsigned, unsigned> kOnePixel = {1, 1}, kNoKernel = {0, 0};

/// A first convolution of few channels may be computed by the depthwise operation too.
bool is_depthwise(const NetworkOperator& op) {
  return op.window.rfind("pord", 0) == 0 && !op.operands.empty() && !op.results.empty() &&
         channels(op.operands.front()) == channels(op.results.front());
}

std::optional<OperatorChange> convolution_change(const NetworkOperator& a, const std::set<std::string>& roles_a,
                                                 const NetworkOperator& b, const std::set<std::string>& roles_b,
                                                 const GlobalChanges& global) {
  const auto wa = double(weight_elements(a));
  const auto wb = double(weight_elements(b));
  const double ratio = wa == 0 || wb == 0 ? 0 : wb / wa;
  const bool similar_weights = ratio > 1 / kOtherWeights && ratio < kOtherWeights;
  // The same convolution may be computed by either operation, and in a narrower type a depthwise one may be spread out
  // to a dense.
  const NetworkOperator& dense = is_depthwise(a) ? b : a;
  const bool is_spread_out = global.precision && type_class(dense.results.front().type) != "f32";
  if (!a.window.empty() && !b.window.empty() && is_depthwise(a) != is_depthwise(b) && !similar_weights &&
      !is_spread_out && !global.compiler)
    return OperatorChange{"depthwise_to_dense", fmt::format("{} -> {} in {}", is_depthwise(a) ? "depthwise" : "dense",
                                                            is_depthwise(b) ? "depthwise" : "dense", b.name)};
  const bool rearranged = [&] {
    for (const char* role : {"Pad", "Buffer", "Weight2Activation"})
      if (roles_a.count(role) != roles_b.count(role)) return true;
    return false;
  }();
  if (ratio == 0) return std::nullopt;
  const auto [ha, la] = kernel_of(a);
  const auto [hb, lb] = kernel_of(b);
  const bool same_kernel = ha == hb && la == lb;
  const bool small_kernel = std::max({ha, la, hb, lb}) <= 4;  // a transformed 3x3 is written as 4x4
  if (!global.compiler && !global.precision && small_kernel && (near(ratio, 16.0 / 9) || near(ratio, 9.0 / 16)))
    return OperatorChange{"winograd_off",
                          fmt::format("weights {} -> {} elements: {}", wa, wb,
                                      ratio < 1 ? "no Winograd transform any more" : "transformed for Winograd")};
  // Weights are padded and may hold a bias: their ratio is near that of the kernels, not equal.
  const double area = ha * la != 0 ? double(hb * lb) / double(ha * la) : 0;
  // those of a depthwise convolution are few, and padding may hide that they grow
  const bool grows_alike = is_depthwise(a) ? (ratio - 1) * (area - 1) >= 0
                                           : (ratio - 1) * (area - 1) > 0 && ratio < 2 * area && area < 2 * ratio;
  if (same_kernel && similar_weights && differ_in_steps(a, b))
    return OperatorChange{"stride", fmt::format("{} -> {} in {}", stride_of(a), stride_of(b), b.name)};
  if (!same_kernel && area > 0 && !rearranged && grows_alike)
    return OperatorChange{"kernel_size", fmt::format("kernel {}x{} -> {}x{}", ha, la, hb, lb)};
  if (rearranged && !global.compiler && !global.precision)
    return OperatorChange{"conv_method", fmt::format("{} is computed another way", b.name)};
  if (same_kernel && !similar_weights && !global.precision && !global.compiler)
    return OperatorChange{"group_conv",
                          fmt::format("weights {} -> {} elements with the same kernel and channels", wa, wb)};
  // padded to the width of the array, weights of few and of many groups may be as large
  if (same_kernel && a.groups != 0 && b.groups != 0 && a.groups != b.groups && !global.precision && !global.compiler)
    return OperatorChange{"group_conv", fmt::format("groups of channels {} -> {} in {}", a.groups, b.groups, b.name)};
  if (same_kernel && !global.size && !global.compiler && !global.precision && a.slices == b.slices &&
      leading_padding(a) != leading_padding(b))
    return OperatorChange{"asym_pad", fmt::format("padding (up, down, left, right) {} -> {}", a.padding, b.padding)};
  return std::nullopt;
}

/// A shuffle exchanges groups of channels with the channels of a group and leaves the pixels in their order; pixels may
/// be one dimension by then.
bool swaps_channel_groups(const NetworkOperator& op) {
  if (op.operands.empty() || op.results.empty()) return false;
  const auto& x = op.operands.front().shape;
  const auto& y = op.results.front().shape;
  if (x.size() != y.size() || x.size() < 4 || x[0] != y[0] || x[1] != y[2] || x[2] != y[1]) return false;
  if (x.size() == 4 && (x[1] > 8 || x[2] <= x[1])) return false;  // batch, groups, channels of a group, pixels
  return std::equal(x.begin() + 3, x.end(), y.begin() + 3);
}

/// Whether the result has more pixels than the operand.
bool grows(const NetworkOperator& op) {
  if (op.operands.empty() || op.results.empty()) return false;
  const auto& x = op.operands.front().shape;
  const auto& y = op.results.front().shape;
  return !x.empty() && !y.empty() && y.back() > x.back();
}

}  // namespace

bool is_product(const std::string& kind) {
  return kind.rfind("Conv", 0) == 0 || kind == "Deconv" || kind.find("MatMul") != std::string::npos;
}

bool is_upsampling(const NetworkOperator& op) {
  return is_one_of(op.kind, kResizes) || (op.kind == "Depth2Space" && grows(op));
}

bool is_other_upsampling(const NetworkOperator& a, const NetworkOperator& b) {
  return a.kind != b.kind && is_upsampling(a) && is_upsampling(b);
}

bool scales_channels(const NetworkOperator& op) {
  if (op.kind != "Conv2D" || op.operands.empty() || op.results.empty() ||
      op.operands.front().shape != op.results.front().shape)
    return false;
  const auto kernel = kernel_of(op);
  if (kernel != kOnePixel && (kernel != kNoKernel || !is_depthwise(op))) return false;
  const auto& shape = op.results.front().shape;
  const bool has_pixels = std::any_of(shape.begin() + std::min<std::ptrdiff_t>(2, std::ptrdiff_t(shape.size())),
                                      shape.end(), [](std::uint64_t size) { return size > 1; });
  return is_depthwise(op) || (has_pixels && last_word(op.name) != "Conv");
}

bool is_root(const NetworkOperator& op) {
  const std::string word = op.kind == "Active" ? last_word(op.name) : op.kind;
  return is_one_of(word, {"Sqrt", "Rsqrt", "Pow"});
}

bool is_conversion(const std::string& kind) { return kind == "Cast" || kind == "MulConst" || kind == "ScaleLut"; }

bool is_in_any_type(const std::string& kind) {
  if (is_one_of(kind, {"Softmax", "Permute", "ShuffleChannel", "Split"}) || is_one_of(kind, kResizes) ||
      is_one_of(kind, kActivations))
    return true;
  for (const char* part : {"Norm", "Gather", "Scatter", "Slice"})
    if (kind.find(part) != std::string::npos) return true;
  return false;
}

std::string type_class(const std::string& type) {
  if (type == "si8" || type == "ui8" || type == "i8" || type == "u8") return "8 bit";
  if (type == "si16" || type == "ui16" || type == "i16") return "16 bit integer";
  if (type == "si32" || type == "ui32" || type == "i32") return "32 bit integer";
  return type;
}

std::optional<OperatorChange> pair_change(const NetworkOperator& a, const std::set<std::string>& roles_a,
                                          const NetworkOperator& b, const std::set<std::string>& roles_b,
                                          const GlobalChanges& global) {
  if (a.results.empty() || b.results.empty()) return std::nullopt;
  const NetworkTensor& x = a.results.front();
  const NetworkTensor& y = b.results.front();
  const bool by_compiler = global.compiler && a.name == b.name;  // it may have another word for the same
  // a bilinear resize is computed in floating point: its type follows from its kind
  if (!by_compiler && is_other_upsampling(a, b))
    return OperatorChange{"upsample_kind", fmt::format("{} -> {} in {}", a.kind, b.kind, b.name)};
  if (!global.precision && !by_compiler && is_other_activation(a, b))
    return OperatorChange{"activation", fmt::format("{} {} -> {} {}", a.kind, a.name, b.kind, b.name)};
  if (!global.precision && type_class(x.type) != type_class(y.type))
    return OperatorChange{"float_layer", fmt::format("{} computes in {} instead of {}", b.name, y.type, x.type)};
  const bool channels_in = a.kind == b.kind && !a.operands.empty() && !b.operands.empty() && !global.size &&
                           differ_in_channels_alone(a.operands.front(), b.operands.front());
  // heads or tokens of all images may be one dimension
  const bool is_batch = global.batch && double(channels(y)) == double(channels(x)) * global.batch_ratio;
  const bool channels_out =
      x.shape.size() == y.shape.size() && channels(x) != channels(y) && x.elements() != y.elements() && !is_batch;
  if (!global.size && (channels_out || channels_in))
    return OperatorChange{"channels", fmt::format("channels {} -> {} in {}", channels(x), channels(y), b.name)};
  if (!global.size && !is_batch && is_of_other_width(a, b))
    return OperatorChange{"channels", fmt::format("width {} -> {} in {}", x.shape.back(), y.shape.back(), b.name)};
  const bool is_one_window = y.shape.size() <= 2;  // a global pool may be computed in whatever windows
  if (a.kind == "Pool2D" && b.kind == "Pool2D" && !global.size && !global.compiler && !is_one_window &&
      a.kernel != b.kernel && !a.kernel.empty() && !b.kernel.empty())
    return OperatorChange{"pool_kernel", fmt::format("pooling window {} -> {}", a.kernel, b.kernel)};
  if (a.kind == "Conv2D" && b.kind == "Conv2D") return convolution_change(a, roles_a, b, roles_b, global);
  return std::nullopt;
}

std::string unpaired_change(const NetworkOperator& op, const Network& network, const UnpairedPlace& place) {
  const std::string& kind = op.kind;
  if (kind == "Softmax") return place.in_tail ? "postprocess_in_network" : "softmax";
  if (kind.find("Norm") != std::string::npos) return "norm_layer";
  if (place.in_tail) return "postprocess_in_network";
  if (is_one_of(kind, kActivations)) return "activation";
  if (is_one_of(kind, kResizes)) return "resize";
  if (kind == "ShuffleChannel") return "channel_shuffle";
  if (kind == "Permute") {
    if (swaps_channel_groups(op)) return "channel_shuffle";
    return place.at_output ? "permuted_output" : "transpose";
  }
  // blocks of pixels become channels: a slice with strides, joined again
  if (kind == "Depth2Space") return grows(op) ? "resize" : "strided_slice";
  if (kind.find("Gather") != std::string::npos || kind.find("Scatter") != std::string::npos) return "gather";
  if (kind.find("Slice") != std::string::npos || kind == "Split") return "strided_slice";
  if (kind.find("Requant") != std::string::npos || kind.find("Dequant") != std::string::npos) return "requant";
  // the vendor's compiler may spread a scale of channels out to a dense convolution; ours does not
  const bool is_scale = scales_channels(op) && (is_depthwise(op) || network.compiler.rfind("bmemu", 0) != 0);
  if (kind == "Scale" || is_scale) return place.at_input ? "input_scaling" : "unfused_bn";
  if (place.at_input && is_one_of(kind, {"Sub", "Add", "Mul", "SubConst", "AddConst", "MulShift", "Div", "Binary"}))
    return "input_scaling";
  return "";
}

std::string lone_change(const NetworkOperator& op) {
  // the compiler's own, between two scales: "X_to_Y"; one of the network is named after its operator
  if (op.kind == "MulShift" && op.name.find("_to_") != std::string::npos) return "requant";
  if (op.kind.rfind("Pool", 0) == 0) return "pool_kernel";
  if (is_one_of(op.kind, {"Arg", "TopK", "Nms", "Where", "NonZero", "Compare", "CompareConst"}))
    return "postprocess_in_network";
  return is_product(op.kind) ? "layer_count" : "";
}

}  // namespace bmemu::harness
