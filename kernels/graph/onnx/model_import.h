// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The import of one model: its nodes in order, and the graphs that stand inside of nodes.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kernels/graph/onnx/import.h"
#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {

/// Operators that are made of others.
std::vector<std::string> composed_operators();
bool is_composed(const std::string& op);
/// The function that such a call is. Errors: Unsupported.
onnx::FunctionProto composed(const NodeImport& call);

class ModelImport {
 public:
  ModelImport(onnx::ModelProto& model, const std::string& source, const ImportOptions& options);

  Graph run();

 private:
  /// Names that the outputs depend on. What only leads to unread results need not be possible.
  template <class Body>
  void find_needed(const Body& body);
  bool is_needed(const onnx::NodeProto& node) const;

  void add_initializers(onnx::GraphProto& graph);
  Shape input_shape(const onnx::ValueInfoProto& input);
  void add_inputs();
  void add_node(const onnx::NodeProto& node);
  void add_outputs();
  void rename(ValueId id, const std::string& name);
  static std::string describe(const onnx::NodeProto& node);

  // Nodes that have graphs inside: control_flow.cpp.
  using Inner = void (ModelImport::*)(const onnx::NodeProto& node);
  Inner inner_of(const onnx::NodeProto& node) const;
  /// A condition that is known chooses a branch, whose nodes stand in the graph's place; one that is computed chooses
  /// between the results of both.
  void add_branch(const onnx::NodeProto& node);
  /// The body, as often as it runs; how often must be known.
  void add_loop(const onnx::NodeProto& node);
  /// The body, for each place along the axes that are scanned.
  void add_scan(const onnx::NodeProto& node);
  /// A function of the model: its nodes, with the node's attributes.
  void add_function(const onnx::NodeProto& node);
  void add_composed(const onnx::NodeProto& node);
  void add_call(const onnx::NodeProto& node, const onnx::FunctionProto& function);

  /// Adds the nodes of a graph inside. Its results, or nothing where a node of it could not be imported.
  std::optional<std::vector<Operand>> results_of(const onnx::GraphProto& graph);
  /// One tensor of those that each run of a body gave, along a new axis.
  Operand stacked(const onnx::NodeProto& node, const std::vector<Operand>& parts, std::int64_t axis);
  /// Results of a graph inside are the node's; what was made there (from the value `values_before` on) gets its names.
  void bind(const onnx::NodeProto& node, const std::optional<std::vector<Operand>>& results, std::size_t values_before);
  bool is_true(Operand condition) const;

  onnx::ModelProto& model_;
  const std::string& source_;
  const ImportOptions& options_;
  ModelState state_;
  std::int64_t added_ = 0;         ///< nodes
  std::set<std::string> needed_;   ///< by the outputs
  std::set<std::string> unknown_;  ///< results of nodes that cannot be imported, and what depends on them
  std::vector<std::string> problems_;
  std::map<std::pair<std::string, std::string>, const onnx::FunctionProto*> functions_;  ///< by domain and name
  std::vector<const onnx::FunctionProto*> calls_;                                        ///< that are open
  const ImporterTable table_;
};

}  // namespace bmemu::kernels::onnx_import
