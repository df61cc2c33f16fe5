// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators that are made of others, written as functions of a model: those of quantised models that compute with
// integers, and those that newer operator sets and ONNX Runtime's optimiser have for several nodes.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "kernels/graph/onnx/model_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

using Words = std::vector<std::string>;

/// The operator set that the functions here are written in.
constexpr std::int64_t kOpset = 20;

/// A function for one call. Its inputs are called i0, i1 ..., its outputs o0, o1 ...
class Body {
 public:
  explicit Body(const NodeImport& call) : call_(call) {
    for (std::size_t i = 0; i < call.inputs(); ++i) function_.add_input(fmt::format("i{}", i));
    for (std::size_t i = 0; i < call.outputs(); ++i) function_.add_output(fmt::format("o{}", i));
    auto& set = *function_.add_opset_import();
    set.set_version(kOpset);
    function_.set_name(call.op());
  }

  const NodeImport& call() const { return call_; }
  bool has(std::size_t input) const { return call_.has(input); }
  std::string input(std::size_t index) const {
    if (!has(index)) throw Unsupported{fmt::format("input {} is missing", index)};
    return fmt::format("i{}", index);
  }
  const Shape& shape(std::size_t input) const { return call_.shape(call_.input(input)); }

  /// The name of a node's result, new where none is given.
  std::string add(const std::string& op, const Words& inputs, const std::string& result = {}) {
    last_ = function_.add_node();
    last_->set_op_type(op);
    for (const auto& name : inputs) last_->add_input(name);
    last_->add_output(result.empty() ? fmt::format("t{}", function_.node_size()) : result);
    last_->set_name(last_->output(0));
    return last_->output(0);
  }

  // Attributes of the node that was added last.
  Body& with(const std::string& key, std::int64_t number) {
    auto& made = attribute(key, onnx::AttributeProto::INT);
    made.set_i(number);
    return *this;
  }
  Body& with(const std::string& key, float number) {
    auto& made = attribute(key, onnx::AttributeProto::FLOAT);
    made.set_f(number);
    return *this;
  }
  Body& with(const std::string& key, const std::string& word) {
    auto& made = attribute(key, onnx::AttributeProto::STRING);
    made.set_s(word);
    return *this;
  }
  Body& with(const std::string& key, const std::vector<std::int64_t>& list) {
    auto& made = attribute(key, onnx::AttributeProto::INTS);
    for (const auto number : list) made.add_ints(number);
    return *this;
  }
  /// Those of the call, by their names.
  Body& with_calls(const Words& keys) {
    for (const auto& key : keys) {
      if (!call_.has_attribute(key)) continue;
      auto& made = *last_->add_attribute();
      made.set_name(key);
      made.set_ref_attr_name(key);
    }
    return *this;
  }

  std::string number(float value) {
    auto name = add("Constant", {});
    with("value_float", value);
    return name;
  }
  std::string list(const std::vector<std::int64_t>& values) {
    auto name = add("Constant", {});
    with("value_ints", values);
    return name;
  }

  /// (x - zero point) * scale of three inputs from `first` on.
  std::string floats_of(std::size_t first, std::int64_t axis) {
    Words inputs{input(first), input(first + 1)};
    if (has(first + 2)) inputs.push_back(input(first + 2));
    auto name = add("DequantizeLinear", inputs);
    with("axis", axis);
    return name;
  }
  /// x - zero point; the point may be missing.
  std::string centred(std::size_t x, std::size_t point, std::int64_t axis) {
    Words inputs{input(x), number(1)};
    if (has(point)) inputs.push_back(input(point));
    auto name = add("DequantizeLinear", inputs);
    with("axis", axis);
    return name;
  }
  /// The output as integers, by scale and zero point from input `first` on.
  void finish(const std::string& x, std::size_t first) {
    Words inputs{x, input(first)};
    if (has(first + 1)) inputs.push_back(input(first + 1));
    add("QuantizeLinear", inputs, "o0");
  }
  /// The output as 32-bit integers.
  void finish_whole(const std::string& x) {
    add("Cast", {x}, "o0");
    with("to", std::int64_t(onnx::TensorProto::INT32));
  }

  onnx::FunctionProto take() { return std::move(function_); }

 private:
  onnx::AttributeProto& attribute(const std::string& key, onnx::AttributeProto::AttributeType type) {
    auto& made = *last_->add_attribute();
    made.set_name(key);
    made.set_type(type);
    return made;
  }

  const NodeImport& call_;
  onnx::FunctionProto function_;
  onnx::NodeProto* last_ = nullptr;
};

const Words kWindow = {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"};

void qlinear_conv(Body& body) {
  Words inputs{body.floats_of(0, 1), body.floats_of(3, 0)};
  if (body.has(8)) {
    const auto scale = body.add("Mul", {body.input(1), body.input(4)});
    inputs.push_back(body.add("DequantizeLinear", {body.input(8), scale}));
    body.with("axis", std::int64_t(0));
  }
  const auto sum = body.add("Conv", inputs);
  body.with_calls(kWindow);
  body.finish(sum, 6);
}

void qlinear_matmul(Body& body) {
  const auto a = body.floats_of(0, -2), b = body.floats_of(3, -1);
  body.finish(body.add("MatMul", {a, b}), 6);
}

void conv_integer(Body& body) {
  const auto sum = body.add("Conv", {body.centred(0, 2, 1), body.centred(1, 3, 0)});
  body.with_calls(kWindow);
  body.finish_whole(sum);
}

void matmul_integer(Body& body) {
  body.finish_whole(body.add("MatMul", {body.centred(0, 2, -2), body.centred(1, 3, -1)}));
}

/// 8 bits for the range of the numbers and 0.
void dynamic_quantise(Body& body) {
  const auto zero = body.number(0), most = body.number(255);
  const auto end = [&](const char* reduce, const char* limit) {
    const auto found = body.add(reduce, {body.input(0)});
    body.with("keepdims", std::int64_t(0));
    return body.add(limit, {found, zero});
  };
  const auto low = end("ReduceMin", "Min"), high = end("ReduceMax", "Max");
  const auto scale = body.add("Div", {body.add("Sub", {high, low}), most}, "o1");
  const auto whole = [&](const std::string& x) { return body.add("Clip", {body.add("Round", {x}), zero, most}); };
  const auto point = whole(body.add("Neg", {body.add("Div", {low, scale})}));
  const auto rounded = body.add("Round", {body.add("Div", {body.input(0), scale})});
  body.finish_whole(body.add("Clip", {body.add("Add", {rounded, point}), zero, most}));
  body.add("Cast", {point}, "o2");
  body.with("to", std::int64_t(onnx::TensorProto::INT32));
}

template <const char* const& Op>
void qlinear_binary(Body& body) {
  const auto a = body.floats_of(0, 1), b = body.floats_of(3, 1);
  body.finish(body.add(Op, {a, b}), 6);
}

/// One input with scale and zero point, the operator with the call's attributes, and the result's scale.
template <const char* const& Op>
void qlinear_unary(Body& body) {
  if (body.call().integer("channels_last", 0) != 0) throw Unsupported{"channels as the last dimension"};
  const auto x = body.floats_of(0, 1);
  const auto y = body.add(Op, {x});
  body.with_calls({"alpha", "axis", "auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"});
  body.finish(y, 3);
}

void qlinear_concat(Body& body) {
  Words parts;
  for (std::size_t i = 2; i + 1 < body.call().inputs(); i += 3) parts.push_back(body.floats_of(i, 1));
  const auto joined = body.add("Concat", parts);
  body.with_calls({"axis"});
  body.finish(joined, 0);
}

void qgemm(Body& body) {
  Words inputs{body.floats_of(0, 1), body.floats_of(3, body.call().integer("transB", 0) != 0 ? 0 : 1)};
  if (body.has(6)) {
    const auto scale = body.add("Mul", {body.input(1), body.input(4)});
    inputs.push_back(body.add("DequantizeLinear", {body.input(6), scale}));
    body.with("axis", std::int64_t(-1));
  }
  const auto y = body.add("Gemm", inputs, body.has(7) ? "" : "o0");
  body.with_calls({"alpha", "transA", "transB"});
  if (body.has(7)) body.finish(y, 7);
}

/// Divided by the root of the mean of squares over the axes from `axis` on.
std::string rms_norm_of(Body& body, const std::string& x, std::size_t rank, const std::string& scale,
                        const std::string& result) {
  std::vector<std::int64_t> axes(rank - static_cast<std::size_t>(body.call().axis(-1, rank)));
  std::iota(axes.begin(), axes.end(), body.call().axis(-1, rank));
  const auto mean = body.add("ReduceMean", {body.add("Mul", {x, x}), body.list(axes)});
  body.with("keepdims", std::int64_t(1));
  const auto epsilon = body.number(body.call().number("epsilon", 1e-5F));
  const auto root = body.add("Sqrt", {body.add("Add", {mean, epsilon})});
  return body.add("Mul", {body.add("Mul", {x, body.add("Reciprocal", {root})}), scale}, result);
}

void rms_norm(Body& body) { rms_norm_of(body, body.input(0), body.shape(0).size(), body.input(1), "o0"); }

/// Sum of two, normalised; output 3 is the sum.
template <bool HasMean>
void skip_norm(Body& body) {
  auto sum = body.add("Add", {body.input(0), body.input(1)});
  const std::size_t bias = HasMean ? 4 : 3;
  if (body.has(bias)) sum = body.add("Add", {sum, body.input(bias)});
  if (HasMean) {
    Words inputs{sum, body.input(2)};
    if (body.has(3)) inputs.push_back(body.input(3));
    body.add("LayerNormalization", inputs, "o0");
    body.with_calls({"epsilon"});
  } else {
    rms_norm_of(body, sum, body.shape(0).size(), body.input(2), "o0");
  }
  if (body.call().has_output(3)) body.add("Identity", {sum}, "o3");
}

void swish(Body& body) {
  const auto slope = body.number(body.call().number("alpha", body.call().op() == "QuickGelu" ? 1.702F : 1.0F));
  body.add("Mul", {body.input(0), body.add("Sigmoid", {body.add("Mul", {body.input(0), slope})})}, "o0");
}

/// With a bias before it, where there is one.
void gelu(Body& body) {
  const auto x = body.has(1) ? body.add("Add", {body.input(0), body.input(1)}) : body.input(0);
  body.add("Gelu", {x}, "o0");
  body.with("approximate", std::string(body.call().op() == "FastGelu" ? "tanh" : "none"));
}

/// Before the product, the first dimension of a side may have to go behind the batches, and its last two to change
/// places.
void fused_matmul(Body& body) {
  const auto turned = [&](std::size_t input, const char* turns, const char* turns_batch) {
    const std::size_t rank = body.shape(input).size();
    std::vector<std::int64_t> order(rank);
    std::iota(order.begin(), order.end(), 0);
    if (body.call().integer(turns_batch, 0) != 0 && rank > 2)
      std::rotate(order.begin(), order.begin() + 1, order.end() - 1);
    if (body.call().integer(turns, 0) != 0 && rank >= 2) std::swap(order[rank - 1], order[rank - 2]);
    auto made = body.add("Transpose", {body.input(input)});
    body.with("perm", order);
    return made;
  };
  const auto a = turned(0, "transA", "transBatchA"), b = turned(1, "transB", "transBatchB");
  body.add("Mul", {body.add("MatMul", {a, b}), body.number(body.call().number("alpha", 1))}, "o0");
}

void fused_conv(Body& body) {
  Words inputs{body.input(0), body.input(1)};
  if (body.has(2)) inputs.push_back(body.input(2));
  auto y = body.add("Conv", inputs);
  body.with_calls(kWindow);
  if (body.has(3)) y = body.add("Add", {y, body.input(3)});
  const std::string function = body.call().word("activation", "");
  const auto numbers = body.call().numbers("activation_params");
  if (function == "Clip" && numbers.size() == 2) {
    body.add("Clip", {y, body.number(numbers[0]), body.number(numbers[1])}, "o0");
  } else if (function == "LeakyRelu" && numbers.size() == 1) {
    body.add("LeakyRelu", {y}, "o0");
    body.with("alpha", numbers[0]);
  } else if (function == "Relu" || function == "Sigmoid" || function == "Tanh" || function.empty()) {
    body.add(function.empty() ? "Identity" : function, {y}, "o0");
  } else {
    throw Unsupported{"activation " + function};
  }
}

constexpr const char* kAdd = "Add";
constexpr const char* kMul = "Mul";
constexpr const char* kSigmoid = "Sigmoid";
constexpr const char* kLeakyRelu = "LeakyRelu";
constexpr const char* kAveragePool = "AveragePool";
constexpr const char* kSoftmax = "Softmax";
constexpr const char* kGlobalAveragePool = "GlobalAveragePool";

using Writer = void (*)(Body& body);

const std::map<std::string, Writer>& writers() {
  static const std::map<std::string, Writer> kWriters = {
      {"BiasGelu", gelu},
      {"ConvInteger", conv_integer},
      {"DynamicQuantizeLinear", dynamic_quantise},
      {"FastGelu", gelu},
      {"FusedConv", fused_conv},
      {"FusedMatMul", fused_matmul},
      {"MatMulInteger", matmul_integer},
      {"QGemm", qgemm},
      {"QLinearAdd", qlinear_binary<kAdd>},
      {"QLinearAveragePool", qlinear_unary<kAveragePool>},
      {"QLinearConcat", qlinear_concat},
      {"QLinearConv", qlinear_conv},
      {"QLinearGlobalAveragePool", qlinear_unary<kGlobalAveragePool>},
      {"QLinearLeakyRelu", qlinear_unary<kLeakyRelu>},
      {"QLinearMatMul", qlinear_matmul},
      {"QLinearMul", qlinear_binary<kMul>},
      {"QLinearSigmoid", qlinear_unary<kSigmoid>},
      {"QLinearSoftmax", qlinear_unary<kSoftmax>},
      {"QuickGelu", swish},
      {"RMSNormalization", rms_norm},
      {"SimplifiedLayerNormalization", rms_norm},
      {"SkipLayerNormalization", skip_norm<true>},
      {"SkipSimplifiedLayerNormalization", skip_norm<false>},
      {"Swish", swish}};
  return kWriters;
}

}  // namespace

std::vector<std::string> composed_operators() {
  std::vector<std::string> names;
  for (const auto& [name, writer] : writers()) names.push_back(name);
  return names;
}

bool is_composed(const std::string& op) { return writers().count(op) != 0; }

onnx::FunctionProto composed(const NodeImport& call) {
  Body body(call);
  writers().at(call.op())(body);
  return body.take();
}

}  // namespace bmemu::kernels::onnx_import
