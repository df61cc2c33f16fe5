// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A network as a graph of primitive operators over tensors of known shape: what the passes of the compiler change.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "isa/layout/data_type.h"
#include "kernels/graph/attributes.h"

namespace bmemu::kernels {

/// Product of the dimensions; 1 for a scalar. What no integer holds is the largest that there is.
std::int64_t elements(const Shape& shape);
/// Of one tensor: commands count the elements between two rows in 32 bits.
inline constexpr std::int64_t kMostElements = (std::int64_t{1} << 32) - 1;
/// Of the numbers of a window (kernel, stride, padding ...): their products with sizes of tensors are integers.
inline constexpr std::int64_t kMostOfWindow = std::int64_t{1} << 30;
std::string text(const Shape& shape);  ///< "1x3x224x224", "scalar"

/// Elements of a constant tensor, row-major: what is computed with is f32, indices are i32, quantised weights and
/// biases i8, i16 or i32. Contract: a constant whose value has type f16 or bf16 holds floats; who writes the
/// coefficients rounds them.
struct Constant {
  std::variant<std::vector<float>, std::vector<std::int32_t>, std::vector<std::int16_t>, std::vector<std::int8_t>> data;
  const std::vector<float>& floats() const { return std::get<std::vector<float>>(data); }
  const std::vector<std::int32_t>& integers() const { return std::get<std::vector<std::int32_t>>(data); }
};

/// Symmetric 8-bit quantisation of a tensor: x = q * scale.
struct Quantisation {
  float threshold = 0;  ///< the largest magnitude that is represented
  bool is_unsigned = false;
  float scale() const { return threshold / (is_unsigned ? 255.0F : 127.0F); }
};

enum class ValueId : std::uint32_t {};

/// A tensor. Rank 0 (scalar) to 8; operands of Conv, Pool and Resize have rank 3 to 5.
struct Value {
  std::string name;
  Shape shape;
  isa::DataType type = isa::DataType::kF32;
  std::shared_ptr<const Constant> constant;  ///< null when computed or an input of the graph
  std::optional<Quantisation> quantisation;  ///< of i8 and u8 tensors that are computed, inputs or outputs
  std::optional<Quantisation> calibration;   ///< what is known of the range, whatever the type
  std::string same_as{};                     ///< name of the tensor whose numbers these are, in another shape; or empty
  bool is_exact = false;                     ///< counts or indices as f32: no precision makes it narrower
};

/// How an integer operator returns to 8 bits; empty members where an operator has none. See kernels/quantise.
///   Conv, MatMul on BM1684X: multiplier and shift per output channel (MatMul: one); weights i8, bias i32.
///   Conv, MatMul on BM1684:  one shift, no multiplier; weights i8, bias i16, added before the shift.
///   Binary add, sub: two multipliers (left, right), one shift. Binary mul: one of each.
///   Pool average: one multiplier and shift (1 / window and the change of scale). Unary leaky relu: of the negative
///   side. Other Unary: `table`, the result for each byte 0 ... 255 of the input.
struct Requantisation {
  std::vector<std::int32_t> multiplier;
  std::vector<std::int32_t> shift;  ///< to the right, half up
  std::vector<std::uint8_t> table;
};

/// One operator with one result.
struct Node {
  std::string name;  ///< of the ONNX node that it comes from
  std::string kind;  ///< ONNX operator of that node
  Attributes attributes;
  std::vector<ValueId> inputs;
  ValueId output{};
  std::optional<Requantisation> requantisation;

  Op op() const { return static_cast<Op>(attributes.index()); }
  template <class T>
  const T& as() const {
    return std::get<T>(attributes);
  }
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&attributes);
  }
};

/// Contract: nodes are in an order in which they can be computed; every value has at most one node that computes it;
/// names of values are unique.
struct Graph {
  std::string name;
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::unordered_set<std::string> names;  ///< of the values; kept by add_value
  /// By name: how many values were given it. What a value is called depends on no other name.
  std::unordered_map<std::string, std::size_t> times_named;

  Value& value(ValueId id) { return values[static_cast<std::size_t>(id)]; }
  const Value& value(ValueId id) const { return values[static_cast<std::size_t>(id)]; }
  const Value& input(const Node& node, std::size_t index) const { return value(node.inputs[index]); }
  const Value& output(const Node& node) const { return value(node.output); }

  /// A name that is not there yet is kept, another gets a number behind it.
  ValueId add_value(Value added);
  ValueId add_constant(const std::string& value_name, Shape shape, std::vector<float> data);
  ValueId add_indices(const std::string& value_name, Shape shape, std::vector<std::int32_t> data);
  /// Appends a node that computes a new value of this name; returns the value.
  ValueId add_node(Node node, const std::string& value_name, Shape shape, isa::DataType type = isa::DataType::kF32);
};

/// For each value the indices of the nodes that read it, ascending.
std::vector<std::vector<std::size_t>> readers(const Graph& graph);

/// Removes nodes whose results nobody reads and values that nobody uses.
void remove_dead(Graph& graph);

/// The shape that a node's result must have; of Reshape, Broadcast and Slice, which do not say, the `stated` one when
/// it is possible. Null when the inputs do not fit the operator.
std::optional<Shape> result_shape(const Attributes& attributes, const std::vector<Shape>& inputs, const Shape& stated);

/// Errors: E-KERNELS-MEMORY, when a value has more than kMostElements: what no chip can hold would be cut for hours.
void check_sizes(const Graph& graph);
void check_size(const std::string& value_name, const Shape& shape);

/// What is wrong in the graph: order, number of inputs, ranks and shapes of a node, by its name. Empty when all is
/// well.
std::string first_inconsistency(const Graph& graph);

/// " kernel=[1 3 3] relu": what differs from the usual; of Resize without taps.
std::string attributes_text(const Attributes& attributes);

/// One line per input, constant, node and output, for people and tests: no data, but types, shapes, attributes and
/// quantisation.
std::string dump(const Graph& graph);

}  // namespace bmemu::kernels
