// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Nodes that have graphs inside: branches, loops, scans and functions of the model. A chip's program has no jumps, so
// what runs, and how often, must be known; the nodes inside then stand in the graph's place.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "kernels/graph/onnx/model_import.h"
#include "kernels/graph/reference/reference.h"

namespace bmemu::kernels::onnx_import {
namespace {

/// Runs of one loop. Each is as many commands as its body.
constexpr std::int64_t kMostRuns = 10000;

onnx::GraphProto graph_of(const onnx::NodeProto& node, const std::string& name) {
  for (const auto& attribute : node.attribute())
    if (attribute.name() == name && attribute.has_g()) return attribute.g();
  throw Unsupported{fmt::format("no graph {}", name)};
}

/// Values of a function's attributes in the place of their names. An attribute that the call leaves out is left out.
void fill_attributes(onnx::NodeProto& node, const std::map<std::string, onnx::AttributeProto>& values) {
  onnx::NodeProto filled = node;
  filled.clear_attribute();
  for (const auto& attribute : node.attribute()) {
    onnx::AttributeProto made = attribute;
    if (!attribute.ref_attr_name().empty()) {
      const auto value = values.find(attribute.ref_attr_name());
      if (value == values.end()) continue;
      made = value->second;
      made.set_name(attribute.name());
    }
    if (made.has_g())
      for (auto& inner : *made.mutable_g()->mutable_node()) fill_attributes(inner, values);
    *filled.add_attribute() = std::move(made);
  }
  node = std::move(filled);
}

/// Attributes of a call, and what the function has for those that it leaves out.
std::map<std::string, onnx::AttributeProto> attributes_of(const onnx::NodeProto& call,
                                                          const onnx::FunctionProto& function) {
  constexpr int kAttributesWithValues = 11;  // a field that the library's messages do not have yet
  std::map<std::string, onnx::AttributeProto> values;
  const auto& unknown = function.GetReflection()->GetUnknownFields(function);
  for (int i = 0; i < unknown.field_count(); ++i) {
    const auto& field = unknown.field(i);
    onnx::AttributeProto usual;
    if (field.number() == kAttributesWithValues && usual.ParseFromString(field.length_delimited()))
      values[usual.name()] = usual;
  }
  for (const auto& attribute : call.attribute()) values[attribute.name()] = attribute;
  return values;
}

}  // namespace

ModelImport::Inner ModelImport::inner_of(const onnx::NodeProto& node) const {
  if (functions_.count({node.domain(), node.op_type()}) != 0) return &ModelImport::add_function;
  // ONNX Runtime's optimiser has some of them, and others' functions, in a domain of its own.
  const bool is_foreign = !node.domain().empty() && node.domain() != "ai.onnx";
  if (is_composed(node.op_type()) && (!is_foreign || node.domain() == "com.microsoft"))
    return &ModelImport::add_composed;
  if (is_foreign) return nullptr;
  if (node.op_type() == "If") return &ModelImport::add_branch;
  if (node.op_type() == "Loop") return &ModelImport::add_loop;
  if (node.op_type() == "Scan") return &ModelImport::add_scan;
  return nullptr;
}

std::optional<std::vector<Operand>> ModelImport::results_of(const onnx::GraphProto& graph) {
  for (const auto& node : graph.node()) add_node(node);
  std::vector<Operand> results;
  for (const auto& output : graph.output()) {
    const auto made = state_.operands.find(output.name());
    if (made == state_.operands.end()) {
      if (unknown_.count(output.name()) == 0) throw Unsupported{fmt::format("nothing computes {}", output.name())};
      return {};
    }
    results.push_back(made->second);
  }
  return results;
}

void ModelImport::bind(const onnx::NodeProto& node, const std::optional<std::vector<Operand>>& results,
                       std::size_t values_before) {
  Graph& graph = state_.graph;
  std::set<ValueId> named;
  for (int i = 0; i < node.output_size(); ++i) {
    const std::string& name = node.output(i);
    if (name.empty()) continue;
    if (!results) {
      unknown_.insert(name);
      continue;
    }
    if (static_cast<std::size_t>(i) >= results->size()) throw Unsupported{fmt::format("no result {}", name)};
    const Operand made = (*results)[static_cast<std::size_t>(i)];
    const bool is_new =
        !made.parts && static_cast<std::size_t>(made.id) >= values_before && !graph.value(made.id).constant;
    if (is_new && named.insert(made.id).second && graph.names.count(name) == 0) rename(made.id, name);
    state_.operands[name] = made;
  }
}

bool ModelImport::is_true(Operand condition) const {
  const Value& value = state_.graph.value(condition.id);
  if (!value.constant) throw Unsupported{fmt::format("the condition is not constant ({})", value.name)};
  return reference::numbers<float>(*value.constant).at(0) != 0;
}

void ModelImport::add_branch(const onnx::NodeProto& node) {
  const std::size_t before = state_.graph.values.size();
  NodeImport maker(state_, node);
  const Operand condition = maker.input(0);
  const auto branch = [&](const std::string& name) {
    onnx::GraphProto graph = graph_of(node, name);
    add_initializers(graph);
    return results_of(graph);
  };
  if (maker.is_constant(condition))
    return bind(node, branch(is_true(condition) ? "then_branch" : "else_branch"), before);
  const auto yes = branch("then_branch"), no = branch("else_branch");
  if (!yes || !no) return bind(node, {}, before);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < std::min(yes->size(), no->size()); ++i) {
    if ((*yes)[i].parts || (*no)[i].parts)
      throw Unsupported{fmt::format("the condition is not constant ({})", maker.value(condition).name)};
    const Operand a = maker.as_float((*yes)[i]), b = maker.as_float((*no)[i]);
    if (maker.shape(a) != maker.shape(b) || elements(maker.shape(condition)) != 1)
      throw Unsupported{fmt::format("a condition that is not constant ({}) chooses between shapes {} and {}",
                                    maker.value(condition).name, text(maker.shape(a)), text(maker.shape(b)))};
    const Operand choice = maker.reshape(maker.as_float(condition), Shape(maker.shape(a).size(), 1));
    results.push_back(maker.emit(Select{}, {choice, a, b}, {}, a.kind));
  }
  bind(node, results, before);
}

Operand ModelImport::stacked(const onnx::NodeProto& node, const std::vector<Operand>& parts, std::int64_t axis) {
  if (parts.empty()) throw Unsupported{"results of no run"};
  if (parts.front().parts) throw Unsupported{"a sequence of each run"};
  NodeImport maker(state_, node);
  return maker.stacked(parts, NodeImport::axis_of(axis, maker.shape(parts.front()).size() + 1));
}

void ModelImport::add_loop(const onnx::NodeProto& node) {
  const std::size_t before = state_.graph.values.size();
  const auto input = [&](int index) -> std::optional<Operand> {
    if (index >= node.input_size() || node.input(index).empty()) return {};
    return state_.operands.at(node.input(index));
  };
  onnx::GraphProto body = graph_of(node, "body");
  const int carried = std::max(0, node.input_size() - 2);
  if (body.input_size() != 2 + carried || body.output_size() < 1 + carried)
    throw Unsupported{fmt::format("a body of {} inputs and {} results for {} carried values", body.input_size(),
                                  body.output_size(), carried)};
  NodeImport maker(state_, node);
  const std::int64_t limit = input(0) ? maker.constant_integers(0, "the number of runs").at(0) : kMostRuns + 1;
  std::optional<Operand> condition = input(1);
  std::vector<Operand> now;
  now.reserve(static_cast<std::size_t>(carried));
  for (int i = 0; i < carried; ++i) now.push_back(state_.operands.at(node.input(2 + i)));
  std::vector<std::vector<Operand>> scanned(static_cast<std::size_t>(body.output_size() - 1 - carried));
  add_initializers(body);
  for (std::int64_t run = 0; run < limit && (!condition || is_true(*condition)); ++run) {
    if (run == kMostRuns) throw Unsupported{fmt::format("more than {} runs", kMostRuns)};
    state_.operands[body.input(0).name()] = maker.indices({}, {static_cast<std::int32_t>(run)});
    state_.operands[body.input(1).name()] = maker.constant({}, {1}, Kind::kBool);
    for (int i = 0; i < carried; ++i) state_.operands[body.input(2 + i).name()] = now[static_cast<std::size_t>(i)];
    const auto results = results_of(body);
    if (!results) return bind(node, {}, before);
    if (condition || state_.graph.value(results->front().id).constant) condition = results->front();
    std::copy_n(results->begin() + 1, carried, now.begin());
    for (std::size_t i = 0; i < scanned.size(); ++i)
      scanned[i].push_back((*results)[1 + static_cast<std::size_t>(carried) + i]);
  }
  for (std::size_t i = 0; i < scanned.size() && now.size() < static_cast<std::size_t>(node.output_size()); ++i)
    now.push_back(stacked(node, scanned[i], 0));
  bind(node, now, before);
}

void ModelImport::add_scan(const onnx::NodeProto& node) {
  const std::size_t before = state_.graph.values.size();
  NodeImport maker(state_, node);
  if (maker.opset() < 9) throw Unsupported{"a scan of operator set 8"};
  onnx::GraphProto body = graph_of(node, "body");
  const auto scans = static_cast<int>(maker.integer("num_scan_inputs", 0)), states = node.input_size() - scans;
  if (scans < 1 || states < 0 || body.input_size() != node.input_size() || body.output_size() < states)
    throw Unsupported{
        fmt::format("a body of {} inputs for {} of which {} are scanned", body.input_size(), node.input_size(), scans)};
  const auto of = [&](const std::string& key, int index) {
    const auto list = maker.integers(key);
    return static_cast<std::size_t>(index) < list.size() ? list[static_cast<std::size_t>(index)] : 0;
  };
  std::vector<Operand> now;
  now.reserve(static_cast<std::size_t>(states));
  for (int i = 0; i < states; ++i) now.push_back(maker.input(static_cast<std::size_t>(i)));
  const auto axis = [&](int scan) {
    const Operand all = maker.input(static_cast<std::size_t>(states) + static_cast<std::size_t>(scan));
    return NodeImport::axis_of(of("scan_input_axes", scan), maker.shape(all).size());
  };
  const std::int64_t runs =
      maker.shape(maker.input(static_cast<std::size_t>(states)))[static_cast<std::size_t>(axis(0))];
  if (runs > kMostRuns) throw Unsupported{fmt::format("more than {} runs", kMostRuns)};
  std::vector<std::vector<Operand>> made(static_cast<std::size_t>(body.output_size() - states));
  add_initializers(body);
  for (std::int64_t run = 0; run < runs; ++run) {
    for (int i = 0; i < states; ++i) state_.operands[body.input(i).name()] = now[static_cast<std::size_t>(i)];
    for (int i = 0; i < scans; ++i) {
      const Operand all = maker.input(static_cast<std::size_t>(states) + static_cast<std::size_t>(i));
      Shape shape = maker.shape(all);
      if (shape[static_cast<std::size_t>(axis(i))] != runs) throw Unsupported{"scanned axes of different lengths"};
      const Operand one = maker.slice(all, axis(i), of("scan_input_directions", i) == 0 ? run : runs - 1 - run, 1);
      shape.erase(shape.begin() + axis(i));
      state_.operands[body.input(states + i).name()] = maker.reshape(one, shape);
    }
    const auto results = results_of(body);
    if (!results) return bind(node, {}, before);
    std::copy_n(results->begin(), states, now.begin());
    for (std::size_t i = 0; i < made.size(); ++i) made[i].push_back((*results)[static_cast<std::size_t>(states) + i]);
  }
  for (std::size_t i = 0; i < made.size(); ++i) {
    const auto index = static_cast<int>(i);
    if (of("scan_output_directions", index) != 0) std::reverse(made[i].begin(), made[i].end());
    now.push_back(stacked(node, made[i], of("scan_output_axes", index)));
  }
  bind(node, now, before);
}

void ModelImport::add_function(const onnx::NodeProto& node) {
  add_call(node, *functions_.at({node.domain(), node.op_type()}));
}

void ModelImport::add_composed(const onnx::NodeProto& node) { add_call(node, composed(NodeImport(state_, node))); }

void ModelImport::add_call(const onnx::NodeProto& node, const onnx::FunctionProto& function) {
  if (std::count(calls_.begin(), calls_.end(), &function) != 0) throw Unsupported{"a function that calls itself"};
  if (node.input_size() > function.input_size()) throw Unsupported{"more inputs than the function has"};
  const std::size_t before = state_.graph.values.size();
  const auto attributes = attributes_of(node, function);
  std::map<std::string, Operand> inner;
  std::set<std::string> absent;
  for (int i = 0; i < function.input_size(); ++i)
    if (i < node.input_size() && !node.input(i).empty())
      inner[function.input(i)] = state_.operands.at(node.input(i));
    else
      absent.insert(function.input(i));
  // A function sees nothing but its inputs.
  const auto outer = std::exchange(state_.operands, std::move(inner));
  const auto outer_unknown = std::exchange(unknown_, {});
  const std::int64_t outer_opset = state_.opset;
  for (const auto& set : function.opset_import())
    if (set.domain().empty() || set.domain() == "ai.onnx") state_.opset = set.version();
  calls_.push_back(&function);
  find_needed(function);
  for (onnx::NodeProto copy : function.node()) {
    fill_attributes(copy, attributes);
    for (auto& input : *copy.mutable_input())
      if (absent.count(input) != 0) input.clear();
    add_node(copy);
  }
  std::optional<std::vector<Operand>> results{std::in_place};
  std::string missing;
  for (const auto& output : function.output()) {
    const auto made = state_.operands.find(output);
    if (made == state_.operands.end() && unknown_.count(output) == 0) missing = output;
    if (made == state_.operands.end()) results.reset();
    if (!results) break;
    results->push_back(made->second);
  }
  calls_.pop_back();
  state_.opset = outer_opset;
  state_.operands = outer;
  unknown_ = outer_unknown;
  if (!missing.empty()) throw Unsupported{fmt::format("nothing computes {}", missing)};
  bind(node, results, before);
}

}  // namespace bmemu::kernels::onnx_import
