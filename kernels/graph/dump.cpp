// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Graphs as text.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {
namespace {

constexpr std::array<std::string_view, 20> kOps{
    "Conv",  "Pool", "MatMul", "Binary",  "Unary",   "Softmax",   "Reduce", "ArgReduce", "LayerNorm", "Concat",
    "Slice", "Pad",  "Resize", "Permute", "Reshape", "Broadcast", "Gather", "Select",    "Cast",      "Attention"};
constexpr std::array<std::string_view, 13> kBinaries{"add",        "sub",     "mul",          "div",   "min",
                                                     "max",        "pow",     "prelu",        "equal", "less",
                                                     "less_equal", "greater", "greater_equal"};
constexpr std::array<std::string_view, 25> kUnaries{
    "abs",   "neg",        "reciprocal",   "exp", "log",        "sqrt", "rsqrt", "floor", "ceil",
    "round", "trunc",      "sign",         "erf", "sigmoid",    "tanh", "silu",  "gelu",  "softplus",
    "mish",  "hard_swish", "hard_sigmoid", "elu", "leaky_relu", "clip", "affine"};
constexpr std::array<std::string_view, 5> kReductions{"sum", "mean", "max", "min", "prod"};
static_assert(kOps.size() == std::variant_size_v<Attributes>);
static_assert(kBinaries.size() == static_cast<std::size_t>(BinaryFunction::kGreaterEqual) + 1);
static_assert(kUnaries.size() == static_cast<std::size_t>(UnaryFunction::kAffine) + 1);
static_assert(kReductions.size() == static_cast<std::size_t>(ReduceFunction::kProd) + 1);

template <class Range>
std::string list(const Range& range) {
  return fmt::format("[{}]", fmt::join(range, " "));
}

std::string activation_text(const Activation& activation) {
  if (!activation) return {};
  return std::isinf(activation->ceiling) ? " relu" : fmt::format(" relu({})", activation->ceiling);
}

/// " KEY=[d h w]", nothing when all are `usual`.
std::string spatial_text(std::string_view key, const Spatial& spatial, std::int64_t usual) {
  return spatial == Spatial{usual, usual, usual} ? std::string() : fmt::format(" {}={}", key, list(spatial));
}

struct AttributeText {
  std::string operator()(const Conv& a) const {
    return spatial_text("kernel", a.kernel, 1) + spatial_text("stride", a.stride, 1) +
           spatial_text("dilation", a.dilation, 1) + spatial_text("pad_begin", a.pad_begin, 0) +
           spatial_text("pad_end", a.pad_end, 0) + spatial_text("insert", a.insert, 0) +
           (a.groups == 1 ? std::string() : fmt::format(" groups={}", a.groups)) + activation_text(a.activation);
  }
  std::string operator()(const Pool& a) const {
    return (a.kind == PoolKind::kMax ? " max" : " average") + spatial_text("kernel", a.kernel, 1) +
           spatial_text("stride", a.stride, 1) + spatial_text("pad_begin", a.pad_begin, 0) +
           spatial_text("pad_end", a.pad_end, 0) + (a.count_pad ? " count_pad" : "") + activation_text(a.activation);
  }
  std::string operator()(const MatMul& a) const { return activation_text(a.activation); }
  std::string operator()(const Binary& a) const {
    return fmt::format(" {}", name(a.function)) + activation_text(a.activation);
  }
  std::string operator()(const Unary& a) const {
    const auto text = fmt::format(" {}", name(a.function));
    return a.alpha == 0 && a.beta == 0 ? text : fmt::format("{} alpha={} beta={}", text, a.alpha, a.beta);
  }
  std::string operator()(const Softmax& a) const { return fmt::format(" axis={}", a.axis); }
  std::string operator()(const Reduce& a) const { return fmt::format(" {} axes={}", name(a.function), list(a.axes)); }
  std::string operator()(const ArgReduce& a) const {
    return fmt::format(" {} axis={}{}", a.is_max ? "max" : "min", a.axis, a.takes_last ? " last" : "");
  }
  std::string operator()(const LayerNorm& a) const { return fmt::format(" axis={} epsilon={}", a.axis, a.epsilon); }
  std::string operator()(const Concat& a) const { return fmt::format(" axis={}", a.axis); }
  std::string operator()(const Slice& a) const { return fmt::format(" start={} step={}", list(a.start), list(a.step)); }
  std::string operator()(const Pad& a) const {
    return fmt::format(" begin={} end={} value={}", list(a.begin), list(a.end), a.value);
  }
  std::string operator()(const Resize& a) const { return a.is_linear ? " linear" : " nearest"; }
  std::string operator()(const Permute& a) const { return fmt::format(" order={}", list(a.order)); }
  std::string operator()(const Reshape&) const { return {}; }
  std::string operator()(const Broadcast&) const { return {}; }
  std::string operator()(const Gather& a) const { return fmt::format(" axis={}", a.axis); }
  std::string operator()(const Select&) const { return {}; }
  std::string operator()(const Cast&) const { return {}; }
  std::string operator()(const Attention& a) const {
    return fmt::format(" scale={}{}", a.scale, a.is_turned ? " turned" : "");
  }
};

std::string quantisation_text(std::string_view key, const std::optional<Quantisation>& quantisation) {
  if (!quantisation) return {};
  return fmt::format(" {}={}{}", key, quantisation->threshold, quantisation->is_unsigned ? " unsigned" : "");
}

std::string value_text(const Value& value) {
  return fmt::format("{}: {} {}{}{}", value.name, isa::name(value.type), text(value.shape),
                     quantisation_text("threshold", value.quantisation),
                     quantisation_text("calibrated", value.quantisation ? std::nullopt : value.calibration));
}

std::string requantisation_text(const Requantisation& requantisation) {
  std::string text;
  const auto add = [&](std::string_view key, const auto& list_of) {
    if (list_of.size() == 1)
      text += fmt::format(" {}={}", key, list_of.front());
    else if (!list_of.empty())
      text += fmt::format(" {}=({} entries)", key, list_of.size());
  };
  add("multiplier", requantisation.multiplier);
  add("shift", requantisation.shift);
  add("table", requantisation.table);
  return text;
}

}  // namespace

std::string_view name(Op op) { return kOps[static_cast<std::size_t>(op)]; }
std::string_view name(BinaryFunction function) { return kBinaries[static_cast<std::size_t>(function)]; }
std::string_view name(UnaryFunction function) { return kUnaries[static_cast<std::size_t>(function)]; }
std::string_view name(ReduceFunction function) { return kReductions[static_cast<std::size_t>(function)]; }

std::string attributes_text(const Attributes& attributes) { return std::visit(AttributeText(), attributes); }

std::string dump(const Graph& graph) {
  std::string text = fmt::format("graph {}\n", graph.name);
  for (const ValueId id : graph.inputs) text += fmt::format("input {}\n", value_text(graph.value(id)));
  for (const Value& value : graph.values)
    if (value.constant) text += fmt::format("constant {}\n", value_text(value));
  for (const Node& node : graph.nodes) {
    std::vector<std::string_view> inputs;
    for (const ValueId id : node.inputs) inputs.emplace_back(graph.value(id).name);
    text += fmt::format("{} = {}({}){}{}  # {} {}\n", value_text(graph.output(node)), name(node.op()),
                        fmt::join(inputs, ", "), attributes_text(node.attributes),
                        node.requantisation ? requantisation_text(*node.requantisation) : std::string(), node.kind,
                        node.name);
  }
  for (const ValueId id : graph.outputs) text += fmt::format("output {}\n", graph.value(id).name);
  return text;
}

}  // namespace bmemu::kernels
