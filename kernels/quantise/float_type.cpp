// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The pass that sets 16-bit floats.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "kernels/quantise/quantise.h"
#include "kernels/quantise/wide_values.h"

namespace bmemu::kernels {
namespace {

class Narrowing {
 public:
  Narrowing(Graph& graph, isa::DataType type) : graph_(graph), type_(type), is_wide_(wide_values(graph)) {
    if (type != isa::DataType::kF16) return;
    const auto is_square = squares_of_norms(graph);
    for (std::size_t i = 0; i < is_wide_.size(); ++i) is_wide_[i] = is_wide_[i] || is_square[i];
  }

  void run() {
    share_no_constants();
    keep_numbers_in_range();
    set_types();
    std::vector<Node> nodes;
    for (const ValueId id : graph_.inputs) {
      const Node itself{graph_.value(id).name, "", Unary{}, {}, {}, {}};
      if (has_narrow_reader_[static_cast<std::size_t>(id)]) as_type_of(type_, id, nodes, itself);
    }
    for (Node& node : graph_.nodes) {
      for (ValueId& id : node.inputs) id = as_type_of(graph_.output(node).type, id, nodes, node);
      nodes.push_back(std::move(node));
    }
    widen_outputs(nodes);
    graph_.nodes = std::move(nodes);
  }

 private:
  bool is_wide(ValueId id) const { return is_wide_[static_cast<std::size_t>(id)]; }
  bool is_float(ValueId id) const {
    const isa::DataType type = graph_.value(id).type;
    return type == isa::DataType::kF32 || type == type_;
  }
  static bool is_bias(const Node& node, std::size_t input) { return node.op() == Op::kConv && input == 2; }

  /// What stands for "beyond all others" in f32 (masks, limits) is the largest number here: infinity times zero would
  /// be none. A positive lower limit keeps from dividing by zero: 0 would not.
  void keep_numbers_in_range() {
    constexpr float kSmallestNormal = 0x1p-14F;
    const float largest = type_ == isa::DataType::kF16 ? kLargestHalf : 0x1.FEp127F;
    const auto in_range = [&](float x) { return std::isfinite(x) ? std::clamp(x, -largest, largest) : x; };
    for (Node& node : graph_.nodes) {
      auto* unary = std::get_if<Unary>(&node.attributes);
      if (unary == nullptr || is_wide(node.output)) continue;
      if (unary->function == UnaryFunction::kClip && unary->alpha > 0 && type_ == isa::DataType::kF16)
        unary->alpha = std::max(unary->alpha, kSmallestNormal);
      unary->alpha = in_range(unary->alpha);
      unary->beta = in_range(unary->beta);
    }
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      Value& value = graph_.values[i];
      if (!value.constant || value.type != isa::DataType::kF32 || is_wide_[i]) continue;
      const auto& numbers = value.constant->floats();
      if (std::all_of(numbers.begin(), numbers.end(), [&](float x) { return !(std::abs(in_range(x)) < std::abs(x)); }))
        continue;
      std::vector<float> limited = numbers;
      std::transform(limited.begin(), limited.end(), limited.begin(), in_range);
      value.constant = std::make_shared<const Constant>(Constant{std::move(limited)});
    }
  }

  /// A constant that wide and narrow operators read becomes two.
  void share_no_constants() {
    const auto stays_wide = [&](const Node& node, std::size_t i) { return is_wide(node.output) || is_bias(node, i); };
    has_narrow_reader_.assign(graph_.values.size(), false);
    for (const Node& node : graph_.nodes)
      for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (!stays_wide(node, i)) has_narrow_reader_[static_cast<std::size_t>(node.inputs[i])] = true;
    for (Node& node : graph_.nodes)
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const ValueId id = node.inputs[i];
        const Value value = graph_.value(id);
        if (!value.constant || value.type != isa::DataType::kF32 || !stays_wide(node, i)) continue;
        ValueId wide = id;
        if (has_narrow_reader_[static_cast<std::size_t>(id)]) {
          wide = graph_.add_constant(value.name + "/wide", value.shape, value.constant->floats());
          node.inputs[i] = wide;
        }
        is_wide_.resize(graph_.values.size(), false);
        is_wide_[static_cast<std::size_t>(wide)] = true;
      }
  }

  void set_types() {
    for (const ValueId id : graph_.inputs) is_wide_[static_cast<std::size_t>(id)] = true;
    for (std::size_t i = 0; i < graph_.values.size(); ++i)
      if (graph_.values[i].type == isa::DataType::kF32 && !is_wide_[i]) graph_.values[i].type = type_;
  }

  /// The value as an operator with a result of type `wanted` reads it.
  ValueId as_type_of(isa::DataType wanted, ValueId id, std::vector<Node>& nodes, const Node& reader) {
    const Value value = graph_.value(id);
    if (value.constant || !is_float(id) || reader.op() == Op::kCast) return id;
    if (wanted != isa::DataType::kF32) wanted = type_;  // indices are found in narrow numbers
    if (value.type == wanted) return id;
    const auto found = casts_.find(id);
    if (found != casts_.end()) return found->second;
    const char* suffix = wanted == type_ ? "/narrow" : "/wide";
    const ValueId made = graph_.add_value({value.name + suffix, value.shape, wanted, nullptr, {}, {}});
    nodes.push_back({reader.name, "Cast", Cast{}, {id}, made, {}});
    return casts_[id] = made;
  }

  /// Outputs are f32 under their own names.
  void widen_outputs(std::vector<Node>& nodes) {
    for (ValueId& id : graph_.outputs) {
      if (graph_.value(id).type != type_) continue;
      const std::string name = graph_.value(id).name;
      graph_.names.erase(name);
      graph_.value(id).name = name + "/narrow";
      graph_.names.insert(graph_.value(id).name);
      const ValueId wide = graph_.add_value({name, graph_.value(id).shape, isa::DataType::kF32, nullptr, {}, {}});
      nodes.push_back({name, "Cast", Cast{}, {id}, wide, {}});
      id = wide;
    }
  }

  Graph& graph_;
  const isa::DataType type_;
  std::vector<bool> is_wide_;  ///< by value: stays f32
  std::vector<bool> has_narrow_reader_;
  std::map<ValueId, ValueId> casts_;  ///< by value: the same in the other type
};

}  // namespace

void set_float_type(Graph& graph, isa::DataType type) { Narrowing(graph, type).run(); }

}  // namespace bmemu::kernels
