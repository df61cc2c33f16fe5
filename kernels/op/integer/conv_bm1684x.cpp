// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X: convolution of bytes. Sums of 32 bits, a bias per channel, then multiplier and shift per channel.
#include <cstring>

#include "kernels/builder/bm1684x_tiu.h"
#include "kernels/op/integer/integer.h"
#include "kernels/op/weights.h"
#include "kernels/op/window_region.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;

class IntegerConvBm1684x : public Kernel {
 public:
  std::vector<View> views(const NodeContext& context) const override {
    if (!context.node.requantisation || !is_shaped(context)) return {};
    return conv_kernel().views(context);
  }
  Region needs(const NodeContext& context, View view, std::size_t input, const Region& out) const override {
    return conv_kernel().needs(context, view, input, out);
  }
  bool can_cut(const NodeContext& context, View view, std::size_t dimension) const override {
    return (dimension == 1 && is_grouped(context)) || conv_kernel().can_cut(context, view, dimension);
  }
  bool takes_parts(const NodeContext& context) const override { return conv_kernel().takes_parts(context); }
  std::vector<std::size_t> tensor_inputs(const NodeContext&) const override { return {0}; }

  /// Weights, the table of multiplier, shift and zero point, and the bias.
  std::vector<Parameter> parameters(const NodeContext& context) const override {
    const std::int64_t channels = dims_of(View::kImage, context.output().shape)[1];
    std::vector<Parameter> result;
    result.push_back(is_grouped(context) ? dense_weights(context, channels)
                                         : conv_kernel().parameters(context).front());
    result.push_back(table(context, channels));
    if (context.node.inputs.size() > 2) result.push_back(conv_bias(context, channels, false));
    return result;
  }

  std::int64_t scratch_bytes(const NodeContext& context, View, const Dims& out) const override {
    return Scratch::bytes(context.chip, DataType::kI32, out);
  }

  double cycles(const NodeContext& context, View, const Dims& out) const override {
    const Conv& conv = context.node.as<Conv>();
    const double taps = double(conv.kernel[1] * conv.kernel[2]);
    const double planes = double(out[0] * ceil_div(out[1], context.chip.tiu.lanes));
    const std::int64_t pixels = out[2] * out[3];
    const double after = planes * double(ceil_div(pixels, 16)) * 3 + 66 * 3;
    const std::int64_t ic = dims_of(View::kImage, context.input(0).shape)[1];
    if (is_depthwise(context)) {
      const double factor = conv.stride[1] > 1 && conv.stride[2] > 1 ? 3 : 1;
      return planes * double(ceil_div(pixels, 64)) * taps * factor + after;
    }
    return planes * double(ceil_div(pixels, 4) * ceil_div(ic, 64)) * taps + after;
  }

  void emit(const NodeContext& context, Emission& e) const override {
    const Conv& conv = context.node.as<Conv>();
    auto& tiu = static_cast<Bm1684xTiu&>(e.tiu);
    const LocalTensor& out = e.output.tensor;
    const LocalTensor sum = aligned_tensor(context.chip, DataType::kI32, out.shape, e.scratch, out.lane);
    const auto axis = [&](std::size_t i) {
      return WindowAxis{conv.kernel[i],    conv.stride[i],  conv.dilation[i],
                        conv.pad_begin[i], conv.pad_end[i], conv.insert[i]};
    };
    const bool depthwise = is_depthwise(context);
    const SlicedWindow sliced = sliced_window(context, e, axis(1), axis(2), depthwise);
    if (depthwise) {
      WindowCommand command;
      command.kind = Pooling::kDepthwise;
      command.out = sum;
      command.in = sliced.input;
      command.window = sliced.window;
      command.weights = &e.parameters[0];
      if (e.parameters.size() > 2) command.bias = &e.parameters[2];
      tiu.window(command);
    } else {
      Convolution command;
      command.out = sum;
      command.in = sliced.input;
      command.weights = e.parameters[0];
      command.window = sliced.window;
      tiu.convolution(command);
      if (e.parameters.size() > 2) tiu.add_channel_bias(sum, sum, e.parameters[2]);
    }
    tiu.requantise(out, sum, e.parameters[1]);
  }

 private:
  static std::int64_t in_channels(const NodeContext& context) {
    return dims_of(View::kImage, context.input(0).shape)[1];
  }
  static bool is_shaped(const NodeContext& context) { return context.input(0).shape.size() <= 4; }
  static bool is_depthwise(const NodeContext& context) {
    const std::int64_t groups = context.node.as<Conv>().groups;
    return groups > 1 && groups == in_channels(context) && groups == dims_of(View::kImage, context.output().shape)[1];
  }
  static bool is_grouped(const NodeContext& context) {
    return context.node.as<Conv>().groups > 1 && !is_depthwise(context);
  }

  /// Groups as one dense convolution, zeros outside of them: bytes must start at lane 0.
  static Parameter dense_weights(const NodeContext& context, std::int64_t out_channels) {
    const Conv& conv = context.node.as<Conv>();
    const auto& grouped = std::get<std::vector<std::int8_t>>(context.input(1).constant->data);
    const std::int64_t ic = in_channels(context), per_group = ic / conv.groups,
                       out_per_group = out_channels / conv.groups;
    const std::int64_t taps = conv.kernel[1] * conv.kernel[2];
    std::vector<std::int8_t> dense(static_cast<std::size_t>(out_channels * ic * taps));
    for (std::int64_t o = 0; o < out_channels; ++o)
      for (std::int64_t i = 0; i < per_group * taps; ++i)
        dense[static_cast<std::size_t>((o * ic + o / out_per_group * per_group) * taps + i)] =
            grouped[static_cast<std::size_t>(o * per_group * taps + i)];
    return conv_weights(context, out_channels, ic, taps, packed_bytes(Constant{std::move(dense)}, DataType::kI8));
  }

  static Parameter table(const NodeContext& context, std::int64_t channels) {
    const Requantisation& r = *context.node.requantisation;
    const std::int64_t words = context.chip.tiu.eu_bytes / 4;
    std::vector<std::int32_t> rows(static_cast<std::size_t>(channels * words));
    for (std::int64_t c = 0; c < channels; ++c) {
      const auto at = [&](const std::vector<std::int32_t>& v) { return v.size() == 1 ? v[0] : v[std::size_t(c)]; };
      rows[static_cast<std::size_t>(c * words)] = at(r.multiplier);
      rows[static_cast<std::size_t>(c * words + 1)] = -at(r.shift);
    }
    Parameter parameter;
    parameter.type = DataType::kI32;
    parameter.shape = {1, channels, 1, words};
    parameter.follows_channels = true;
    parameter.data.resize(rows.size() * sizeof(std::int32_t));
    std::memcpy(parameter.data.data(), rows.data(), parameter.data.size());
    return parameter;
  }
};

}  // namespace

const Kernel& integer_conv_bm1684x_kernel() {
  static const IntegerConvBm1684x kKernel;
  return kKernel;
}

}  // namespace bmemu::kernels
