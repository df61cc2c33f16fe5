// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/graph/onnx/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "isa/error.h"
#include "kernels/graph/onnx/model_import.h"
#include "kernels/graph/reference/reference.h"

namespace bmemu::kernels {
namespace onnx_import {
namespace {

/// Sets 20 to 26 changed none of these operators but GroupNormalization, which looks at the number; else they added
/// types and operators.
constexpr std::int64_t kFirstOpset = 1, kLastOpset = 26;

/// Loops in loops, and functions that call functions, would fill any memory.
constexpr std::int64_t kMostNodes = 500'000;

ImporterTable importers() {
  ImporterTable table;
  add_convolution_operators(table);
  add_einsum(table);
  add_elementwise_operators(table);
  add_index_operators(table);
  add_matrix_operators(table);
  add_move_operators(table);
  add_normalisation_operators(table);
  add_pool_operators(table);
  add_quantised_operators(table);
  add_recurrent_operators(table);
  add_reduction_operators(table);
  add_resize_operators(table);
  add_sequence_operators(table);
  add_shape_operators(table);
  add_trigonometric_operators(table);
  return table;
}

/// Operators that ONNX Runtime had, or has with more types, in a domain of its own.
bool has_other_home(const onnx::NodeProto& node) {
  static const std::set<std::string> kNames = {"DequantizeLinear", "Gelu", "QuantizeLinear"};
  return node.domain() == "com.microsoft" && kNames.count(node.op_type()) != 0;
}

const std::string& name_of(const onnx::ValueInfoProto& output) { return output.name(); }
const std::string& name_of(const std::string& output) { return output; }

}  // namespace

ModelImport::ModelImport(onnx::ModelProto& model, const std::string& source, const ImportOptions& options)
    : model_(model), source_(source), options_(options), table_(importers()) {
  state_.graph.name = model.graph().name();
  for (const auto& set : model.opset_import())
    if (set.domain().empty() || set.domain() == "ai.onnx") state_.opset = set.version();
  if (state_.opset < kFirstOpset || state_.opset > kLastOpset)
    throw Error({"E-ONNX-OPSET", source_, fmt::format("{}", state_.opset),
                 fmt::format("{}..{}", kFirstOpset, kLastOpset), "operators of this set may mean something else"});
  for (const auto& function : model.functions()) functions_[{function.domain(), function.name()}] = &function;
  find_needed(model.graph());
}

Graph ModelImport::run() {
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

template <class Body>
void ModelImport::find_needed(const Body& body) {
  for (const auto& output : body.output()) needed_.insert(name_of(output));
  for (int i = body.node_size(); i-- > 0;) {
    const auto& node = body.node(i);
    if (!is_needed(node)) continue;
    needed_.insert(node.input().begin(), node.input().end());
    for (const auto& attribute : node.attribute())
      if (attribute.has_g()) find_needed(attribute.g());
  }
}

template void ModelImport::find_needed(const onnx::FunctionProto& body);  // for control_flow.cpp

bool ModelImport::is_needed(const onnx::NodeProto& node) const {
  return std::any_of(node.output().begin(), node.output().end(),
                     [&](const std::string& output) { return needed_.count(output) != 0; });
}

void ModelImport::add_initializers(onnx::GraphProto& graph) {
  for (auto& tensor : *graph.mutable_initializer()) {
    try {
      state_.operands[tensor.name()] = add_tensor(state_.graph, tensor.name(), tensor);
    } catch (const Unsupported& unsupported) {
      throw Error({"E-ONNX-UNSUPPORTED", source_, tensor.name(), "numbers", unsupported.reason});
    }
    tensor.clear_raw_data();
    tensor.clear_float_data();
  }
}

Shape ModelImport::input_shape(const onnx::ValueInfoProto& input) {
  if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape())
    throw Error(
        {"E-ONNX-SHAPE", source_, input.name(), "a tensor of known rank", "an input of the model has no shape"});
  Shape shape;
  const auto asked = options_.shapes.find(input.name());
  const auto rank = static_cast<std::size_t>(input.type().tensor_type().shape().dim_size());
  if (asked != options_.shapes.end() && asked->second.size() != rank)
    throw Error({"E-ONNX-SHAPE", source_, fmt::format("{} of shape {}", input.name(), text(asked->second)),
                 fmt::format("{} dimensions", rank), "the model's input has another number of dimensions"});
  for (const auto& dimension : input.type().tensor_type().shape().dim()) {
    const bool is_first = shape.empty();
    std::int64_t size = dimension.has_dim_value() ? dimension.dim_value() : 0;
    if (is_first && size > 0) state_.model_batch = size;
    if (asked != options_.shapes.end()) size = asked->second[shape.size()];
    if (is_first && options_.batch) size = *options_.batch;
    if (asked == options_.shapes.end() && dimension.has_dim_value() && dimension.dim_value() < 0)
      throw Error({"E-ONNX-SHAPE", source_,
                   fmt::format("{}, dimension {}: {}", input.name(), shape.size(), dimension.dim_value()),
                   "1 or more, or open", "a dimension of an input is negative"});
    if (is_first && size == 0) size = 1;
    if (size == 0)
      throw Error({"E-ONNX-SHAPE", source_, fmt::format("{}, dimension {}: open", input.name(), shape.size()),
                   "1 or more", "a dimension of an input has no size (--input-shape); only the first may lack it"});
    shape.push_back(size);
  }
  if (!shape.empty()) state_.batch = shape.front();
  return shape;
}

void ModelImport::add_inputs() {
  for (const auto& [name, shape] : options_.shapes) {
    const auto& inputs = model_.graph().input();
    const auto has_name = [&, wanted = name](const onnx::ValueInfoProto& input) { return input.name() == wanted; };
    if (std::any_of(inputs.begin(), inputs.end(), has_name)) continue;
    std::vector<std::string> names;
    for (const auto& input : inputs) names.push_back(input.name());
    throw Error({"E-ONNX-SHAPE", source_, name, fmt::format("{}", fmt::join(names, ", ")),
                 "the model has no input of this name"});
  }
  for (const auto& input : model_.graph().input()) {
    if (state_.operands.count(input.name()) != 0) continue;
    Value value{input.name(), input_shape(input), isa::DataType::kF32, nullptr, {}, {}};
    Kind kind{};
    try {
      kind = kind_of(input.type().tensor_type().elem_type());
    } catch (const Unsupported& unsupported) {
      throw Error({"E-ONNX-UNSUPPORTED", source_, input.name(), "numbers", unsupported.reason});
    }
    if (kind == Kind::kInteger) value.type = isa::DataType::kI32;
    const ValueId id = state_.graph.add_value(std::move(value));
    state_.graph.inputs.push_back(id);
    state_.operands[input.name()] = {id, kind};
  }
}

void ModelImport::add_node(const onnx::NodeProto& node) {
  if (!is_needed(node)) return;
  if (++added_ > kMostNodes)
    throw Error({"E-ONNX-UNSUPPORTED", source_, fmt::format("more than {} nodes", kMostNodes), "fewer nodes",
                 "with loops and functions written out there are too many nodes"});
  const auto importer = table_.find(node.op_type());
  const bool is_foreign = !node.domain().empty() && node.domain() != "ai.onnx" && !has_other_home(node);
  const Inner inner = inner_of(node);
  try {
    if (!inner && (importer == table_.end() || is_foreign)) throw Unsupported{"operator not supported"};
    for (const auto& input : node.input()) {
      if (input.empty() || state_.operands.count(input) != 0) continue;
      if (unknown_.count(input) == 0)
        throw Error({"E-ONNX-GRAPH", source_, input, "an input, an initializer or a result of an earlier node",
                     fmt::format("node {} reads what nothing computes", describe(node))});
      unknown_.insert(node.output().begin(), node.output().end());
      return;
    }
    if (inner) return (this->*inner)(node);
    NodeImport node_import(state_, node);
    importer->second(node_import);
  } catch (const Unsupported& unsupported) {
    problems_.push_back(fmt::format("{}: {}", describe(node), unsupported.reason));
    unknown_.insert(node.output().begin(), node.output().end());
  }
}

std::string ModelImport::describe(const onnx::NodeProto& node) {
  const std::string& name = !node.name().empty() || node.output_size() == 0 ? node.name() : node.output(0);
  return fmt::format("{} ({})", name, node.op_type());
}

void ModelImport::add_outputs() {
  Graph& graph = state_.graph;
  std::set<ValueId> taken(graph.inputs.begin(), graph.inputs.end());
  for (const auto& output : model_.graph().output()) {
    const auto found = state_.operands.find(output.name());
    if (found == state_.operands.end())
      throw Error({"E-ONNX-GRAPH", source_, output.name(), "a result of a node", "nothing computes an output"});
    if (found->second.parts)
      throw Error({"E-ONNX-UNSUPPORTED", source_, output.name(), "tensors", "an output is a sequence"});
    ValueId id = found->second.id;
    const Value& value = graph.value(id);
    const bool is_index = found->second.kind == Kind::kInteger && value.type == isa::DataType::kF32;
    if (value.constant || is_index || !taken.insert(id).second || value.name != output.name()) {
      // An output of its own under its own name; numbers that ONNX calls integers leave as integers.
      const Shape shape = value.shape;
      const isa::DataType type = is_index ? isa::DataType::kI32 : value.type;
      const bool is_exact = value.is_exact && !is_index;
      if (value.name == output.name()) rename(id, output.name() + "/source");
      Node node{output.name(), "Identity", Reshape{}, {id}, {}, {}};
      if (is_index) node.attributes = Cast{};
      id = graph.add_node(std::move(node), output.name(), shape, type);
      graph.value(id).is_exact = is_exact;
    }
    graph.outputs.push_back(id);
  }
  if (graph.outputs.empty())
    throw Error({"E-ONNX-GRAPH", source_, graph.name, "at least one output", "the model has no outputs"});
}

/// Inputs keep their names: a model whose output is its input gives the output another.
void ModelImport::rename(ValueId id, const std::string& name) {
  Value& value = state_.graph.value(id);
  for (const ValueId input : state_.graph.inputs)
    if (input == id) return;
  state_.graph.names.erase(value.name);
  state_.graph.names.insert(name);
  value.name = name;
}

}  // namespace onnx_import

Graph import_onnx(onnx::ModelProto model, const std::string& source, const ImportOptions& options) {
  return onnx_import::ModelImport(model, source, options).run();
}

Graph import_onnx_file(const std::string& path, const ImportOptions& options) {
  Graph graph = import_onnx(load_onnx(path), path, options);
  graph.name = std::filesystem::path(path).stem().string();
  return graph;
}

std::vector<std::string> importable_operators() {
  std::vector<std::string> names;
  for (const auto& [name, importer] : onnx_import::importers()) names.push_back(name);
  names.insert(names.end(), {"If", "Loop", "Scan"});
  const auto composed = onnx_import::composed_operators();
  names.insert(names.end(), composed.begin(), composed.end());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace bmemu::kernels
