// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Pass "import": an ONNX model becomes a graph of primitives. Operator sets 1 to 26; shapes are inferred by the rules
// of the primitives, so that a model is never refused for its number.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernels/graph/graph.h"

namespace onnx {
class ModelProto;
}

namespace bmemu::kernels {

struct ImportOptions {
  /// First dimension of every input; without it the model's own, or 1 where the model leaves it open. Shapes that the
  /// model states as constants are scaled where they start with the model's own batch.
  std::optional<std::int64_t> batch;
  /// Shapes of inputs, by name, in the place of the model's own.
  std::map<std::string, Shape> shapes;
};

/// Reads a model file, with its external data.
/// Errors: E-FILE-OPEN; E-ONNX-PARSE (not a model, or a damaged one); E-ONNX-DATA (external data missing or short).
onnx::ModelProto load_onnx(const std::string& path);

/// Both in one: `import_onnx(load_onnx(path), path, options)`. The graph is named after the file: exporters give all
/// models one name, and a runtime tells networks apart by theirs.
Graph import_onnx_file(const std::string& path, const ImportOptions& options = {});

/// Contract: outputs and inputs of the graph have the model's names and order; inputs that have an initializer are
/// constants. 64-bit integers and booleans become i32 or, where they are computed with, f32. What can be computed from
/// constants alone is a constant. `source` is the name in messages. Takes the model's weights out of `model`.
/// Nodes that no output depends on are left out. Branches, loops and functions are written out (control_flow.cpp).
/// Errors: E-ONNX-UNSUPPORTED (lists every node that cannot be imported, with the reason); E-ONNX-OPSET (an operator
/// set that is not known); E-ONNX-SHAPE (an input without a shape, or one that `options` names and the model has not);
/// E-ONNX-GRAPH (a node reads what nothing computes, no outputs).
Graph import_onnx(onnx::ModelProto model, const std::string& source, const ImportOptions& options = {});

/// Names of the operators that can be imported, sorted.
std::vector<std::string> importable_operators();

}  // namespace bmemu::kernels
