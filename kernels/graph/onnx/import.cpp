// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/onnx/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "isa/error.h"
#include "kernels/graph/onnx/node_import.h"
#include "kernels/graph/reference/reference.h"

namespace bmemu::kernels {
namespace {

using onnx_import::Kind;
using onnx_import::ModelState;
using onnx_import::NodeImport;
using onnx_import::Operand;
using onnx_import::Unsupported;

/// Sets 20 to 23 changed none of these operators but GroupNormalization, which looks at the number.
constexpr std::int64_t kFirstOpset = 1, kLastOpset = 23;

onnx_import::ImporterTable importers() {
  onnx_import::ImporterTable table;
  onnx_import::add_convolution_operators(table);
  onnx_import::add_einsum(table);
  onnx_import::add_elementwise_operators(table);
  onnx_import::add_index_operators(table);
  onnx_import::add_matrix_operators(table);
  onnx_import::add_move_operators(table);
  onnx_import::add_normalisation_operators(table);
  onnx_import::add_pool_operators(table);
  onnx_import::add_quantised_operators(table);
  onnx_import::add_recurrent_operators(table);
  onnx_import::add_reduction_operators(table);
  onnx_import::add_resize_operators(table);
  onnx_import::add_shape_operators(table);
  onnx_import::add_sorting_operators(table);
  onnx_import::add_trigonometric_operators(table);
  return table;
}

class ModelImport {
 public:
  ModelImport(onnx::ModelProto& model, const std::string& source, const ImportOptions& options)
      : model_(model), source_(source), options_(options) {
    state_.graph.name = model.graph().name();
    for (const auto& set : model.opset_import())
      if (set.domain().empty() || set.domain() == "ai.onnx") state_.opset = set.version();
    if (state_.opset < kFirstOpset || state_.opset > kLastOpset)
      throw Error({"E-ONNX-OPSET", source_, fmt::format("{}", state_.opset),
                   fmt::format("{}..{}", kFirstOpset, kLastOpset), "operators of this set may mean something else"});
    find_needed(model.graph());
  }

  Graph run() {
    add_initializers(*model_.mutable_graph());
    add_inputs();
    for (const auto& node : model_.graph().node()) add_node(node);
    if (!problems_.empty())
      throw Error({"E-ONNX-UNSUPPORTED", source_,
                   fmt::format("{} of {} nodes", problems_.size(), model_.graph().node_size()),
                   "operators of docs/operators.md", fmt::format("{}", fmt::join(problems_, "; "))});
    add_outputs();
    remove_dead(state_.graph);
    const std::string wrong = first_inconsistency(state_.graph);
    BMEMU_CHECK(wrong.empty(), wrong);
    return std::move(state_.graph);
  }

 private:
  /// Names that the outputs depend on. What only leads to unread results need not be possible.
  void find_needed(const onnx::GraphProto& graph) {
    for (const auto& output : graph.output()) needed_.insert(output.name());
    for (int i = graph.node_size(); i-- > 0;) {
      const auto& node = graph.node(i);
      if (!is_needed(node)) continue;
      needed_.insert(node.input().begin(), node.input().end());
      for (const auto& attribute : node.attribute())
        if (attribute.has_g()) find_needed(attribute.g());
    }
  }

  bool is_needed(const onnx::NodeProto& node) const {
    return std::any_of(node.output().begin(), node.output().end(),
                       [&](const std::string& output) { return needed_.count(output) != 0; });
  }

  void add_initializers(onnx::GraphProto& graph) {
    for (auto& tensor : *graph.mutable_initializer()) {
      try {
        state_.operands[tensor.name()] = onnx_import::add_tensor(state_.graph, tensor.name(), tensor);
      } catch (const Unsupported& unsupported) {
        throw Error({"E-ONNX-UNSUPPORTED", source_, tensor.name(), "numbers", unsupported.reason});
      }
      tensor.clear_raw_data();
      tensor.clear_float_data();
    }
  }

  Shape input_shape(const onnx::ValueInfoProto& input) {
    if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape())
      throw Error(
          {"E-ONNX-SHAPE", source_, input.name(), "a tensor of known rank", "an input of the model has no shape"});
    Shape shape;
    for (const auto& dimension : input.type().tensor_type().shape().dim()) {
      const bool is_first = shape.empty();
      std::int64_t size = dimension.has_dim_value() ? dimension.dim_value() : 0;
      if (is_first && size > 0) state_.model_batch = size;
      if (is_first && options_.batch) size = *options_.batch;
      if (dimension.has_dim_value() && dimension.dim_value() < 0)
        throw Error({"E-ONNX-SHAPE", source_,
                     fmt::format("{}, dimension {}: {}", input.name(), shape.size(), dimension.dim_value()),
                     "1 or more, or open", "a dimension of an input is negative"});
      if (is_first && size == 0) size = 1;
      if (size == 0)
        throw Error({"E-ONNX-SHAPE", source_, fmt::format("{}, dimension {}: open", input.name(), shape.size()),
                     "1 or more", "a dimension of an input has no size; only the first may lack it (--batch)"});
      shape.push_back(size);
    }
    if (!shape.empty()) state_.batch = shape.front();
    return shape;
  }

  void add_inputs() {
    for (const auto& input : model_.graph().input()) {
      if (state_.operands.count(input.name()) != 0) continue;
      Value value{input.name(), input_shape(input), isa::DataType::kF32, nullptr, {}, {}};
      Kind kind{};
      try {
        kind = onnx_import::kind_of(input.type().tensor_type().elem_type());
      } catch (const Unsupported& unsupported) {
        throw Error({"E-ONNX-UNSUPPORTED", source_, input.name(), "numbers", unsupported.reason});
      }
      if (kind == Kind::kInteger) value.type = isa::DataType::kI32;
      const ValueId id = state_.graph.add_value(std::move(value));
      state_.graph.inputs.push_back(id);
      state_.operands[input.name()] = {id, kind};
    }
  }

  /// A condition that is known chooses a branch, whose nodes stand in the graph's place.
  void add_branch(const onnx::NodeProto& node) {
    const Value& condition = state_.graph.value(state_.operands.at(node.input(0)).id);
    if (!condition.constant) throw Unsupported{fmt::format("the condition is not constant ({})", condition.name)};
    const bool is_true = reference::numbers<float>(*condition.constant).at(0) != 0;
    for (const auto& attribute : node.attribute()) {
      if (attribute.name() != (is_true ? "then_branch" : "else_branch")) continue;
      onnx::GraphProto branch = attribute.g();
      add_initializers(branch);
      for (const auto& inner : branch.node()) add_node(inner);
      for (int i = 0; i < std::min(node.output_size(), branch.output_size()); ++i) {
        const auto made = state_.operands.find(branch.output(i).name());
        if (made != state_.operands.end())
          state_.operands[node.output(i)] = made->second;
        else
          unknown_.insert(node.output(i));
      }
    }
  }

  void add_node(const onnx::NodeProto& node) {
    if (!is_needed(node)) return;
    const auto importer = table_.find(node.op_type());
    const bool is_foreign = !node.domain().empty() && node.domain() != "ai.onnx";
    const bool is_branch = node.op_type() == "If" && !is_foreign && node.input_size() > 0;
    try {
      if ((importer == table_.end() && !is_branch) || is_foreign) throw Unsupported{"operator not supported"};
      for (const auto& input : node.input()) {
        if (input.empty() || state_.operands.count(input) != 0) continue;
        if (unknown_.count(input) == 0)
          throw Error({"E-ONNX-GRAPH", source_, input, "an input, an initializer or a result of an earlier node",
                       fmt::format("node {} reads what nothing computes", describe(node))});
        unknown_.insert(node.output().begin(), node.output().end());
        return;
      }
      if (is_branch) return add_branch(node);
      NodeImport node_import(state_, node);
      importer->second(node_import);
    } catch (const Unsupported& unsupported) {
      problems_.push_back(fmt::format("{}: {}", describe(node), unsupported.reason));
      unknown_.insert(node.output().begin(), node.output().end());
    }
  }

  static std::string describe(const onnx::NodeProto& node) {
    const std::string& name = !node.name().empty() || node.output_size() == 0 ? node.name() : node.output(0);
    return fmt::format("{} ({})", name, node.op_type());
  }

  void add_outputs() {
    Graph& graph = state_.graph;
    std::set<ValueId> taken(graph.inputs.begin(), graph.inputs.end());
    for (const auto& output : model_.graph().output()) {
      const auto found = state_.operands.find(output.name());
      if (found == state_.operands.end())
        throw Error({"E-ONNX-GRAPH", source_, output.name(), "a result of a node", "nothing computes an output"});
      ValueId id = found->second.id;
      const Value& value = graph.value(id);
      const bool is_index = found->second.kind == Kind::kInteger && value.type == isa::DataType::kF32;
      if (value.constant || is_index || !taken.insert(id).second || value.name != output.name()) {
        // An output of its own under its own name; numbers that ONNX calls integers leave as integers.
        const Shape shape = value.shape;
        const isa::DataType type = is_index ? isa::DataType::kI32 : value.type;
        if (value.name == output.name()) rename(id, output.name() + "/source");
        Node node{output.name(), "Identity", Reshape{}, {id}, {}, {}};
        if (is_index) node.attributes = Cast{};
        id = graph.add_node(std::move(node), output.name(), shape, type);
      }
      graph.outputs.push_back(id);
    }
    if (graph.outputs.empty())
      throw Error({"E-ONNX-GRAPH", source_, graph.name, "at least one output", "the model has no outputs"});
  }

  /// Inputs keep their names: a model whose output is its input gives the output another.
  void rename(ValueId id, const std::string& name) {
    Value& value = state_.graph.value(id);
    for (const ValueId input : state_.graph.inputs)
      if (input == id) return;
    state_.graph.names.erase(value.name);
    state_.graph.names.insert(name);
    value.name = name;
  }

  onnx::ModelProto& model_;
  const std::string& source_;
  const ImportOptions& options_;
  ModelState state_;
  std::set<std::string> needed_;   ///< by the outputs
  std::set<std::string> unknown_;  ///< results of nodes that cannot be imported, and what depends on them
  std::vector<std::string> problems_;
  const onnx_import::ImporterTable table_ = importers();
};

}  // namespace

Graph import_onnx(onnx::ModelProto model, const std::string& source, const ImportOptions& options) {
  return ModelImport(model, source, options).run();
}

Graph import_onnx_file(const std::string& path, const ImportOptions& options) {
  return import_onnx(load_onnx(path), path, options);
}

std::vector<std::string> importable_operators() {
  std::vector<std::string> names;
  for (const auto& [name, importer] : importers()) names.push_back(name);
  return names;
}

}  // namespace bmemu::kernels
