// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/pass/layout.h"

#include <algorithm>

#include "kernels/op/kernel.h"

namespace bmemu::kernels {
namespace {

std::size_t index(ValueId id) { return static_cast<std::size_t>(id); }

std::vector<std::int64_t> packed_strides(const Shape& shape) {
  std::vector<std::int64_t> stride(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) stride[i - 1] = stride[i] * shape[i];
  return stride;
}

class LayoutPass {
 public:
  /// `apart`: values that lie by themselves.
  LayoutPass(const Graph& graph, isa::Family family, const std::vector<bool>& apart) : graph_(graph), family_(family) {
    result_.values.resize(graph.values.size());
    for (std::size_t i = 0; i < graph.values.size(); ++i)
      result_.values[i] = {ValueId(i), 0, packed_strides(graph.values[i].shape)};
    result_.is_view.assign(graph.nodes.size(), false);
    result_.in_place.resize(graph.nodes.size());
    fixed_ = apart;  // as do inputs, outputs and constants
    for (const auto* ids : {&graph.inputs, &graph.outputs})
      for (const ValueId id : *ids) fixed_[index(id)] = true;
    for (std::size_t i = 0; i < graph.values.size(); ++i) fixed_[i] = fixed_[i] || graph.values[i].constant != nullptr;
    makers_.assign(graph.values.size(), nullptr);
    for (const Node& node : graph.nodes) makers_[index(node.output)] = &node;
  }

  Layouts run() {
    for (std::size_t i = graph_.nodes.size(); i-- > 0;) place_parts(i);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) result_.is_view[i] = make_view(graph_.nodes[i]);
    return std::move(result_);
  }

 private:
  /// Strides of a tensor whose words hold several batches count words: its first dimension stays as it is.
  bool splits_words(const Value& from, const Value& to) const {
    return packs_batches(family_, from.type) && from.shape.front() != to.shape.front();
  }

  void place_parts(std::size_t node_index) {
    const Node& node = graph_.nodes[node_index];
    const auto* concat = node.get_if<Concat>();
    if (concat == nullptr) return;
    const ValueLayout whole = result_.values[index(node.output)];
    result_.in_place[node_index].assign(node.inputs.size(), false);
    std::int64_t at = 0;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId part = node.inputs[i];
      const Value& value = graph_.value(part);
      const auto axis = static_cast<std::size_t>(concat->axis);
      const bool is_own = result_.values[index(part)].root == part && !fixed_[index(part)] && !taken(part);
      const Node* maker = makers_[index(part)];
      if (is_own && maker != nullptr && !may_be_view(*maker) && !splits_words(value, graph_.output(node))) {
        result_.values[index(part)] = {whole.root, whole.offset + at * whole.stride[axis], whole.stride};
        placed_.push_back(part);
        result_.in_place[node_index][i] = true;
      }
      at += value.shape[axis];
    }
  }

  bool taken(ValueId id) const { return std::find(placed_.begin(), placed_.end(), id) != placed_.end(); }

  static bool may_be_view(const Node& node) {
    return node.op() == Op::kReshape || node.op() == Op::kSlice || node.op() == Op::kPermute;
  }

  bool make_view(const Node& node) {
    if (fixed_[index(node.output)] || !may_be_view(node)) return false;
    const Value& in = graph_.input(node, 0);
    const Value& out = graph_.output(node);
    if (in.type != out.type || splits_words(in, out)) return false;
    const ValueLayout from = result_.values[index(node.inputs[0])];
    ValueLayout view{from.root, from.offset, {}};
    if (node.op() == Op::kReshape) {
      if (!is_contiguous(in.shape, from.stride)) return false;
      view.stride = packed_strides(out.shape);
    } else if (const auto* slice = node.get_if<Slice>()) {
      for (std::size_t i = 0; i < slice->start.size(); ++i) {
        if (slice->step[i] < 1) return false;
        view.offset += slice->start[i] * from.stride[i];
        view.stride.push_back(from.stride[i] * slice->step[i]);
      }
      if (!view.stride.empty() && view.stride.back() > 1 && out.shape.back() > 1) return false;
    } else {
      const auto& order = node.as<Permute>().order;
      for (const std::int64_t axis : order) view.stride.push_back(from.stride[static_cast<std::size_t>(axis)]);
      // Elements of a line must stay neighbours: copies of single elements are made once, not by every reader.
      if (!view.stride.empty() && view.stride.back() > 1 && out.shape.back() > 1) return false;
      if (out.shape.size() > 4) return false;
    }
    result_.values[index(node.output)] = std::move(view);
    return true;
  }

  const Graph& graph_;
  isa::Family family_;
  Layouts result_;
  std::vector<bool> fixed_;
  std::vector<const Node*> makers_;
  std::vector<ValueId> placed_;
};

/// Whether a kernel can see all tensors of a node in one way.
bool is_readable(const NodeContext& context, const Kernel& kernel, const std::vector<ValueId>& tensors,
                 const Layouts& layouts) {
  const auto views = kernel.views(context);
  return views.empty() || std::any_of(views.begin(), views.end(), [&](View view) {
           return std::all_of(tensors.begin(), tensors.end(), [&](ValueId id) {
             const Value& value = context.graph.value(id);
             const Storage storage{0, value.shape, layouts.values[index(id)].stride, value.type};
             return global_view(view, storage, context.chip.family).has_value();
           });
         });
}

/// Adds to `apart` the tensors that keep a node from its work where they lie.
void find_obstacles(const NodeContext& context, const Layouts& layouts, std::vector<bool>& apart) {
  std::vector<ValueId> tensors;
  bool is_obstructed = false;
  if (const Kernel* kernel = kernel_of(context)) {
    for (const std::size_t i : kernel->tensor_inputs(context)) tensors.push_back(context.node.inputs[i]);
    tensors.push_back(context.node.output);
    is_obstructed = !is_readable(context, *kernel, tensors, layouts);
  } else if (context.node.op() == Op::kGather && !context.input(1).constant) {
    tensors = {context.node.inputs[0], context.node.inputs[1], context.node.output};
    is_obstructed = true;  // the transfer by indices takes whole tensors
  }
  if (!is_obstructed) return;
  for (const ValueId id : tensors)
    if (!is_contiguous(context.graph.value(id).shape, layouts.values[index(id)].stride)) apart[index(id)] = true;
}

}  // namespace

bool is_contiguous(const Shape& shape, const std::vector<std::int64_t>& stride) {
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && stride[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

Layouts lay_out(const Graph& graph, const isa::ChipSpec& chip) {
  std::vector<bool> apart(graph.values.size(), false);
  for (;;) {
    Layouts layouts = LayoutPass(graph, chip.family, apart).run();
    const std::vector<bool> before = apart;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
      if (!layouts.is_view[i]) find_obstacles({graph, graph.nodes[i], chip}, layouts, apart);
    if (apart == before) return layouts;
  }
}

}  // namespace bmemu::kernels
