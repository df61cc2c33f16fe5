// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Rules for convolution and pooling: three spatial dimensions, wide strides, wide padding; small products of matrices.
#include <algorithm>
#include <limits>
#include <memory>
#include <variant>

#include "kernels/pass/rewriter.h"

namespace bmemu::kernels {
namespace {

constexpr std::int64_t kLargestField = 15;  ///< of stride, padding and dilation
constexpr std::int64_t kFewRows = 16;       ///< up to which a product of matrices is a convolution
constexpr std::size_t kDepth = 0, kHeight = 1, kWidth = 2;

ValueId floats(Rewriter& r, const std::string& name, Shape shape, std::vector<float> data, isa::DataType type) {
  const ValueId id = r.graph().add_constant(name, std::move(shape), std::move(data));
  r.graph().value(id).type = type;
  return id;
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

}  // namespace

/// One convolution per output depth over the channels of all its input depths, which lie side by side once depth is
/// outside of the channels.
bool conv_of_volumes(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || r.value(node.inputs[0]).shape.size() != 5) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  const Shape w = r.value(node.inputs[1]).shape;
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  if (conv->groups != 1 || conv->insert[kDepth] != 0 || !r.value(node.inputs[1]).constant) return false;
  const auto* weights = std::get_if<std::vector<float>>(&r.value(node.inputs[1]).constant->data);
  if (weights == nullptr) return false;
  const std::vector<float> all = *weights;  // adding values moves them
  const std::int64_t c = in[1], kd = conv->kernel[kDepth], taps = w[3] * w[4];
  const ValueId outside =
      r.add(node, Permute{{0, 2, 1, 3, 4}}, {node.inputs[0]}, {in[0], in[2], c, in[3], in[4]}, type);
  const ValueId x = r.add(node, Reshape{}, {outside}, {in[0], in[2] * c, in[3], in[4]}, type);
  std::vector<ValueId> parts;
  std::vector<std::pair<std::pair<std::int64_t, std::int64_t>, ValueId>> known;  // weights of depths [first, last)
  for (std::int64_t od = 0; od < out[2]; ++od) {
    const std::int64_t start = od * conv->stride[kDepth] - conv->pad_begin[kDepth], step = conv->dilation[kDepth];
    std::int64_t first = 0, last = kd;
    while (first < last && start + first * step < 0) ++first;
    while (last > first && start + (last - 1) * step >= in[2]) --last;
    if (first == last) {  // a window of padding alone reads one depth with weights of zero
      first = 0, last = 1;
    }
    const std::int64_t depths = last - first;
    ValueId part = x;
    const std::int64_t from = std::clamp<std::int64_t>(start + first * step, 0, in[2] - 1);
    if (step == 1) {
      part = r.add(node, Slice{{0, from * c, 0, 0}, {1, 1, 1, 1}}, {x}, {in[0], depths * c, in[3], in[4]}, type);
    } else {
      std::vector<ValueId> slices;
      for (std::int64_t d = 0; d < depths; ++d)
        slices.push_back(
            r.add(node, Slice{{0, (from + d * step) * c, 0, 0}, {1, 1, 1, 1}}, {x}, {in[0], c, in[3], in[4]}, type));
      part = slices.size() == 1 ? slices[0] : r.add(node, Concat{1}, slices, {in[0], depths * c, in[3], in[4]}, type);
    }
    const bool empty = start + first * step < 0 || start + first * step >= in[2];
    auto found = std::find_if(known.begin(), known.end(),
                              [&](const auto& entry) { return !empty && entry.first == std::pair(first, last); });
    if (found == known.end()) {
      std::vector<float> data;
      for (std::int64_t o = 0; o < w[0]; ++o)
        for (std::int64_t d = first; d < last; ++d)
          for (std::int64_t i = 0; i < c; ++i)
            for (std::int64_t t = 0; t < taps; ++t)
              data.push_back(empty ? 0.0F : all[static_cast<std::size_t>(((o * c + i) * kd + d) * taps + t)]);
      const ValueId id =
          floats(r, r.value(node.inputs[1]).name + "_depths", {w[0], depths * c, w[3], w[4]}, std::move(data), type);
      known.emplace_back(std::pair(empty ? -1 : first, last), id);
      found = known.end() - 1;
    }
    Conv flat = *conv;
    flat.kernel[kDepth] = flat.stride[kDepth] = flat.dilation[kDepth] = 1;
    flat.pad_begin[kDepth] = flat.pad_end[kDepth] = 0;
    std::vector<ValueId> inputs{part, found->second};
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

/// Windows that neither overlap nor leave gaps, with strides beyond a field: patches side by side as channels, then a
/// product of matrices.
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
  const auto* data = std::get_if<std::vector<float>>(&r.value(node.inputs[1]).constant->data);
  if (data == nullptr) return false;
  const std::int64_t k = in[1] * kh * kw, oc = out[1];
  std::vector<float> turned(static_cast<std::size_t>(k * oc));
  for (std::int64_t o = 0; o < oc; ++o)
    for (std::int64_t i = 0; i < k; ++i)
      turned[static_cast<std::size_t>(i * oc + o)] = (*data)[static_cast<std::size_t>(o * k + i)];
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  const ValueId cells = r.add(node, Reshape{}, {node.inputs[0]}, {in[0], in[1], out[2], kh, out[3], kw}, type);
  const ValueId patches =
      r.add(node, Permute{{0, 2, 4, 1, 3, 5}}, {cells}, {in[0], out[2], out[3], in[1], kh, kw}, type);
  const ValueId rows = r.add(node, Reshape{}, {patches}, {1, in[0] * out[2] * out[3], k}, type);
  std::vector<ValueId> inputs{rows,
                              floats(r, r.value(node.inputs[1]).name + "_turned", {1, k, oc}, std::move(turned), type)};
  if (node.inputs.size() > 2) inputs.push_back(node.inputs[2]);
  const ValueId product = r.add(node, MatMul{conv->activation}, inputs, {1, in[0] * out[2] * out[3], oc}, out_type);
  const ValueId pixels = r.add(node, Reshape{}, {product}, {in[0], out[2] * out[3], oc}, out_type);
  const ValueId channels = r.add(node, Permute{{0, 2, 1}}, {pixels}, {in[0], oc, out[2] * out[3]}, out_type);
  r.finish(node, Reshape{}, {channels});
  return true;
}

/// Taps that lie further apart than a field can say: shifted copies side by side as channels, then one tap of all.
bool conv_of_distant_taps(Rewriter& r, const Node& node) {
  const auto* conv = node.get_if<Conv>();
  if (conv == nullptr || conv->groups != 1 || r.value(node.inputs[1]).constant == nullptr) return false;
  const Shape in = r.value(node.inputs[0]).shape, out = r.value(node.output).shape;
  if (in.size() < 3 || in.size() > 4) return false;
  const Shape w = r.value(node.inputs[1]).shape;
  for (std::size_t i = 2; i < in.size(); ++i) {
    const std::size_t axis = i + 3 - in.size();
    if (conv->dilation[axis] <= kLargestField || conv->stride[axis] != 1 || conv->insert[axis] != 0) continue;
    const isa::DataType type = r.value(node.inputs[0]).type;
    ValueId x = node.inputs[0];
    Shape padded = in;
    if (conv->pad_begin[axis] + conv->pad_end[axis] > 0) {
      Pad pad;
      pad.begin.assign(in.size(), 0);
      pad.end.assign(in.size(), 0);
      pad.begin[i] = conv->pad_begin[axis], pad.end[i] = conv->pad_end[axis];
      padded[i] += pad.begin[i] + pad.end[i];
      x = r.add(node, pad, {x}, padded, type);
      if (r.value(node.inputs[0]).quantisation) r.graph().value(x).quantisation = r.value(node.inputs[0]).quantisation;
    }
    const std::int64_t taps = conv->kernel[axis];
    std::vector<ValueId> shifted;
    Shape part = padded, joined = padded;
    part[i] = joined[i] = out[i];
    joined[1] = in[1] * taps;
    for (std::int64_t t = 0; t < taps; ++t) {
      Slice slice{std::vector<std::int64_t>(in.size(), 0), std::vector<std::int64_t>(in.size(), 1)};
      slice.start[i] = t * conv->dilation[axis];
      shifted.push_back(r.add(node, slice, {x}, part, type));
      r.graph().value(shifted.back()).quantisation = r.value(node.inputs[0]).quantisation;
    }
    const ValueId all = r.add(node, Concat{1}, shifted, joined, type);
    r.graph().value(all).quantisation = r.value(node.inputs[0]).quantisation;
    // (oc, ic, ..., taps, ...) to (oc, taps * ic, ..., 1, ...).
    Value weights = r.value(node.inputs[1]);
    std::int64_t inner = 1;
    for (std::size_t k = i + 1; k < w.size(); ++k) inner *= w[k];
    std::int64_t between = 1;
    for (std::size_t k = 2; k < i; ++k) between *= w[k];
    auto moved = std::make_shared<Constant>(*weights.constant);
    std::visit(
        [&](auto& data) {
          const auto from = data;
          std::size_t at = 0;
          for (std::int64_t o = 0; o < w[0]; ++o)
            for (std::int64_t t = 0; t < taps; ++t)
              for (std::int64_t c = 0; c < w[1]; ++c)
                for (std::int64_t b = 0; b < between; ++b)
                  for (std::int64_t k = 0; k < inner; ++k)
                    data[at++] =
                        from[static_cast<std::size_t>((((o * w[1] + c) * between + b) * taps + t) * inner + k)];
        },
        moved->data);
    weights.constant = moved;
    weights.name += "_shifted";
    weights.shape[1] = w[1] * taps;
    weights.shape[i] = 1;
    Conv one = *conv;
    one.kernel[axis] = one.dilation[axis] = 1;
    one.pad_begin[axis] = one.pad_end[axis] = 0;
    std::vector<ValueId> inputs{all, r.graph().add_value(std::move(weights))};
    if (node.inputs.size() > 2) inputs.push_back(node.inputs[2]);
    r.finish(node, one, inputs);
    return true;
  }
  return false;
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
  if (pool != nullptr && pool->kind == PoolKind::kMax) pad.value = std::numeric_limits<float>::lowest();
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

/// Few rows times a constant: output channels over the lanes, each row an image of one pixel.
bool matmul_as_conv(Rewriter& r, const Node& node) {
  const auto* product = node.get_if<MatMul>();
  if (product == nullptr) return false;
  const Shape left = r.value(node.inputs[0]).shape, right = r.value(node.inputs[1]).shape;
  if (left[0] != 1 || left[1] > kFewRows || !r.value(node.inputs[1]).constant) return false;
  // Sizes of channels: 12 bits on BM1684.
  const std::int64_t most = r.chip().family == isa::Family::kBm1684 ? 4095 : 65535;
  if (left[2] > most || right[2] > most) return false;
  const std::int64_t m = left[1], k = left[2], n = right[2];
  Value weights = r.value(node.inputs[1]);
  weights.name += "_turned";
  weights.shape = {n, k, 1, 1};
  weights.constant = turned(*weights.constant, k, n);
  const isa::DataType type = r.value(node.inputs[0]).type, out_type = r.value(node.output).type;
  const ValueId x = r.add(node, Reshape{}, {node.inputs[0]}, {m, k, 1, 1}, type);
  Conv conv;
  conv.activation = product->activation;
  std::vector<ValueId> inputs{x, r.graph().add_value(std::move(weights))};
  if (node.inputs.size() > 2) inputs.push_back(node.inputs[2]);
  const ValueId y = r.add(node, conv, inputs, {m, n, 1, 1}, out_type);
  r.finish(node, Reshape{}, {y});
  return true;
}

}  // namespace bmemu::kernels
