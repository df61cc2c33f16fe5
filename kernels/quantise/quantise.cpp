// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/quantise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "isa/error.h"
#include "kernels/quantise/packed_words.h"
#include "kernels/quantise/requantise.h"
#include "kernels/quantise/steep_functions.h"
#include "kernels/quantise/wide_values.h"

namespace bmemu::kernels {
namespace {

bool is_non_negative_function(const Unary& unary) {
  switch (unary.function) {
    case UnaryFunction::kAbs:
    case UnaryFunction::kExp:
    case UnaryFunction::kSqrt:
    case UnaryFunction::kRsqrt:
    case UnaryFunction::kSigmoid:
    case UnaryFunction::kHardSigmoid:
    case UnaryFunction::kSoftplus: return true;
    case UnaryFunction::kClip: return unary.alpha >= 0;
    default: return false;
  }
}

class Quantiser {
 public:
  Quantiser(Graph& graph, const QuantiseOptions& options)
      : graph_(graph),
        options_(options),
        is_non_negative_(graph.values.size()),
        is_integer_(graph.nodes.size()),
        is_half_(graph.nodes.size()),
        is_wide_(wide_values(graph)),
        before_steep_(before_steep_functions(graph)) {
    for (const Node& node : graph.nodes)
      if (node.op() == Op::kLayerNorm) normalised_.insert(node.inputs[0]);
  }

  void run() {
    find_signs();
    choose_operators();
    set_quantisations();
    insert_casts();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
      if (is_integer_[i] && !is_factor(graph_.nodes[i])) set_integer_numbers(graph_, i, options_.family);
    remove_dead(graph_);
  }

 private:
  bool is_bm1684() const { return options_.family == isa::Family::kBm1684; }
  Value& output_of(std::size_t node) { return graph_.value(graph_.nodes[node].output); }

  void find_signs() {
    for (const Node& node : graph_.nodes) {
      const auto all = [&] {
        return std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return non_negative(id); });
      };
      bool is = false;
      if (const auto* conv = node.get_if<Conv>()) is = conv->activation.has_value();
      if (const auto* product = node.get_if<MatMul>()) is = product->activation.has_value();
      if (const auto* pool = node.get_if<Pool>()) is = pool->activation.has_value() || all();
      if (const auto* unary = node.get_if<Unary>()) is = is_non_negative_function(*unary);
      if (const auto* binary = node.get_if<Binary>())
        is = binary->activation.has_value() || (all() && binary->function != BinaryFunction::kSub);
      if (node.op() == Op::kSoftmax) is = true;
      if (moves(node)) is = node.op() == Op::kConcat ? all() : non_negative(node.inputs[0]);
      is_non_negative_[static_cast<std::size_t>(node.output)] = is;
    }
  }

  bool non_negative(ValueId id) const { return is_non_negative_[static_cast<std::size_t>(id)]; }

  /// The result holds elements of the inputs, and zeros.
  static bool moves(const Node& node) {
    const auto* resize = node.get_if<Resize>();
    return moves_elements_alone(node.attributes) || (resize != nullptr && !resize->is_linear);
  }

  /// One scale on both sides.
  static bool keeps_scale(const Node& node, bool is_bm1684) {
    if (moves(node)) return node.op() != Op::kConcat;
    if (const auto* pool = node.get_if<Pool>()) return pool->kind == PoolKind::kMax || is_bm1684;
    const auto* unary = node.get_if<Unary>();
    return unary && unary->function == UnaryFunction::kLeakyRelu;
  }

  /// The same bytes stand for numbers that are `alpha` times as large.
  static bool is_factor(const Node& node) {
    const auto* unary = node.get_if<Unary>();
    return unary && unary->function == UnaryFunction::kAffine && unary->alpha > 0 && unary->beta == 0;
  }

  bool stays_float(const Node& node) const {
    if (is_wide_[static_cast<std::size_t>(node.output)] || before_steep_.count(node.output) != 0) return true;
    return options_.floats.count(graph_.output(node).name) != 0 || options_.floats.count(node.name) != 0;
  }

  /// Weights of a softmax times bytes. As bytes, weights that are small beside the largest would be few steps or none;
  /// in 16 bits they are not, and BM1684X multiplies those by rows, as bytes.
  bool is_weighted_sum(const Node& node) const {
    if (is_bm1684() || stays_float(node) || node.op() != Op::kMatMul || node.inputs.size() != 2) return false;
    const auto& range = graph_.input(node, 1).calibration;
    return soft_weights_.count(node.inputs[0]) != 0 && integer_values_.count(node.inputs[1]) != 0 && range &&
           range->threshold <= kLargestHalf && graph_.output(node).calibration && !node.as<MatMul>().activation;
  }

  /// Whether the operator can compute bytes from what its inputs are.
  bool can_be_integer(const Node& node) const {
    const auto is_byte = [&](std::size_t i) { return integer_values_.count(node.inputs[i]) != 0; };
    const auto is_operand = [&](std::size_t i) { return is_byte(i) || graph_.input(node, i).constant != nullptr; };
    if (stays_float(node)) return false;
    if (is_bm1684() && !fits_packed_words(graph_, node)) return false;
    switch (node.op()) {
      case Op::kConv: return has_range(node.inputs[0]);
      case Op::kMatMul:
        return !is_bm1684() && has_range(node.inputs[0]) &&
               (graph_.input(node, 1).constant != nullptr || (is_byte(0) && is_byte(1)));
      case Op::kPool: {
        const auto& pool = node.as<Pool>();
        const bool divides_evenly =
            pool.count_pad || (pool.pad_begin == Spatial{} &&
                               std::all_of(pool.pad_end.begin(), pool.pad_end.end(), [](auto x) { return x <= 0; }));
        // Averages of volumes are taken in two steps.
        const bool is_flat = graph_.output(node).shape.size() <= 4;
        // BM1684 divides by the window's size itself, and has no factor for these.
        const std::int64_t places = pool.kernel[1] * pool.kernel[2];
        const bool has_factor = !is_bm1684() || places < 228 || places > 255;
        return is_byte(0) && (pool.kind == PoolKind::kMax || (divides_evenly && is_flat && has_factor));
      }
      case Op::kUnary: return is_byte(0);
      case Op::kBinary: {
        const BinaryFunction function = node.as<Binary>().function;
        const bool has_integer_form =
            function == BinaryFunction::kAdd || function == BinaryFunction::kSub || function == BinaryFunction::kMul;
        return has_integer_form && is_operand(0) && is_operand(1) && normalised_.count(node.output) == 0;
      }
      case Op::kConcat:
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
          if (!is_operand(i)) return false;
        return true;
      default: return moves(node) && is_byte(0);
    }
  }

  /// Not of what stays in float without one.
  bool has_range(ValueId id) const {
    const Value& value = graph_.value(id);
    return value.calibration || options_.floats.count(value.name) == 0;
  }

  void choose_operators() {
    if (options_.quantised_inputs)
      for (const ValueId id : graph_.inputs)
        if (graph_.value(id).type == isa::DataType::kF32) integer_values_[id] = true;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const Node& node = graph_.nodes[i];
      if (node.op() == Op::kSoftmax || (moves(node) && soft_weights_.count(node.inputs[0]) != 0))
        soft_weights_.insert(node.output);
      is_integer_[i] = graph_.output(node).type == isa::DataType::kF32 && can_be_integer(node);
      is_half_[i] = !is_integer_[i] && is_weighted_sum(node);
      if (is_integer_[i] || is_half_[i]) integer_values_[node.output] = true;
    }
    if (!is_bm1684()) move_bytes();
  }

  /// What moves floats that only operators on bytes read moves bytes: the same ones, a quarter of the traffic. BM1684's
  /// words are as long as floats.
  void move_bytes() {
    const auto readers_of = readers(graph_);
    const auto makes_bytes = [&](ValueId id) {
      return [&, id](std::size_t reader) {
        const Node& node = graph_.nodes[reader];
        const bool is_sum = node.op() == Op::kConv || node.op() == Op::kMatMul;
        return is_integer_[reader] &&
               (is_sum ? std::count(node.inputs.begin(), node.inputs.end(), id) == 1 && node.inputs[0] == id
                       : moves(node));
      };
    };
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
      const Node& node = graph_.nodes[i];
      const Value& value = graph_.output(node);
      const auto& users = readers_of[static_cast<std::size_t>(node.output)];
      const bool is_constant = graph_.input(node, 0).constant != nullptr;
      if (is_integer_[i] || !moves(node) || value.type != isa::DataType::kF32 || !value.calibration || is_constant ||
          users.empty() || stays_float(node) || is_output(node.output))
        continue;
      is_integer_[i] = std::all_of(users.begin(), users.end(), makes_bytes(node.output));
      if (is_integer_[i]) integer_values_[node.output] = true;
    }
  }

  bool is_output(ValueId id) const {
    return std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
  }

  Quantisation range_of(ValueId id) {
    const Value& value = graph_.value(id);
    if (!value.calibration) {
      missing_.push_back(value.name);
      return {1, false};
    }
    return {std::max(value.calibration->threshold, 1e-6F), non_negative(id)};
  }

  void set_quantisations() {
    for (const ValueId id : graph_.inputs)
      if (integer_values_.count(id) != 0) graph_.value(id).quantisation = range_of(id);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      if (!is_integer_[i] && !is_half_[i]) continue;
      const Node& node = graph_.nodes[i];
      const auto& input = graph_.input(node, 0).quantisation;
      if (input && is_factor(node))
        output_of(i).quantisation = {input->threshold * node.as<Unary>().alpha, input->is_unsigned};
      else
        output_of(i).quantisation = keeps_scale(node, is_bm1684()) && input ? *input : range_of(node.output);
    }
    if (!missing_.empty())
      throw Error({"E-CALIBRATION-MISSING", graph_.name, fmt::format("{}", fmt::join(missing_, ", ")),
                   "a range for every tensor that is computed in 8 bits",
                   "the calibration has no range for some tensors"});
    for (auto& value : graph_.values)
      if (value.quantisation) value.type = value.quantisation->is_unsigned ? isa::DataType::kU8 : isa::DataType::kI8;
  }

  /// The value in 16 bits.
  ValueId halved(ValueId id, std::vector<Node>& nodes, const Node& reader) {
    const auto [known, is_new] = halves_.try_emplace(id);
    if (!is_new) return known->second;
    const Value value = graph_.value(id);
    known->second = graph_.add_value({value.name + "/half", value.shape, isa::DataType::kF16, nullptr, {}, {}});
    nodes.push_back({reader.name, "Cast", Cast{}, {id}, known->second, {}});
    return known->second;
  }

  /// The value as `wanted`: quantised so, or f32.
  ValueId cast(ValueId id, const std::optional<Quantisation>& wanted, std::vector<Node>& nodes, const Node& reader) {
    const Value value = graph_.value(id);
    const auto same = [&] {
      if (!wanted || !value.quantisation) return !wanted && !value.quantisation;
      return wanted->threshold == value.quantisation->threshold &&
             wanted->is_unsigned == value.quantisation->is_unsigned;
    };
    if (same() || value.type == isa::DataType::kI32) return id;
    const std::string key = fmt::format("{}:{}", static_cast<std::size_t>(id), wanted ? wanted->threshold : -1);
    const auto found = casts_.find(key);
    if (found != casts_.end()) return found->second;
    Value to{value.name + (wanted ? "/quantised" : "/float"), value.shape, isa::DataType::kF32, nullptr, wanted, {}};
    if (wanted) to.type = wanted->is_unsigned ? isa::DataType::kU8 : isa::DataType::kI8;
    const ValueId result = graph_.add_value(std::move(to));
    nodes.push_back({reader.name, "Cast", Cast{}, {id}, result, {}});
    if (is_bm1684()) set_rescaling(graph_, nodes.back());
    return casts_[key] = result;
  }

  std::optional<Quantisation> wanted_by(const Node& node, std::size_t input) {
    const ValueId id = node.inputs[input];
    const Value& value = graph_.value(id);
    if (node.op() == Op::kConcat || (moves(node) && !value.quantisation)) return graph_.output(node).quantisation;
    if (value.quantisation) return value.quantisation;
    return value.constant ? range_of_constant(*value.constant) : range_of(id);
  }

  static Quantisation range_of_constant(const Constant& constant) {
    const auto [low, high] = std::minmax_element(constant.floats().begin(), constant.floats().end());
    return {std::max({-*low, *high, 1e-6F}), *low >= 0};
  }

  /// Whether a constant becomes bytes with its operator's other numbers; others are cast like what is computed.
  bool is_number_of(const Node& node, std::size_t input) const {
    if (graph_.input(node, input).constant == nullptr) return false;
    return node.op() == Op::kBinary || ((node.op() == Op::kConv || node.op() == Op::kMatMul) && input > 0);
  }

  void insert_casts() {
    std::vector<Node> nodes;
    std::vector<bool> is_integer;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      Node node = graph_.nodes[i];
      if (is_half_[i])
        for (ValueId& input : node.inputs) input = halved(input, nodes, node);
      for (std::size_t k = 0; k < node.inputs.size() && !is_half_[i]; ++k)
        if (!is_number_of(node, k) && graph_.input(node, k).type != isa::DataType::kI32)
          node.inputs[k] = cast(node.inputs[k], is_integer_[i] ? wanted_by(node, k) : std::nullopt, nodes, node);
      is_integer.resize(nodes.size(), false);
      nodes.push_back(std::move(node));
      is_integer.push_back(is_integer_[i]);
    }
    if (!options_.quantised_outputs) cast_outputs(nodes);
    is_integer.resize(nodes.size(), false);
    graph_.nodes = std::move(nodes);
    is_integer_ = std::move(is_integer);
    if (!missing_.empty())
      throw Error({"E-CALIBRATION-MISSING", graph_.name, fmt::format("{}", fmt::join(missing_, ", ")),
                   "a range for every tensor that is computed in 8 bits",
                   "the calibration has no range for some tensors"});
  }

  /// Outputs keep their names: the bytes get another.
  void cast_outputs(std::vector<Node>& nodes) {
    for (ValueId& id : graph_.outputs) {
      if (!graph_.value(id).quantisation) continue;
      const Node reader{graph_.value(id).name, "", Cast{}, {}, {}, {}};
      const std::string name = graph_.value(id).name;
      graph_.names.erase(name);
      graph_.value(id).name = name + "/bytes";
      graph_.names.insert(name + "/bytes");
      Value to{name, graph_.value(id).shape, isa::DataType::kF32, nullptr, {}, {}};
      const ValueId result = graph_.add_value(std::move(to));
      nodes.push_back({reader.name, "Cast", Cast{}, {id}, result, {}});
      id = result;
    }
  }

  Graph& graph_;
  const QuantiseOptions& options_;
  std::vector<bool> is_non_negative_;  ///< by value
  std::vector<bool> is_integer_;       ///< by node
  std::vector<bool> is_half_;          ///< by node, before casts: makes bytes of 16-bit floats
  std::vector<bool> is_wide_;          ///< by value
  std::set<ValueId> before_steep_;
  std::set<ValueId> soft_weights_;  ///< results of Softmax
  /// What norms read: they need floats, and sums that many layers add to would be rounded by each.
  std::set<ValueId> normalised_;
  std::map<ValueId, bool> integer_values_;  ///< computed by integer operators
  std::map<std::string, ValueId> casts_;    ///< by value and range
  std::map<ValueId, ValueId> halves_;
  std::vector<std::string> missing_;
};

}  // namespace

void quantise(Graph& graph, const QuantiseOptions& options) { Quantiser(graph, options).run(); }

}  // namespace bmemu::kernels
