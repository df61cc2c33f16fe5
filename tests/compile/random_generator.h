// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Makes one random graph, step by step. What a step adds is judged unless a later one reads it.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "tests/compile/random_graph.h"

namespace bmemu::tests {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) { graph_.name = fmt::format("random_{}", seed); }
  kernels::Graph run();

 private:
  using Graph = kernels::Graph;
  using Shape = kernels::Shape;
  using ValueId = kernels::ValueId;

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  const Shape& shape(ValueId id) const { return graph_.value(id).shape; }
  std::int64_t axis_of(ValueId x) { return between(0, static_cast<std::int64_t>(shape(x).size()) - 1); }
  ValueId pick() {
    return chance(70) ? values_.back()
                      : values_[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(values_.size()) - 1))];
  }
  kernels::Activation maybe_relu() {
    if (chance(60)) return {};
    return chance(70) ? kernels::Relu{} : kernels::Relu{0.5F};
  }

  Shape input_shape();
  ValueId constant(const Shape& of, float size);
  ValueId indices(std::int64_t count, std::int64_t size);
  /// Null when the inputs do not fit or the result is large.
  std::optional<ValueId> add(kernels::Attributes attributes, const std::vector<ValueId>& inputs,
                             const Shape& stated = {});
  ValueId limited(ValueId x, float low, float high) {
    return *add(kernels::Unary{kernels::UnaryFunction::kClip, low, high}, {x});
  }

  // Each adds operators, or nothing and returns false.
  bool step();
  bool convolution();
  bool pool();
  bool product();
  bool attention();
  bool binary();
  bool unary();
  bool power();
  bool along_axis();
  bool masked();
  bool reduction();
  bool layer_norm();
  bool rms_norm();
  bool concat();
  bool slice();
  bool pad();
  bool resize();
  bool permute();
  bool rearrange();
  bool embedding();
  bool choice();

  /// Whether a norm has made sums over these axes nothing: rounding is all that is left of them.
  bool is_centred(ValueId x, const std::vector<std::int64_t>& axes) const;
  bool differs_only_along(std::int64_t axis, ValueId x, ValueId y) const;

  std::mt19937_64 random_;
  Graph graph_;
  std::vector<ValueId> values_;
};

}  // namespace bmemu::tests
