// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rules for convolution and pooling: wide strides, wide padding, many channels.
#include <algorithm>
#include <limits>

#include "kernels/builder/tensors.h"
#include "kernels/pass/legalise/rewriter.h"

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kLargestField = 15;    ///< of stride, padding and dilation
constexpr std::int64_t kMostChannels = 4092;  ///< 12 bits on BM1684, whole blocks
constexpr std::size_t kHeight = 1, kWidth = 2;

/// The number that loses against every other of its type.
float lowest(isa::DataType type) {
  switch (type) {
    case isa::DataType::kI8: return -128;
    case isa::DataType::kU8: return 0;
    case isa::DataType::kF16: return -65504.0F;
    default: return std::numeric_limits<float>::lowest();
  }
}

bool has_padding(const Pool& pool) {
  const auto is_padded = [](std::int64_t count) { return count > 0; };
  return std::any_of(pool.pad_begin.begin(), pool.pad_begin.end(), is_padded) ||
         std::any_of(pool.pad_end.begin(), pool.pad_end.end(), is_padded);
}

}  // namespace

/// Windows that neither overlap nor leave gaps, with strides beyond a field: patches side by side as channels, then a
/// product of matrices; of bytes, which have a factor per channel, a convolution of one pixel.
bool conv_of_patches(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || r.value(node.inputs[0]).shape.size() != 4) return false;
  if (conv->stride[kHeight] <= kLargestField && conv->stride[kWidth] <= kLargestField) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  const std::int64_t kh = conv->kernel[kHeight], kw = conv->kernel[kWidth];
  const bool is_patch = conv->stride[kHeight] == kh && conv->stride[kWidth] == kw && conv->groups == 1 &&
                        conv->pad_begin[kHeight] == 0 && conv->pad_begin[kWidth] == 0 && conv->insert[kHeight] == 0 &&
                        conv->insert[kWidth] == 0 && out[2] * kh == in[2] && out[3] * kw == in[3] &&
                        conv->dilation[kHeight] == 1 && conv->dilation[kWidth] == 1;
  if (!is_patch || !r.value(node.inputs[1]).constant) return false;
  const Value weights = r.value(node.inputs[1]);
  const std::int64_t k = in[1] * kh * kw, oc = out[1];
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  const ValueId cells = r.add(node, Reshape{}, {node.inputs[0]}, {in[0], in[1], out[2], kh, out[3], kw}, type);
  std::vector<ValueId> inputs = node.inputs;
  if (!isa::is_float(type)) {
    const ValueId patches =
        r.add(node, Permute{{0, 1, 3, 5, 2, 4}}, {cells}, {in[0], in[1], kh, kw, out[2], out[3]}, type);
    inputs[0] = r.add(node, Reshape{}, {patches}, {in[0], k, out[2], out[3]}, type);
    inputs[1] = r.add_weights(weights, "_pixel", {oc, k, 1, 1}, [&](auto o, auto i, auto) { return o * k + i; });
    Conv pixel;
    pixel.activation = conv->activation;
    r.finish(node, pixel, inputs);
    return true;
  }
  const ValueId patches =
      r.add(node, Permute{{0, 2, 4, 1, 3, 5}}, {cells}, {in[0], out[2], out[3], in[1], kh, kw}, type);
  inputs[0] = r.add(node, Reshape{}, {patches}, {1, in[0] * out[2] * out[3], k}, type);
  inputs[1] = r.add_weights(weights, "_turned", {1, k, oc}, [&](auto, auto i, auto o) { return o * k + i; });
  const ValueId product = r.add(node, MatMul{conv->activation}, inputs, {1, in[0] * out[2] * out[3], oc}, out_type);
  const ValueId pixels = r.add(node, Reshape{}, {product}, {in[0], out[2] * out[3], oc}, out_type);
  const ValueId channels = r.add(node, Permute{{0, 2, 1}}, {pixels}, {in[0], oc, out[2] * out[3]}, out_type);
  r.finish(node, Reshape{}, {channels});
  return true;
}

namespace {

/// The taps of one axis as channels, the taps of a channel side by side: one strided copy per tap.
ValueId taps_as_channels(Rewriter& r, const Node& node, ValueId x, std::size_t axis, std::int64_t dilation,
                         std::int64_t stride, std::int64_t taps) {
  const isa::DataType type = r.value(x).type;
  const Shape in = r.value(x).shape;
  Shape part = in;
  part[axis] = r.value(node.output).shape[axis];
  std::vector<ValueId> shifted;
  for (std::int64_t t = 0; t < taps; ++t) {
    Slice slice{std::vector<std::int64_t>(in.size(), 0), std::vector<std::int64_t>(in.size(), 1)};
    slice.start[axis] = t * dilation;
    slice.step[axis] = stride;
    shifted.push_back(r.add(node, slice, {x}, part, type));
  }
  Shape joined = part;
  joined[1] = in[1] * taps;
  const ValueId by_tap = r.add(node, Concat{1}, shifted, joined, type);
  if (node.as<Conv>().groups == 1) return by_tap;
  // Groups are neighbouring channels.
  std::int64_t rest = 1;
  for (std::size_t i = 2; i < part.size(); ++i) rest *= part[i];
  const ValueId apart = r.add(node, Reshape{}, {by_tap}, {in[0], taps, in[1], rest}, type);
  const ValueId turned = r.add(node, Permute{{0, 2, 1, 3}}, {apart}, {in[0], in[1], taps, rest}, type);
  return r.add(node, Reshape{}, {turned}, joined, type);
}

/// BM1684X multiplies input channels in blocks, and few channels leave most of a block empty: whether lines of the
/// window as channels save more cycles than moving them takes, with a margin. Asks for no lanes: sums of 16 bits follow
/// it.
bool wastes_blocks(const Rewriter& r, const Node& node) {
  const auto& conv = node.as<Conv>();
  const Shape &in = r.value(node.inputs[0]).shape, &out = r.value(node.output).shape;
  const std::int64_t bytes = element_bytes(r.value(node.inputs[0]).type), lines = conv.kernel[kHeight];
  if (r.chip().family != isa::Family::kBm1684x || bytes > 2 || in.size() != 4 || conv.groups != 1 || lines == 1 ||
      in[1] * lines * bytes > 64)
    return false;
  constexpr std::int64_t kPixelsPerCycle = 4, kOutputs = 64, kBytesPerCycle = 6;
  const std::int64_t passes = ceil_div(out[1], kOutputs);
  const std::int64_t saved = out[2] * out[3] / kPixelsPerCycle * (lines - 1) * conv.kernel[kWidth] * passes;
  return saved * kBytesPerCycle > in[1] * lines * out[2] * in[3] * bytes;
}

}  // namespace

/// Taps or windows that lie further apart than a field can say, or lines of few channels: taps as channels, then one
/// tap of all.
bool conv_of_distant_taps(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || r.value(node.inputs[1]).constant == nullptr) return false;
  const Shape in = r.value(node.inputs[0]).shape;
  if (in.size() < 3 || in.size() > 4) return false;
  const Value weights = r.value(node.inputs[1]);
  const Shape w = weights.shape;
  for (std::size_t i = 2; i < in.size(); ++i) {
    const std::size_t axis = i + 3 - in.size();
    const bool is_far = conv->dilation[axis] > kLargestField || conv->stride[axis] > kLargestField;
    if (conv->insert[axis] != 0 || !(is_far || (axis == kHeight && wastes_blocks(r, node)))) continue;
    ValueId x = node.inputs[0];
    if (conv->pad_begin[axis] + conv->pad_end[axis] > 0) {
      Pad pad;
      pad.begin.assign(in.size(), 0);
      pad.end.assign(in.size(), 0);
      pad.begin[i] = conv->pad_begin[axis], pad.end[i] = std::max<std::int64_t>(conv->pad_end[axis], 0);
      Shape padded = in;
      padded[i] += pad.begin[i] + pad.end[i];
      x = r.add(node, pad, {x}, padded, r.value(x).type);
    }
    const std::int64_t taps = conv->kernel[axis];
    x = taps_as_channels(r, node, x, i, conv->dilation[axis], conv->stride[axis], taps);
    // (oc, ic, ..., taps, ...) to (oc, taps * ic, ..., 1, ...); ic * taps in groups.
    std::int64_t inner = 1;
    for (std::size_t k = i + 1; k < w.size(); ++k) inner *= w[k];
    Shape shape = w;
    shape[1] = w[1] * taps;
    shape[i] = 1;
    const std::int64_t all = elements(w) / w[0] / w[1];
    const auto place = [&](std::int64_t o, std::int64_t channel, std::int64_t t) {
      const std::int64_t tap = conv->groups == 1 ? channel / w[1] : channel % taps;
      const std::int64_t c = conv->groups == 1 ? channel % w[1] : channel / taps;
      return (o * w[1] + c) * all + (t / inner * taps + tap) * inner + t % inner;
    };
    Conv one = *conv;
    one.kernel[axis] = one.dilation[axis] = one.stride[axis] = 1;
    one.pad_begin[axis] = one.pad_end[axis] = 0;
    std::vector<ValueId> inputs = node.inputs;
    inputs[0] = x;
    inputs[1] = r.add_weights(weights, "_shifted", shape, place);
    r.finish(node, one, inputs);
    return true;
  }
  return false;
}

std::int64_t most_channels(const isa::ChipSpec& chip, const Shape& shape, isa::DataType type) {
  const std::int64_t channels = shape[1], taps = elements(shape) / shape[0] / channels;
  const std::int64_t lane = chip.local_memory.lane_bytes;
  const std::int64_t weights = taps * element_bytes(type) * (shape[0] > chip.tiu.lanes ? 2 : 1);
  const std::int64_t pixels = ceil_div(channels, chip.tiu.lanes) * chip.tiu.eu_bytes;
  const bool fits = channels * weights + pixels <= lane;
  const std::int64_t held = std::max<std::int64_t>(lane / 2 / weights / chip.tiu.lanes, 1) * chip.tiu.lanes;
  return std::min(chip.family == isa::Family::kBm1684 ? kMostChannels : channels, fits ? channels : held);
}

bool has_deep_weights(const Graph& graph, const Node& node, const isa::ChipSpec& chip) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || conv->groups != 1 || graph.input(node, 1).constant == nullptr) return false;
  const Shape &in = graph.input(node, 0).shape, &weights = graph.input(node, 1).shape;
  const isa::DataType type = graph.input(node, 0).type;
  if (in.size() < 3 || in.size() > 4 || (chip.family == isa::Family::kBm1684 && !isa::is_float(type))) return false;
  return in[1] > most_channels(chip, weights, type);
}

/// More input channels than a command or a lane can take: sums of convolutions over parts of them. Sums of bytes have
/// no such parts.
bool conv_of_many_channels(Rewriter& r, const Node& node) {
  if (!isa::is_float(r.value(node.output).type) || !has_deep_weights(r.graph(), node, r.chip())) return false;
  const auto* conv = node.get_if<Conv>();
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  const isa::DataType type = r.value(node.inputs[0]).type;
  const Value weights = r.value(node.inputs[1]);
  const std::int64_t all = weights.shape[1], taps = elements(weights.shape) / weights.shape[0] / all;
  const std::int64_t most = most_channels(r.chip(), weights.shape, type);
  std::vector<ValueId> sums;
  for (std::int64_t from = 0; from < all; from += most) {
    const std::int64_t count = std::min(most, all - from);
    Slice slice{std::vector<std::int64_t>(in.size(), 0), std::vector<std::int64_t>(in.size(), 1)};
    slice.start[1] = from;
    Shape part = in, part_weights = weights.shape;
    part[1] = part_weights[1] = count;
    const auto place = [&](std::int64_t o, std::int64_t i, std::int64_t t) { return (o * all + from + i) * taps + t; };
    std::vector<ValueId> inputs = node.inputs;
    inputs[0] = r.add(node, slice, {node.inputs[0]}, part, type);
    inputs[1] = r.add_weights(weights, "_part", part_weights, place);
    if (from > 0) inputs.resize(2);
    Conv one = *conv;
    one.activation.reset();
    sums.push_back(r.add(node, one, inputs, out, type));
  }
  while (sums.size() > 2) {
    const ValueId sum = r.add(node, Binary{BinaryFunction::kAdd, {}}, {sums[0], sums[1]}, out, type);
    sums.erase(sums.begin());
    sums.front() = sum;
  }
  r.finish(node, Binary{BinaryFunction::kAdd, conv->activation}, sums);
  return true;
}

/// Several output channels per input channel: the input channels are repeated, each copy has one output channel.
bool conv_with_multiplier(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || conv->groups == 1) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  if (in.size() < 3 || in.size() > 4 || conv->groups != in[1] || out[1] == in[1]) return false;
  const isa::DataType type = r.value(node.inputs[0]).type;
  const std::int64_t copies = out[1] / in[1];
  std::int64_t rest = 1;
  for (std::size_t i = 2; i < in.size(); ++i) rest *= in[i];
  const ValueId one = r.add(node, Reshape{}, {node.inputs[0]}, {in[0], in[1], 1, rest}, type);
  const ValueId all = r.add(node, Broadcast{}, {one}, {in[0], in[1], copies, rest}, type);
  Shape repeated = in;
  repeated[1] = out[1];
  std::vector<ValueId> inputs = node.inputs;
  inputs[0] = r.add(node, Reshape{}, {all}, repeated, type);
  Conv depthwise = *conv;
  depthwise.groups = out[1];
  r.finish(node, depthwise, inputs);
  return true;
}

/// Groups that together have more channels than BM1684's field can say: some of them at a time.
bool conv_of_many_groups(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || r.chip().family != isa::Family::kBm1684 || conv->groups == 1) return false;
  if (!r.value(node.inputs[1]).constant) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  if (in.size() < 3 || in.size() > 4 || conv->groups == in[1]) return false;  // cut by the lanes
  const std::int64_t ic = in[1] / conv->groups, oc = out[1] / conv->groups;
  const std::int64_t most = std::max<std::int64_t>(kMostChannels / std::max(ic, oc), 1);
  if (conv->groups <= most) return false;
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  const Value weights = r.value(node.inputs[1]);
  const std::int64_t row = elements(weights.shape) / weights.shape[0];
  std::vector<ValueId> parts;
  for (std::int64_t from = 0; from < conv->groups; from += most) {
    const std::int64_t count = std::min(most, conv->groups - from);
    Slice slice{std::vector<std::int64_t>(in.size(), 0), std::vector<std::int64_t>(in.size(), 1)};
    slice.start[1] = from * ic;
    Shape part = in, made = out, part_weights = weights.shape;
    part[1] = count * ic;
    made[1] = part_weights[0] = count * oc;
    const auto place = [&](std::int64_t o, std::int64_t i, std::int64_t t) {
      return (from * oc + o) * row + i * (row / weights.shape[1]) + t;
    };
    std::vector<ValueId> inputs{r.add(node, slice, {node.inputs[0]}, part, type),
                                r.add_weights(weights, "_groups", part_weights, place)};
    if (node.inputs.size() > 2) {
      const Value bias = r.value(node.inputs[2]);
      inputs.push_back(
          r.add_weights(bias, "_groups", {count * oc, 1}, [&](auto o, auto, auto) { return from * oc + o; }));
      r.graph().value(inputs.back()).shape = {count * oc};
    }
    Conv some = *conv;
    some.groups = count;
    parts.push_back(r.add(node, some, inputs, made, out_type));
  }
  r.finish(node, Concat{1}, parts);
  return true;
}

/// Windows that do not overlap, further apart than a field can say: each becomes an image of its own.
bool pool_of_distant_windows(Rewriter& r, const Node& node) {
  const auto* pool = node.get_if<Pool>();
  if (pool == nullptr) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  if (in.size() < 3 || in.size() > 4) return false;
  if (pool->kind == PoolKind::kAverage && !pool->count_pad && has_padding(*pool)) return false;
  bool is_distant = false;
  // Height and width of the input, one behind the other where a window begins, and what of that it reads.
  std::int64_t size[2], place[2], read[2], count[2], begin[2];
  for (const std::size_t i : {0U, 1U}) {
    const std::size_t axis = i + kHeight;
    const bool is_there = i == 1 || in.size() == 4;
    size[i] = is_there ? in[in.size() - 2 + i] : 1;
    count[i] = is_there ? out[out.size() - 2 + i] : 1;
    read[i] = pool->kernel[axis];
    place[i] = count[i] == 1 ? read[i] : pool->stride[axis];
    begin[i] = pool->pad_begin[axis];
    is_distant |= count[i] > 1 && place[i] > kLargestField;
    if (read[i] > place[i]) return false;
  }
  if (!is_distant) return false;
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, {in[0], in[1], size[0], size[1]}, type);
  Pad pad{{0, 0, begin[0], begin[1]}, {0, 0, 0, 0}, 0};
  if (pool->kind == PoolKind::kMax) pad.value = lowest(type);
  Shape padded = r.value(x).shape, used = padded;
  for (const std::size_t i : {0U, 1U}) {
    used[2 + i] = count[i] * place[i];
    pad.end[2 + i] = std::max<std::int64_t>(0, used[2 + i] - size[i] - begin[i]);
    padded[2 + i] += begin[i] + pad.end[2 + i];
  }
  if (padded != r.value(x).shape) x = r.add(node, pad, {x}, padded, type);
  if (padded != used) x = r.add(node, Slice{Shape(4, 0), Shape(4, 1)}, {x}, used, type);
  x = r.add(node, Reshape{}, {x}, {in[0], in[1], count[0], place[0], count[1], place[1]}, type);
  if (read[0] != place[0] || read[1] != place[1])
    x = r.add(node, Slice{Shape(6, 0), Shape(6, 1)}, {x}, {in[0], in[1], count[0], read[0], count[1], read[1]}, type);
  x = r.add(node, Permute{{0, 1, 2, 4, 3, 5}}, {x}, {in[0], in[1], count[0], count[1], read[0], read[1]}, type);
  const std::int64_t images = in[1] * count[0] * count[1];
  x = r.add(node, Reshape{}, {x}, {in[0], images, read[0], read[1]}, type);
  Pool whole = *pool;
  whole.kernel = {1, read[0], read[1]};
  whole.stride = {1, 1, 1};
  whole.pad_begin = whole.pad_end = {0, 0, 0};
  x = r.add(node, whole, {x}, {in[0], images, 1, 1}, out_type);
  r.finish(node, Reshape{}, {x});
  return true;
}

bool windows_with_large_pads(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  const auto* pool = node.get_if<Pool>();
  if (conv == nullptr && pool == nullptr) return false;
  const Shape in = r.value(node.inputs[0]).shape;
  if (in.size() < 3 || in.size() > 4) return false;
  const Spatial begin = conv != nullptr ? conv->pad_begin : pool->pad_begin;
  const Spatial end = conv != nullptr ? conv->pad_end : pool->pad_end;
  bool large = false;
  for (const std::size_t i : {kHeight, kWidth}) large |= begin[i] > kLargestField || end[i] > kLargestField;
  if (!large || (conv != nullptr && (conv->insert[kHeight] > 0 || conv->insert[kWidth] > 0))) return false;
  if (pool != nullptr && pool->kind == PoolKind::kAverage && !pool->count_pad) return false;
  Pad pad;
  pad.begin.assign(in.size(), 0);
  pad.end.assign(in.size(), 0);
  Shape padded = in;
  for (std::size_t i = 2; i < in.size(); ++i) {
    const std::size_t axis = i + 3 - in.size();
    pad.begin[i] = begin[axis];
    pad.end[i] = std::max<std::int64_t>(end[axis], 0);
    padded[i] += pad.begin[i] + pad.end[i];
  }
  if (pool != nullptr && pool->kind == PoolKind::kMax) pad.value = lowest(r.value(node.inputs[0]).type);
  std::vector<ValueId> inputs = node.inputs;
  inputs[0] = r.add(node, pad, {inputs[0]}, padded, r.value(inputs[0]).type);
  if (conv != nullptr) {
    Conv plain = *conv;
    plain.pad_begin = plain.pad_end = {0, 0, 0};
    r.finish(node, plain, inputs);
  } else {
    Pool plain = *pool;
    plain.pad_begin = {0, 0, 0};
    for (const std::size_t i : {kHeight, kWidth}) plain.pad_end[i] = std::min<std::int64_t>(end[i], 0);
    r.finish(node, plain, inputs);
  }
  return true;
}

}  // namespace bmemu::kernels
