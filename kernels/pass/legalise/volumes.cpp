// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rules for three spatial dimensions: windows over planes.
#include <map>

#include "kernels/op/integer/integer.h"
#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

constexpr std::size_t kDepth = 0, kHeight = 1, kWidth = 2;

}  // namespace

namespace {

/// The taps that see something for one output depth: their numbers, and the input depths that they see.
struct DepthTaps {
  std::vector<std::int64_t> taps, depths;
};

DepthTaps taps_at(const Conv& conv, std::int64_t out_depth, std::int64_t in_depths) {
  DepthTaps seen;
  const std::int64_t spread = conv.insert[kDepth] + 1;
  for (std::int64_t tap = 0; tap < conv.kernel[kDepth]; ++tap) {
    const std::int64_t at = out_depth * conv.stride[kDepth] - conv.pad_begin[kDepth] + tap * conv.dilation[kDepth];
    if (at < 0 || at % spread != 0 || at / spread >= in_depths) continue;
    seen.taps.push_back(tap);
    seen.depths.push_back(at / spread);
  }
  return seen;
}

/// Input depths as channels of planes. `x`: (n, d * c, h, w). Of groups the depths of a channel lie side by side.
ValueId depths_as_channels(Rewriter& r, const Node& node, ValueId x, const std::vector<std::int64_t>& depths,
                           std::int64_t c) {
  const Shape in = r.value(x).shape;
  const isa::DataType type = r.value(x).type;
  const auto slice = [&](std::int64_t depth, std::int64_t count) {
    return r.add(node, Slice{{0, depth * c, 0, 0}, {1, 1, 1, 1}}, {x}, {in[0], count * c, in[2], in[3]}, type);
  };
  const auto count = static_cast<std::int64_t>(depths.size());
  const Shape joined{in[0], count * c, in[2], in[3]};
  ValueId part{};
  if (depths.back() - depths.front() == count - 1) {
    part = slice(depths.front(), count);
  } else {
    std::vector<ValueId> slices;
    slices.reserve(depths.size());
    for (const std::int64_t depth : depths) slices.push_back(slice(depth, 1));
    part = r.add(node, Concat{1}, slices, joined, type);
  }
  if (node.as<Conv>().groups == 1 || count == 1) return part;
  const ValueId apart = r.add(node, Reshape{}, {part}, {in[0], count, c, in[2] * in[3]}, type);
  const ValueId turned = r.add(node, Permute{{0, 2, 1, 3}}, {apart}, {in[0], c, count, in[2] * in[3]}, type);
  return r.add(node, Reshape{}, {turned}, joined, type);
}

}  // namespace

/// One convolution per output depth over the channels of all its input depths, which lie side by side once depth is
/// outside of the channels.
bool conv_of_volumes(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || r.value(node.inputs[0]).shape.size() != 5) return false;
  if (!r.value(node.inputs[1]).constant) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  const Value weights = r.value(node.inputs[1]);  // adding values moves them
  const Shape w = weights.shape;
  const std::int64_t c = in[1], kd = conv->kernel[kDepth], taps = w[3] * w[4];
  const ValueId outside =
      r.add(node, Permute{{0, 2, 1, 3, 4}}, {node.inputs[0]}, {in[0], in[2], c, in[3], in[4]}, type);
  const ValueId x = r.add(node, Reshape{}, {outside}, {in[0], in[2] * c, in[3], in[4]}, type);
  std::vector<ValueId> parts;
  std::map<std::vector<std::int64_t>, ValueId> known;  // weights by their taps
  for (std::int64_t od = 0; od < out[2]; ++od) {
    DepthTaps seen = taps_at(*conv, od, in[2]);
    const bool is_empty = seen.taps.empty();  // padding alone: any depth, with weights of zero
    const std::vector<std::int64_t> key = seen.taps;
    if (is_empty) seen = {{0}, {0}};
    const auto count = static_cast<std::int64_t>(seen.taps.size());
    if (known.count(key) == 0) {
      const auto place = [&](std::int64_t o, std::int64_t i, std::int64_t t) {
        const std::int64_t channel = conv->groups == 1 ? i % c : i / count;
        const std::int64_t tap = seen.taps[static_cast<std::size_t>(conv->groups == 1 ? i / c : i % count)];
        return is_empty ? -1 : ((o * w[1] + channel) * kd + tap) * taps + t;
      };
      known[key] = r.add_weights(weights, "_depths", {w[0], count * w[1], w[3], w[4]}, place);
    }
    Conv flat = *conv;
    flat.kernel[kDepth] = flat.stride[kDepth] = flat.dilation[kDepth] = 1;
    flat.pad_begin[kDepth] = flat.pad_end[kDepth] = flat.insert[kDepth] = 0;
    std::vector<ValueId> inputs{depths_as_channels(r, node, x, seen.depths, c), known[key]};
    if (node.inputs.size() > 2) inputs.push_back(node.inputs[2]);
    parts.push_back(r.add(node, flat, inputs, {out[0], out[1], out[3], out[4]}, out_type));
  }
  const Shape joined{out[0], out[2] * out[1], out[3], out[4]};
  const ValueId all_depths = parts.size() == 1 ? parts[0] : r.add(node, Concat{1}, parts, joined, out_type);
  const ValueId apart = r.add(node, Reshape{}, {all_depths}, {out[0], out[2], out[1], out[3], out[4]}, out_type);
  r.finish(node, Permute{{0, 2, 1, 3, 4}}, {apart});
  return true;
}

/// Planes first, depth with its channels; then over depths, with the plane as one line.
bool pool_of_volumes(Rewriter& r, const Node& node) {
  const auto* pool = node.get_if<Pool>();
  if (pool == nullptr || r.value(node.inputs[0]).shape.size() != 5) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  const isa::DataType type = r.value(node.output).type;
  Pool plane = *pool;
  plane.activation.reset();
  plane.kernel[kDepth] = plane.stride[kDepth] = 1;
  plane.pad_begin[kDepth] = plane.pad_end[kDepth] = 0;
  const ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, {in[0], in[1] * in[2], in[3], in[4]}, type);
  const ValueId pooled = r.add(node, plane, {x}, {in[0], in[1] * in[2], out[3], out[4]}, type);
  Pool depth = *pool;
  for (auto* axes : {&depth.kernel, &depth.stride}) *axes = {1, (*axes)[kDepth], 1};
  for (auto* axes : {&depth.pad_begin, &depth.pad_end}) *axes = {0, (*axes)[kDepth], 0};
  const ValueId lines = r.add(node, Reshape{}, {pooled}, {in[0], in[1], in[2], out[3] * out[4]}, type);
  const ValueId result = r.add(node, depth, {lines}, {in[0], in[1], out[2], out[3] * out[4]}, type);
  r.finish(node, Reshape{}, {result});
  return true;
}

/// Depth stays as it is, or is resized like the height of planes that are lines.
bool resize_of_volumes(Rewriter& r, const Node& node) {
  const auto* resize = node.get_if<Resize>();
  if (resize == nullptr || r.value(node.inputs[0]).shape.size() != 5) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  const isa::DataType type = r.value(node.output).type;
  Resize plane = *resize;
  const Shape flat_in{in[0], in[1] * in[2], in[3], in[4]}, flat_out{in[0], in[1] * in[2], out[3], out[4]};
  const ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, flat_in, type);
  const ValueId y = r.add(node, plane, {x}, flat_out, type);
  const ValueId lines = r.add(node, Reshape{}, {y}, {in[0], in[1], in[2], out[3] * out[4]}, type);
  Resize depth = *resize;
  depth.taps[kHeight] = resize->taps[kDepth];
  depth.taps[kWidth].clear();
  for (std::int64_t i = 0; i < out[3] * out[4]; ++i) depth.taps[kWidth].push_back({i, i, 0});
  const ValueId result = r.add(node, depth, {lines}, {in[0], in[1], out[2], out[3] * out[4]}, type);
  r.finish(node, Reshape{}, {result});

  return true;
}

/// BM1684 keeps the same byte of four batches in a word: what is computed of bytes has the batch apart in its view.
bool bytes_of_low_rank(Rewriter& r, const Node& node) {
  if ((node.op() != Op::kCast && node.op() != Op::kUnary) || r.chip().family != isa::Family::kBm1684) return false;
  const Value in = r.value(node.inputs[0]), out = r.value(node.output);  // adding values moves them
  const Shape& shape = out.shape;
  if (shape.size() <= 4 || shape[0] == 1 || !(is_byte(in.type) || is_byte(out.type))) return false;
  const Shape flat{shape[0], shape[1], elements({shape.begin() + 2, shape.end() - 1}), shape.back()};
  const ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, flat, in.type);
  r.graph().value(x).quantisation = in.quantisation;
  const ValueId y = r.add(node, node.attributes, {x}, flat, out.type);
  r.graph().value(y).quantisation = out.quantisation;
  r.finish(node, Reshape{}, {y});
  return true;
}

}  // namespace bmemu::kernels
