// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What an operator's kernel tells the group driver, and how it makes commands. docs/kernels.md shows how to add one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/builder/dma.h"
#include "kernels/builder/tensors.h"
#include "kernels/builder/tiu.h"
#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// How tensors of a group are seen as n, c, h, w. All tensors of a group are seen in one way.
enum class View : std::uint8_t {
  kImage,  ///< (n, c, h, w); rank 3: (n, c, 1, w); rank 2: (n, c, 1, 1)
  kRows,   ///< (leading dimensions, second last, 1, last): a row of the last dimension in a lane
  kFlat    ///< (1, 1, 1, elements) cut into pieces that are spread over all lanes
};

/// Sizes of a tensor of this shape in a view.
Dims dims_of(View view, const Shape& shape);

/// Whether n of the view is the tensor's first dimension. Tensors of bytes are seen so on BM1684, whose words hold the
/// same element of four batches.
bool keeps_batches(View view, const Shape& shape);

/// A box of a tensor in its view.
struct Region {
  Dims begin{};
  Dims end{};
  Dims size() const { return {end[0] - begin[0], end[1] - begin[1], end[2] - begin[2], end[3] - begin[3]}; }
  bool operator==(const Region& other) const { return begin == other.begin && end == other.end; }
};
Region whole_region(const Dims& dims);
Region united(const Region& a, const Region& b);

/// A node with what surrounds it.
struct NodeContext {
  const Graph& graph;
  const Node& node;
  const isa::ChipSpec& chip;

  const Value& input(std::size_t index) const { return graph.input(node, index); }
  const Value& output() const { return graph.output(node); }
  bool is_bm1684() const { return chip.family == isa::Family::kBm1684; }
};

/// Data that a kernel brings along (weights, biases, tables), laid out for local memory.
struct Parameter {
  isa::DataType type = isa::DataType::kF32;
  Dims shape{1, 1, 1, 1};          ///< c: lanes
  std::vector<std::uint8_t> data;  ///< shape[1] rows of shape[2] * shape[3] elements
  bool follows_channels = false;   ///< of a cut output only the same channels are loaded
  bool is_compact = true;          ///< channels without gaps, else aligned
  bool for_all_lanes = false;      ///< one channel, loaded into every lane
  bool is_l2_table = false;        ///< BM1684: words that lie in L2, not in local memory; the tensor's offset is there
};

/// A tensor of a slice in local memory.
struct SliceTensor {
  LocalTensor tensor;
  Region region;  ///< of the whole tensor
  Dims whole{};   ///< sizes of the whole tensor
};

/// What a kernel gets to make the commands of one slice.
struct Emission {
  ProgramBuilder& builder;
  Tiu& tiu;
  Dma& dma;
  View view = View::kImage;
  std::vector<SliceTensor> inputs;
  SliceTensor output;
  std::vector<LocalTensor> parameters;
  std::int64_t scratch = 0;    ///< offset of the scratch memory that was asked for
  std::int64_t exp_table = 0;  ///< offset of the coefficients of e^x, if `uses_exp`
};

/// A kernel that computes slices in local memory; the group driver loads and stores.
/// Contract: without state; one object serves all nodes of its kind.
class Kernel {
 public:
  virtual ~Kernel() = default;

  /// Ways to see the tensors, best first; empty when this node cannot be computed in slices.
  virtual std::vector<View> views(const NodeContext& context) const = 0;
  /// The part of an input that a part of the output needs. Contract: inside of the input.
  virtual Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const = 0;
  /// Whether the output may be cut in this dimension.
  virtual bool can_cut(const NodeContext& context, View view, std::size_t dimension) const;
  virtual std::vector<Parameter> parameters(const NodeContext& context) const;
  /// Inputs that are tensors; others are in the parameters.
  virtual std::vector<std::size_t> tensor_inputs(const NodeContext& context) const;
  /// Bytes of a lane for the largest part of the output.
  virtual std::int64_t scratch_bytes(const NodeContext& context, View view, const Dims& out) const;
  virtual bool uses_exp(const NodeContext& context) const;
  /// Whether an input in local memory may be larger than what is needed of it.
  virtual bool takes_parts(const NodeContext& context) const;
  virtual void emit(const NodeContext& context, Emission& emission) const = 0;
  /// Cycles of the tensor unit for a part of the output, roughly: what grouping compares.
  virtual double cycles(const NodeContext& context, View view, const Dims& out) const;
};

/// Where a value lies in global memory: its dimensions may be apart.
struct Storage {
  std::uint64_t address = 0;
  Shape shape;
  std::vector<std::int64_t> stride;  ///< elements, one per dimension
  isa::DataType type = isa::DataType::kF32;
  bool is_contiguous() const;
};
/// A tensor whose words hold several batches (BM1684: bytes), as its words: what moves elements sees no more. Contract:
/// the move keeps the first dimension.
Storage as_words(Storage storage, isa::Family family);
/// The view of a stored tensor; empty when its dimensions cannot be joined as the view asks for.
std::optional<GlobalTensor> global_view(View view, const Storage& storage, isa::Family family);

/// How a plan is put into lanes that may be larger than those it is for.
struct Spread {
  std::int64_t scale = 1;  ///< of planned offsets: where it is the lanes' ratio, everything begins in the bank it did
  /// Added for what is not bytes: a command between sums and bytes has both in one bank no more often than was planned.
  std::int64_t apart = 0;

  std::int64_t placed(std::int64_t offset, std::int64_t element_bytes) const {
    return offset * scale + (element_bytes > 1 ? apart : 0);
  }
};

/// What a kernel gets that runs a whole node from global to global memory.
struct GlobalEmission {
  ProgramBuilder& builder;
  Tiu& tiu;
  Dma& dma;
  std::vector<Storage> inputs;  ///< constants are stored too
  Storage output;
  const isa::ChipSpec& chip;  ///< that the plan is for: its lanes may be smaller than those of the builder's chip
  Spread spread{};

  /// Where a tensor lies whose place was planned. `element_bytes`: 1 for one that is turned into numbers or made of
  /// sums.
  std::int64_t placed(std::int64_t offset, std::int64_t element_bytes = 1) const {
    return spread.placed(offset, element_bytes);
  }
};

/// A kernel that makes the commands of a whole node: data movement, large matrices.
class GlobalKernel {
 public:
  virtual ~GlobalKernel() = default;
  /// Why this node cannot be computed; empty when it can.
  virtual std::string refusal(const NodeContext& context) const;
  virtual void emit(const NodeContext& context, GlobalEmission& emission) const = 0;
};

/// The kernels of an operator; null where there is none of the kind.
const Kernel* kernel_of(const NodeContext& context);
const GlobalKernel* global_kernel_of(const NodeContext& context);

/// One function per file of this folder.
const Kernel& conv_kernel();
const Kernel& pool_kernel();
const Kernel& unary_kernel();
const Kernel& binary_kernel();
const Kernel& select_kernel();
const Kernel& softmax_kernel();
const Kernel& layer_norm_kernel();
const Kernel& reduce_kernel();
const Kernel& column_reduce_kernel();
const Kernel& resize_kernel();
const Kernel& arg_reduce_kernel();
const Kernel& cast_kernel();
/// Whether a reduction of `x` has the kernel of columns.
bool reduces_columns(const Reduce& reduce, const Value& x);
/// Of operators on bytes: kernels/op/integer.
const Kernel* integer_kernel_of(const NodeContext& context);
const GlobalKernel& matmul_kernel();
const GlobalKernel& attention_kernel();
const GlobalKernel& move_kernel();
const GlobalKernel& gather_kernel();

}  // namespace bmemu::kernels
