// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolution in two dimensions: dense, in groups, depthwise, with inserted zeros (transposed). Floats, and BM1684's
// bytes.
#include <algorithm>
#include <limits>

#include "kernels/op/kernel.h"
#include "kernels/op/weights.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

struct Geometry {
  WindowAxis h, w;
  std::int64_t groups, in_channels, out_channels;
  bool depthwise;
};

Geometry geometry(const NodeContext& context) {
  const Conv& conv = context.node.as<Conv>();
  Geometry g;
  const auto axis = [&](std::size_t i) {
    return WindowAxis{conv.kernel[i],    conv.stride[i],  conv.dilation[i],
                      conv.pad_begin[i], conv.pad_end[i], conv.insert[i]};
  };
  g.h = axis(1);
  g.w = axis(2);
  g.groups = conv.groups;
  g.in_channels = dims_of(View::kImage, context.input(0).shape)[1];
  g.out_channels = dims_of(View::kImage, context.output().shape)[1];
  g.depthwise = conv.groups > 1 && conv.groups == g.in_channels && conv.groups == g.out_channels;
  return g;
}

class ConvKernel : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    const Conv& conv = context.node.as<Conv>();
    if (context.input(0).shape.size() > 4) return {};
    for (const std::size_t i : {1U, 2U}) {
      if (conv.stride[i] > 15 || conv.dilation[i] > 15 || conv.insert[i] > 14) return {};
      if (conv.pad_begin[i] > 15 || conv.pad_end[i] > 15 || conv.pad_begin[i] < 0) return {};
    }
    return {View::kImage};
  }

  Region needs(const NodeContext& context, View, std::size_t, const Region& out) const override {
    const Geometry g = geometry(context);
    const Dims in = dims_of(View::kImage, context.input(0).shape);
    Region region = whole_region(in);
    region.begin[0] = out.begin[0];
    region.end[0] = out.end[0];
    if (g.depthwise) {
      region.begin[1] = out.begin[1];
      region.end[1] = out.end[1];
    }
    const WindowNeed h = need_of(g.h, out.begin[2], out.end[2], in[2]);
    const WindowNeed w = need_of(g.w, out.begin[3], out.end[3], in[3]);
    region.begin[2] = h.begin, region.end[2] = h.end;
    region.begin[3] = w.begin, region.end[3] = w.end;
    return region;
  }

  bool can_cut(const NodeContext& context, View, std::size_t dimension) const override {
    const Geometry g = geometry(context);
    if (dimension == 1) return g.groups == 1 || g.depthwise;
    return true;
  }

  /// BM1684X's depthwise command has no strides.
  bool takes_parts(const NodeContext& context) const override { return !geometry(context).depthwise; }

  std::vector<std::size_t> tensor_inputs(const NodeContext&) const override { return {0}; }

  std::vector<Parameter> parameters(const NodeContext& context) const override {
    const Geometry g = geometry(context);
    std::vector<Parameter> result;
    result.push_back(g.depthwise
                         ? depthwise_weights(context, g.out_channels, g.h.kernel * g.w.kernel)
                         : conv_weights(context, g.out_channels, g.in_channels / g.groups, g.h.kernel, g.w.kernel));
    if (context.node.inputs.size() > 2) result.push_back(conv_bias(context, g.out_channels, g.depthwise));
    return result;
  }

  double cycles(const NodeContext& context, View, const Dims& out) const override {
    const Geometry g = geometry(context);
    const double taps = double(g.h.kernel * g.w.kernel);
    const std::int64_t lanes = context.chip.tiu.lanes;
    if (g.depthwise) {
      const double factor = g.h.stride > 1 && g.w.stride > 1 && !context.is_bm1684() ? 3 : 1;
      return double(out[0] * ceil_div(out[1], lanes) * ceil_div(out[2] * out[3], 16)) * taps * factor + 66;
    }
    const std::int64_t ic = g.in_channels / g.groups, oc = std::max<std::int64_t>(out[1] / g.groups, 1);
    const bool packed = packs_batches(context.chip.family, context.input(0).type);
    const double planes = double(ceil_div(out[0], packed ? 4 : 1) * ceil_div(oc, lanes) * g.groups);
    const bool half = element_bytes(context.input(0).type) == 2;
    const double products = half ? double(ceil_div(out[2] * out[3], 4) * ceil_div(ic, 32))
                            : context.is_bm1684()
                                ? double(ceil_div(out[2] * out[3], 16)) * double(ceil_div(ic, packed ? 4 : 2))
                                : double(ceil_div(out[2] * out[3], 16)) * double(ic) * (g.h.kernel > 1 ? 1.6 : 1.0);
    return planes * products * taps + double(66 * g.groups);
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const Geometry g = geometry(context);
    const LocalTensor& out = e.output.tensor;
    const SlicedWindow sliced = sliced_window(context, e, g.h, g.w, g.depthwise);
    const LocalTensor& x = sliced.input;
    // BM1684, bytes: shift and clamp are in the command.
    const auto& r = context.node.requantisation;
    const std::int64_t shift = r ? r->shift[0] : 0;
    const bool is_relu = out.type == isa::DataType::kU8;
    const LocalTensor* bias = e.parameters.size() > 1 ? &e.parameters[1] : nullptr;
    if (g.depthwise) {
      WindowCommand command;
      command.kind = Pooling::kDepthwise;
      command.out = out;
      command.in = x;
      command.window = sliced.window;
      command.weights = &e.parameters[0];
      command.bias = bias;
      command.shift = shift;
      command.is_relu = is_relu;
      e.tiu.window(command);
    } else {
      const std::int64_t ic = g.in_channels / g.groups, oc = out.shape[1] / g.groups;
      for (std::int64_t group = 0; group < g.groups; ++group) {
        Convolution conv;
        conv.out = part_of(out, {0, group * oc, 0, 0}, {out.shape[0], oc, out.shape[2], out.shape[3]}, context.chip);
        conv.in = part_of(x, {0, group * ic, 0, 0}, {x.shape[0], ic, x.shape[2], x.shape[3]}, context.chip);
        const LocalTensor& weights = e.parameters[0];
        conv.weights = part_of(weights, {0, group * oc, 0, 0}, {1, oc, 1, weights.shape[3]}, context.chip);
        LocalTensor part;
        if (bias != nullptr) {
          part = part_of(*bias, {0, group * oc, 0, 0}, {1, oc, 1, 1}, context.chip);
          conv.bias = &part;
        }
        conv.window = sliced.window;
        conv.shift = shift;
        conv.is_relu = is_relu;
        run(context, e.tiu, conv);
      }
    }
    if (!r) apply_activation(e.tiu, out, context.node.as<Conv>().activation);
  }

 private:
  /// A part of the channels does not have the batch stride that commands expect: then one plane at a time.
  static void run(const NodeContext& context, Tiu& tiu, const Convolution& conv) {
    if (is_aligned(conv.out, context.chip)) return tiu.convolution(conv);
    for (std::int64_t n = 0; n < conv.out.shape[0]; n += conv.out.batches) {
      Convolution one = conv;
      const std::int64_t batches = std::min(conv.out.batches, conv.out.shape[0] - n);
      const auto batch = [&](const LocalTensor& t) {
        return part_of(t, {n, 0, 0, 0}, {batches, t.shape[1], t.shape[2], t.shape[3]}, context.chip);
      };
      one.out = batch(conv.out);
      one.in = batch(conv.in);
      tiu.convolution(one);
    }
  }
};

}  // namespace

const Kernel& conv_kernel() {
  static const ConvKernel kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
