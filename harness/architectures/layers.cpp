// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/architectures/layers.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cmath>
#include <limits>
#include <utility>

#include "isa/error.h"

namespace bmemu::harness {

using namespace kernels;  // NOLINT(google-build-using-namespace): every name below is of the graph

Layers::Layers(const std::string& name) : seed_(XXH3_64bits(name.data(), name.size())) { graph_.name = name; }

ValueId Layers::input(const std::string& name, const Shape& shape) {
  Value value;
  value.name = name;
  value.shape = shape;
  graph_.inputs.push_back(graph_.add_value(std::move(value)));
  return graph_.inputs.back();
}

std::vector<float> Layers::random(std::int64_t count, double deviation) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  const double scale = 2 * std::sqrt(3.0) * deviation;
  for (float& number : numbers) {  // SplitMix64 (Steele, Lea, Flood 2014): the same on every machine
    std::uint64_t z = seed_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    number = static_cast<float>((static_cast<double>(z >> 40U) / double(1U << 24U) - 0.5) * scale);
  }
  return numbers;
}

ValueId Layers::weights(const Shape& shape, double deviation) {
  return graph_.add_constant(fmt::format("w{}", graph_.values.size()), shape, random(elements(shape), deviation));
}

ValueId Layers::node(Attributes attributes, const std::vector<ValueId>& inputs, const Shape& stated) {
  std::vector<Shape> shapes;
  shapes.reserve(inputs.size());
  for (const ValueId id : inputs) shapes.push_back(shape(id));
  const auto result = result_shape(attributes, shapes, stated);
  BMEMU_CHECK(result.has_value(), graph_.name);
  Node made;
  made.kind = kernels::name(static_cast<Op>(attributes.index()));
  made.name = fmt::format("{}_{}", made.kind, graph_.nodes.size());
  made.attributes = std::move(attributes);
  made.inputs = inputs;
  const std::string label = made.name;
  return graph_.add_node(std::move(made), label, *result);
}

ValueId Layers::conv(ValueId x, const Convolution& what) {
  Conv conv;
  conv.kernel = what.kernel;
  conv.stride = what.stride;
  conv.groups = what.groups;
  for (std::size_t i = 0; i < 3; ++i)
    conv.pad_begin[i] = conv.pad_end[i] = what.pad ? (*what.pad)[i] : (what.kernel[i] - 1) / 2;
  Shape size{what.channels, channels(x) / what.groups};
  for (std::size_t i = 5 - shape(x).size(); i < 3; ++i) size.push_back(what.kernel[i]);
  const std::int64_t fan = elements(size) / what.channels;
  const double gain = what.act == Act::kNone ? 1 : 2;
  const ValueId kernel = weights(size, std::sqrt(gain / static_cast<double>(fan)));
  return act(node(conv, {x, kernel, weights({what.channels}, 0.1)}), what.act);
}

ValueId Layers::conv(ValueId x, std::int64_t channels, std::int64_t kernel, std::int64_t stride, Act act) {
  return conv(x, {channels, square(kernel), square(stride), {}, 1, act});
}

ValueId Layers::max_pool(ValueId x, Spatial kernel, Spatial stride, Spatial pad) {
  return node(Pool{PoolKind::kMax, kernel, stride, pad, pad, false, {}}, {x});
}

ValueId Layers::average_pool(ValueId x, Spatial kernel, Spatial stride) {
  return node(Pool{PoolKind::kAverage, kernel, stride, {}, {}, false, {}}, {x});
}

ValueId Layers::global_average(ValueId x) {
  return average_pool(x, {1, shape(x)[2], shape(x)[3]}, {1, shape(x)[2], shape(x)[3]});
}

ValueId Layers::act(ValueId x, Act act) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  switch (act) {
    case Act::kNone: return x;
    case Act::kRelu: return node(Unary{UnaryFunction::kClip, 0, kInfinity}, {x});
    case Act::kRelu6: return node(Unary{UnaryFunction::kClip, 0, 6}, {x});
    case Act::kSilu: return node(Unary{UnaryFunction::kSilu}, {x});
    case Act::kGelu: return node(Unary{UnaryFunction::kGelu}, {x});
  }
  return x;
}

ValueId Layers::binary(BinaryFunction function, ValueId a, ValueId b) { return node(Binary{function, {}}, {a, b}); }

ValueId Layers::mean(ValueId x, std::vector<std::int64_t> axes) {
  return node(Reduce{ReduceFunction::kMean, std::move(axes)}, {x});
}

ValueId Layers::concat(const std::vector<ValueId>& parts, std::int64_t axis) { return node(Concat{axis}, parts); }

ValueId Layers::enlarge_twice(ValueId x) {
  Resize resize;
  resize.taps[0] = {ResizeTap{}};
  for (std::size_t axis = 1; axis < 3; ++axis)
    for (std::int64_t i = 0; i < 2 * shape(x)[axis + 1]; ++i) resize.taps[axis].push_back({i / 2, i / 2, 0});
  return node(std::move(resize), {x});
}

ValueId Layers::reshape(ValueId x, const Shape& shape) { return node(Reshape{}, {x}, shape); }

ValueId Layers::permute(ValueId x, std::vector<std::int64_t> order) { return node(Permute{std::move(order)}, {x}); }

ValueId Layers::first(ValueId x, std::int64_t axis) {
  Shape stated = shape(x);
  stated[static_cast<std::size_t>(axis)] = 1;
  const std::size_t rank = stated.size();
  return node(Slice{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 1)}, {x}, stated);
}

ValueId Layers::product(ValueId a, ValueId b) { return node(MatMul{}, {a, b}); }

ValueId Layers::linear(ValueId x, std::int64_t features, Act act_behind) {
  const Shape before = shape(x);
  const std::int64_t k = before.back();
  const ValueId rows = reshape(x, {1, elements(before) / k, k});
  const double gain = act_behind == Act::kNone ? 1 : 2;
  const ValueId matrix = weights({1, k, features}, std::sqrt(gain / static_cast<double>(k)));
  const ValueId made = node(MatMul{}, {rows, matrix, weights({features}, 0.05)});
  Shape after = before;
  after.back() = features;
  return act(reshape(made, after), act_behind);
}

ValueId Layers::layer_norm(ValueId x) {
  const std::int64_t size = shape(x).back();
  std::vector<float> scale = random(size, 0.1);
  for (float& number : scale) number += 1;
  const ValueId factors = graph_.add_constant(fmt::format("w{}", graph_.values.size()), {size}, std::move(scale));
  return node(LayerNorm{static_cast<std::int64_t>(shape(x).size()) - 1, 1e-6F}, {x, factors, weights({size}, 0.1)});
}

ValueId Layers::softmax(ValueId x) { return node(Softmax{static_cast<std::int64_t>(shape(x).size()) - 1}, {x}); }

}  // namespace bmemu::harness
