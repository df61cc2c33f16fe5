// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Builds a network layer by layer, with weights from a seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::harness {

enum class Act : unsigned char { kNone, kRelu, kRelu6, kSilu, kGelu };

/// Depth, height, width; images have depth 1.
constexpr kernels::Spatial square(std::int64_t size) { return {1, size, size}; }

struct Convolution {
  std::int64_t channels = 1;
  kernels::Spatial kernel = square(1);
  kernels::Spatial stride = square(1);
  std::optional<kernels::Spatial> pad{};  ///< default: half the kernel
  std::int64_t groups = 1;
  Act act = Act::kNone;
};

/// Contract: every call appends layers and returns their result. Weights are uniform with the variance that keeps the
/// size of signals (He et al. 2015, "Delving Deep into Rectifiers").
class Layers {
 public:
  using ValueId = kernels::ValueId;

  explicit Layers(const std::string& name);

  ValueId input(const std::string& name, const kernels::Shape& shape);
  void output(ValueId value) { graph_.outputs.push_back(value); }
  kernels::Graph finish() { return std::move(graph_); }
  const kernels::Shape& shape(ValueId value) const { return graph_.value(value).shape; }
  std::int64_t channels(ValueId value) const { return shape(value)[1]; }

  ValueId conv(ValueId x, const Convolution& what);
  /// A square kernel with stride and activation, the most common layer.
  ValueId conv(ValueId x, std::int64_t channels, std::int64_t kernel, std::int64_t stride, Act act);
  ValueId max_pool(ValueId x, kernels::Spatial kernel, kernels::Spatial stride, kernels::Spatial pad = {});
  ValueId average_pool(ValueId x, kernels::Spatial kernel, kernels::Spatial stride);
  ValueId global_average(ValueId x);
  ValueId act(ValueId x, Act act);
  ValueId add(ValueId a, ValueId b) { return binary(kernels::BinaryFunction::kAdd, a, b); }
  ValueId binary(kernels::BinaryFunction function, ValueId a, ValueId b);
  ValueId mean(ValueId x, std::vector<std::int64_t> axes);
  ValueId concat(const std::vector<ValueId>& parts, std::int64_t axis = 1);
  ValueId enlarge_twice(ValueId x);  ///< nearest
  ValueId reshape(ValueId x, const kernels::Shape& shape);
  ValueId permute(ValueId x, std::vector<std::int64_t> order);
  ValueId first(ValueId x, std::int64_t axis);  ///< the first element along an axis, which keeps size 1
  ValueId product(ValueId a, ValueId b);        ///< (b, m, k) x (b, k, n)
  ValueId linear(ValueId x, std::int64_t features, Act act = Act::kNone);  ///< over the last axis
  ValueId layer_norm(ValueId x);                                           ///< over the last axis
  ValueId softmax(ValueId x);                                              ///< over the last axis
  ValueId weights(const kernels::Shape& shape, double deviation);

 private:
  ValueId node(kernels::Attributes attributes, const std::vector<ValueId>& inputs, const kernels::Shape& stated = {});
  std::vector<float> random(std::int64_t count, double deviation);

  kernels::Graph graph_;
  std::uint64_t seed_;
};

}  // namespace bmemu::harness
