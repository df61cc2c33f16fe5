// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rules for products of matrices that a convolution computes better.
#include <memory>
#include <numeric>
#include <variant>

#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kFewRows = 16;  ///< up to which a product of matrices is a convolution

/// Lines of an image of `elements` elements that has at most `most` channels; 0: there is none.
std::int64_t lines_of(std::int64_t elements, std::int64_t most, std::int64_t most_lines) {
  for (std::int64_t lines = 1; lines <= most_lines; ++lines)
    if (elements % lines == 0 && elements / lines <= most) return lines;
  return 0;
}

/// Columns become rows.
std::shared_ptr<const Constant> turned(const Constant& constant, std::int64_t rows, std::int64_t columns) {
  auto result = std::make_shared<Constant>(constant);
  std::visit(
      [&](auto& data) {
        const auto from = data;
        for (std::int64_t i = 0; i < rows; ++i)
          for (std::int64_t j = 0; j < columns; ++j)
            data[static_cast<std::size_t>(j * rows + i)] = from[static_cast<std::size_t>(i * columns + j)];
      },
      result->data);
  return result;
}

/// Few rows times a constant: output channels over the lanes, each row an image of one pixel, or of as many lines as
/// leave few enough channels.
bool product_as_conv(Rewriter& r, const Node& node, std::int64_t most_lines) {
  const auto* product = node.get_if<MatMul>();
  if (product == nullptr) return false;
  const Shape left = r.value(node.inputs[0]).shape, right = r.value(node.inputs[1]).shape;
  if (left[0] != 1 || left[1] > kFewRows || !r.value(node.inputs[1]).constant) return false;
  // Sizes of channels: 12 bits on BM1684.
  const std::int64_t most = r.chip().family == isa::Family::kBm1684 ? 4095 : 65535;
  const std::int64_t m = left[1], k = left[2], n = right[2], lines = lines_of(k, most, most_lines);
  if (lines == 0 || (n > most && most_lines == 1)) return false;
  const bool is_x_byte = r.chip().family == isa::Family::kBm1684x && node.requantisation;
  if (is_x_byte && k > most_channels(r.chip(), {n, k, 1, 1}, r.value(node.inputs[0]).type)) return false;
  const Shape image{m, k / lines, lines, 1};
  Value weights = r.value(node.inputs[1]);
  weights.name += "_turned";
  weights.shape = {n, image[1], lines, 1};
  weights.constant = turned(*weights.constant, k, n);
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  const ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, image, type);
  Conv conv;
  conv.kernel[1] = lines;
  conv.activation = product->activation;
  std::vector<ValueId> inputs{x, r.graph().add_value(std::move(weights))};
  if (node.inputs.size() > 2) inputs.push_back(node.inputs[2]);
  const ValueId y = r.add(node, conv, inputs, {m, n, 1, 1}, out_type);
  const Value& whole = r.value(node.output);
  r.graph().value(y).same_as = whole.same_as.empty() ? whole.name : whole.same_as;
  r.finish(node, Reshape{}, {y});
  return true;
}

}  // namespace

bool matmul_as_conv(Rewriter& r, const Node& node) { return product_as_conv(r, node, 1); }
bool matmul_as_conv_of_lines(Rewriter& r, const Node& node) { return product_as_conv(r, node, 15); }

/// BM1684 cannot gather by computed indices. A row of zeros with a one where the index is picks a row of a matrix.
bool gather_as_product(Rewriter& r, const Node& node) {
  const auto* gather = node.get_if<Gather>();
  if (gather == nullptr || r.chip().family != isa::Family::kBm1684 || r.value(node.inputs[1]).constant) return false;
  const Shape in = r.value(node.inputs[0]).shape;
  const isa::DataType type = r.value(node.inputs[0]).type;
  if (type != isa::DataType::kF32) return false;
  const auto axis = static_cast<std::size_t>(gather->axis);
  const std::int64_t rows = in[axis], picked = elements(r.value(node.inputs[1]).shape);
  std::int64_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < axis; ++i) outer *= in[i];
  for (std::size_t i = axis + 1; i < in.size(); ++i) inner *= in[i];
  std::vector<float> serial(static_cast<std::size_t>(rows));
  std::iota(serial.begin(), serial.end(), 0.0F);
  const ValueId numbers = r.graph().add_constant(r.value(node.output).name + "_rows", {1, 1, rows}, std::move(serial));
  const ValueId indices = r.add(node, Reshape{}, {node.inputs[1]}, {1, picked, 1}, isa::DataType::kI32);
  const ValueId wanted = r.add(node, Cast{}, {indices}, {1, picked, 1}, type);
  const ValueId ones = r.add(node, Binary{BinaryFunction::kEqual, {}}, {wanted, numbers}, {1, picked, rows}, type);
  const bool is_constant = r.value(node.inputs[0]).constant != nullptr;
  ValueId table{};
  if (is_constant && outer == 1) {
    Value matrix = r.value(node.inputs[0]);
    matrix.name += "_matrix";
    matrix.shape = {1, rows, inner};
    table = r.graph().add_value(std::move(matrix));
    r.finish(node, Reshape{}, {r.add(node, MatMul{}, {ones, table}, {1, picked, inner}, type)});
    return true;
  }
  // Outer dimensions are columns too.
  const ValueId slabs = r.add(node, Reshape{}, {node.inputs[0]}, {outer, rows, inner}, type);
  const ValueId turned = r.add(node, Permute{{1, 0, 2}}, {slabs}, {rows, outer, inner}, type);
  table = r.add(node, Reshape{}, {turned}, {1, rows, outer * inner}, type);
  const ValueId product = r.add(node, MatMul{}, {ones, table}, {1, picked, outer * inner}, type);
  const ValueId apart = r.add(node, Reshape{}, {product}, {picked, outer, inner}, type);
  r.finish(node, Reshape{}, {r.add(node, Permute{{1, 0, 2}}, {apart}, {outer, picked, inner}, type)});
  return true;
}

}  // namespace bmemu::kernels
