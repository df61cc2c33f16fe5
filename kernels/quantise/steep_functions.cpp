// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/steep_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

namespace bmemu::kernels {
namespace {

/// An exponent up to this has steps of at most 1/16 as a byte.
constexpr float kLargestExponent = 8;

class Search {
 public:
  explicit Search(const Graph& graph)
      : graph_(graph), producer_(graph.values.size()), may_be_infinite_(graph.values.size()) {
    for (const Node& node : graph.nodes) producer_[static_cast<std::size_t>(node.output)] = &node;
    find_infinite();
  }

  std::set<ValueId> run() {
    for (const Node& node : graph_.nodes) {
      const auto* unary = node.get_if<Unary>();
      const auto* binary = node.get_if<Binary>();
      if (node.op() == Op::kSoftmax) add_before(node.inputs[0], kLargestExponent);
      if (unary && unary->function == UnaryFunction::kExp) add_before(node.inputs[0], kLargestExponent);
      if (unary && has_pole(unary->function)) {
        found_.insert(node.output);
        add_before(node.inputs[0], 0);
      }
      if (binary && binary->function == BinaryFunction::kDiv) add_before(node.inputs[1], 0);
      if (binary && binary->function == BinaryFunction::kPow && has_small_exponents(node))
        add_before(node.inputs[0], 0);
    }
    return std::move(found_);
  }

 private:
  /// Masks of infinity, and what they are laid over. Measured ranges are of finite numbers alone.
  void find_infinite() {
    const auto is_infinite = [&](ValueId id) {
      const Value& value = graph_.value(id);
      if (!value.constant) return bool(may_be_infinite_[static_cast<std::size_t>(id)]);
      if (value.type != isa::DataType::kF32) return false;
      const auto& numbers = value.constant->floats();
      return std::any_of(numbers.begin(), numbers.end(), [](float x) { return std::isinf(x); });
    };
    for (const Node& node : graph_.nodes) {
      const auto* binary = node.get_if<Binary>();
      const auto* unary = node.get_if<Unary>();
      const bool adds =
          binary && (binary->function == BinaryFunction::kAdd || binary->function == BinaryFunction::kSub ||
                     binary->function == BinaryFunction::kMul);
      const bool scales = unary && unary->function == UnaryFunction::kAffine;
      const bool moves = node.op() == Op::kReshape || node.op() == Op::kPermute || node.op() == Op::kSlice ||
                         node.op() == Op::kBroadcast || node.op() == Op::kConcat;
      if (!adds && !scales && !moves && node.op() != Op::kSelect) continue;
      const std::size_t first = node.op() == Op::kSelect ? 1 : 0;
      may_be_infinite_[static_cast<std::size_t>(node.output)] =
          std::any_of(node.inputs.begin() + static_cast<std::ptrdiff_t>(first), node.inputs.end(), is_infinite);
    }
  }

  static bool has_pole(UnaryFunction function) {
    return function == UnaryFunction::kReciprocal || function == UnaryFunction::kLog ||
           function == UnaryFunction::kRsqrt || function == UnaryFunction::kSqrt;
  }

  /// Below 1, or not known: the slope at 0 has no limit.
  bool has_small_exponents(const Node& power) const {
    const Value& exponent = graph_.input(power, 1);
    if (!exponent.constant) return true;
    const auto& numbers = exponent.constant->floats();
    return std::any_of(numbers.begin(), numbers.end(), [](float x) { return x < 1; });
  }

  /// The largest magnitude; 0 when nothing is known.
  float range(ValueId id) const {
    const Value& value = graph_.value(id);
    if (value.constant) {
      float largest = 0;
      for (const float x : value.constant->floats()) largest = std::max(largest, std::abs(x));
      return largest;
    }
    if (may_be_infinite_[static_cast<std::size_t>(id)]) return std::numeric_limits<float>::infinity();
    return value.calibration ? value.calibration->threshold : 0;
  }

  /// Adds what computes `id` when its range is beyond `limit`, and so on towards the inputs.
  void add_before(ValueId id, float limit) {
    const Node* node = producer_[static_cast<std::size_t>(id)];
    if (node == nullptr || graph_.value(id).type != isa::DataType::kF32) return;
    const auto [asked, is_new] = asked_.try_emplace(id, limit);
    if (!is_new && asked->second <= limit) return;  // slices put together again lead here by many ways
    asked->second = limit;
    const bool is_coarse = range(id) > limit;
    const auto add_inputs = [&](float limit_of_inputs) {
      for (const ValueId input : node->inputs)
        if (graph_.value(input).constant == nullptr) add_before(input, limit_of_inputs);
    };
    switch (node->op()) {
      case Op::kReshape:
      case Op::kPermute:
      case Op::kSlice:
      case Op::kBroadcast:
      case Op::kConcat: return add_inputs(limit);
      case Op::kUnary: {
        const auto& unary = node->as<Unary>();
        if (!is_coarse || !found_.insert(id).second) return;
        const bool scales = unary.function == UnaryFunction::kAffine && unary.alpha != 0;
        return add_inputs(scales ? limit / std::abs(unary.alpha) : limit);
      }
      case Op::kBinary: {
        if (!is_coarse || !found_.insert(id).second) return;
        const bool scales = node->as<Binary>().function == BinaryFunction::kMul;
        for (std::size_t i = 0; i < 2; ++i) {
          const float factor = scales ? range(node->inputs[1 - i]) : 1;
          if (graph_.input(*node, i).constant == nullptr)
            add_before(node->inputs[i], factor > 0 ? limit / factor : limit);
        }
        return;
      }
      case Op::kSelect:
        if (is_coarse && found_.insert(id).second) add_inputs(limit);
        return;
      case Op::kMatMul:
        // Rows that look at each other; products with weights have the scales of their columns.
        if (is_coarse && limit > 0 && graph_.input(*node, 1).constant == nullptr) found_.insert(id);
        return;
      default: return;
    }
  }

  const Graph& graph_;
  std::vector<const Node*> producer_;  ///< by value
  std::vector<bool> may_be_infinite_;  ///< by value
  std::set<ValueId> found_;
  std::map<ValueId, float> asked_;  ///< the smallest limit
};

}  // namespace

std::set<ValueId> before_steep_functions(const Graph& graph) { return Search(graph).run(); }

}  // namespace bmemu::kernels
