// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the import of one ONNX node can do: read attributes and inputs, emit primitives.
#pragma once

#include <onnx/onnx_pb.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::kernels::onnx_import {

/// What ONNX says of the elements. Integers and booleans that are computed with are f32 in the graph.
enum class Kind : std::uint8_t { kFloat, kInteger, kBool };

struct Operand {
  ValueId id{};
  Kind kind = Kind::kFloat;
  std::int32_t element = 0;  ///< ONNX element type of a constant tensor of the model; 0 of anything else
  const std::vector<Operand>* parts = nullptr;  ///< of a sequence, which is no value; ModelState has them
};

/// Why a node cannot be imported; one sentence.
struct Unsupported {
  std::string reason;
};

/// The shape of `size` elements along an axis, beside a tensor of this rank.
inline Shape line_shape(std::size_t rank, std::int64_t axis, std::int64_t size) {
  Shape shape(rank, 1);
  shape[static_cast<std::size_t>(axis)] = size;
  return shape;
}

/// What the nodes of a model share.
struct ModelState {
  Graph graph;
  std::map<std::string, Operand> operands;  ///< by ONNX name
  std::deque<std::vector<Operand>> sequences;
  std::map<ValueId, ValueId> casts;  ///< what is a float to an index, and the other way: made once
  std::int64_t opset = 0;
  std::int64_t model_batch = 1;  ///< first dimension as the model states it
  std::int64_t batch = 1;        ///< first dimension that it is compiled for
  bool makes_exact = false;      ///< what is emitted stays f32 in every precision
};

/// One node under import.
/// Contract: functions throw Unsupported where the model asks for what cannot be done.
class NodeImport {
 public:
  NodeImport(ModelState& state, const onnx::NodeProto& node) : state_(state), node_(node) {}

  const std::string& op() const { return node_.op_type(); }
  std::int64_t opset() const { return state_.opset; }
  std::int64_t model_batch() const { return state_.model_batch; }
  std::int64_t batch() const { return state_.batch; }
  Graph& graph() { return state_.graph; }

  // Attributes.
  bool has_attribute(const std::string& key) const { return find(key) != nullptr; }
  std::int64_t integer(const std::string& key, std::int64_t usual) const;
  float number(const std::string& key, float usual) const;
  std::string word(const std::string& key, const std::string& usual) const;
  std::vector<std::int64_t> integers(const std::string& key, std::vector<std::int64_t> usual = {}) const;
  std::vector<float> numbers(const std::string& key) const;
  std::vector<std::string> words(const std::string& key) const;
  const onnx::TensorProto* tensor(const std::string& key) const;
  /// `axis` counted from the front. Throws when outside [0, rank).
  static std::int64_t axis_of(std::int64_t axis, std::size_t rank);
  /// The attribute `axis` for a tensor of this rank.
  std::int64_t axis(std::int64_t usual, std::size_t rank) const { return axis_of(integer("axis", usual), rank); }

  // Inputs.
  std::size_t inputs() const { return static_cast<std::size_t>(node_.input_size()); }
  std::size_t outputs() const { return static_cast<std::size_t>(node_.output_size()); }
  bool has_output(std::size_t index) const;
  bool has(std::size_t index) const;
  Operand input(std::size_t index) const;
  bool has_sequence(std::size_t index) const {
    return has(index) && state_.operands.at(node_.input(static_cast<int>(index))).parts != nullptr;
  }
  /// The tensors of a sequence.
  const std::vector<Operand>& sequence(std::size_t index) const;
  const Value& value(const Operand& operand) const { return state_.graph.value(operand.id); }
  const Shape& shape(Operand operand) const { return value(operand).shape; }
  bool is_constant(Operand operand) const { return value(operand).constant != nullptr; }
  /// Numbers that a compiler must know. `what` names them in the reason.
  std::vector<std::int64_t> constant_integers(std::size_t index, const std::string& what) const;
  std::vector<float> constant_floats(std::size_t index, const std::string& what) const;
  std::vector<float> floats_of(Operand operand, const std::string& what) const;
  /// Input `index` where present, else attribute `key`; null without either.
  std::optional<std::vector<std::int64_t>> integers_of(std::size_t index, const std::string& key) const;

  /// That a result of this shape is possible: before anything of its size is made. Errors: E-KERNELS-MEMORY.
  void require_size(const Shape& shape) const;

  // Emission. Values are called after the node's first output and what they are in it, and after nothing else:
  // calibration tables know them by name. Constants are computed at once.
  Operand emit(Attributes attributes, const std::vector<Operand>& inputs, const Shape& stated = {},
               std::optional<Kind> kind = {});
  Operand constant(const Shape& shape, std::vector<float> data, Kind kind = Kind::kFloat);
  Operand indices(const Shape& shape, std::vector<std::int32_t> data);
  /// 0, 1, 2 ... from `first` along an axis of `like`.
  Operand places(const Shape& like, std::int64_t axis, float first = 0, Kind kind = Kind::kFloat);
  Operand scalar(float number, std::size_t rank) { return constant(Shape(rank, 1), {number}); }
  Operand unary(UnaryFunction function, Operand x, float alpha = 0, float beta = 0) {
    return emit(Unary{function, alpha, beta}, {as_float(x)});
  }
  /// With ranks made equal.
  Operand binary(BinaryFunction function, Operand a, Operand b);
  /// What a quotient of whole numbers is to be moved by before it is cut: quotients are off by some last bits, and 7 /
  /// 1 must not be 6.
  Operand half_of_one_over(Operand divisor);
  Operand reshape(Operand x, const Shape& shape);
  Operand permute(Operand x, std::vector<std::int64_t> order);
  Operand broadcast(Operand x, const Shape& shape);
  Operand slice(Operand x, std::int64_t axis, std::int64_t start, std::int64_t size);
  Operand reduce(ReduceFunction function, Operand x, std::vector<std::int64_t> axes);
  /// One behind the other along an axis that they have; whole numbers beside floats are floats. At least one.
  Operand joined(std::vector<Operand> parts, std::int64_t axis);
  /// The same along a new axis.
  Operand stacked(std::vector<Operand> parts, std::int64_t axis);
  Operand matmul(Operand left, Operand right, std::optional<Operand> bias = {});
  /// f32 in the graph, whatever its kind: where numbers are computed with.
  Operand as_float(Operand x);
  /// i32 in the graph: indices.
  Operand as_index(Operand x);

  /// What `make` emits stays f32 in every precision.
  template <class Make>
  Operand in_f32(Make&& make) {
    const bool was_exact = std::exchange(state_.makes_exact, true);
    const Operand made = make();
    state_.makes_exact = was_exact;
    return made;
  }

  /// The node's output `index` is this.
  void result(Operand operand, std::size_t index = 0);
  void result_sequence(std::vector<Operand> parts);

 private:
  const onnx::AttributeProto* find(const std::string& key) const;
  /// The first output's name, which tells the node; without one, its own.
  const std::string& owner() const;
  std::string name_of_new(const Attributes& attributes) const;
  Operand cast(Operand x, const char* role, isa::DataType type, bool is_exact);
  void make_one_type(std::vector<Operand>& parts);
  Operand fold(Operand computed);

  ModelState& state_;
  const onnx::NodeProto& node_;
};

using Importer = void (*)(NodeImport& node);
using ImporterTable = std::map<std::string, Importer>;

// One function per file: adds its operators.
void add_convolution_operators(ImporterTable& table);
void add_einsum(ImporterTable& table);
void add_elementwise_operators(ImporterTable& table);
void add_index_operators(ImporterTable& table);
void add_matrix_operators(ImporterTable& table);
void add_move_operators(ImporterTable& table);
void add_normalisation_operators(ImporterTable& table);
void add_pool_operators(ImporterTable& table);
void add_quantised_operators(ImporterTable& table);
void add_recurrent_operators(ImporterTable& table);
void add_reduction_operators(ImporterTable& table);
void add_resize_operators(ImporterTable& table);
void add_sequence_operators(ImporterTable& table);
void add_shape_operators(ImporterTable& table);
void add_trigonometric_operators(ImporterTable& table);

/// Numbers of an initializer or attribute. Throws Unsupported for element types without numbers.
Operand add_tensor(Graph& graph, const std::string& name, const onnx::TensorProto& tensor);
Kind kind_of(std::int32_t onnx_type);

}  // namespace bmemu::kernels::onnx_import
