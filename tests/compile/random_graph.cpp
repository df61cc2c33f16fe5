// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "tests/compile/random_graph.h"

#include <algorithm>
#include <cmath>

#include "tests/compile/random_generator.h"

namespace bmemu::tests {

using namespace kernels;  // NOLINT(google-build-using-namespace): nearly every name below is of the graph

Graph Generator::run() {
  const std::int64_t inputs = between(1, 2);
  for (std::int64_t i = 0; i < inputs; ++i) {
    graph_.inputs.push_back(
        graph_.add_value({fmt::format("x{}", i), input_shape(), isa::DataType::kF32, nullptr, {}, {}}));
    values_.push_back(graph_.inputs.back());
  }
  const std::int64_t steps = between(2, 7);
  for (std::int64_t made = 0, tries = 0; made < steps && tries < 100; ++tries) made += step() ? 1 : 0;
  // Every value that nobody reads is an output: all that was made is judged.
  const auto read_by = readers(graph_);
  for (const Node& node : graph_.nodes)
    if (read_by[static_cast<std::size_t>(node.output)].empty()) graph_.outputs.push_back(node.output);
  return std::move(graph_);
}

Shape Generator::input_shape() {
  switch (between(0, 9)) {
    case 0:
    case 1: return {between(1, 3), between(1, 150)};
    case 2:
    case 3: return {between(1, 3), between(1, 40), between(1, 60)};
    case 4: return {between(1, 2), between(1, 12), between(1, 6), between(1, 10), between(1, 10)};
    case 5: return {between(1, 300)};
    default: return {between(1, 6), between(1, 70), between(1, 24), between(1, 24)};
  }
}

ValueId Generator::constant(const Shape& of, float size) {
  auto data = random_numbers(random_(), static_cast<std::size_t>(elements(of)));
  for (float& x : data) x *= size;
  return graph_.add_constant(fmt::format("c{}", graph_.values.size()), of, std::move(data));
}

ValueId Generator::indices(std::int64_t count, std::int64_t size) {
  std::vector<std::int32_t> list;
  for (std::int64_t i = 0; i < count; ++i) list.push_back(static_cast<std::int32_t>(between(0, size - 1)));
  return graph_.add_indices(fmt::format("i{}", graph_.values.size()), {count}, std::move(list));
}

std::optional<ValueId> Generator::add(Attributes attributes, const std::vector<ValueId>& inputs, const Shape& stated) {
  std::vector<Shape> shapes;
  shapes.reserve(inputs.size());
  for (const ValueId id : inputs) shapes.push_back(shape(id));
  const auto result = result_shape(attributes, shapes, stated);
  if (!result || elements(*result) == 0 || elements(*result) > 200000) return {};
  const std::string label = fmt::format("v{}", graph_.nodes.size());
  values_.push_back(graph_.add_node({label, "Random", std::move(attributes), inputs, {}, {}}, label, *result));
  return values_.back();
}

bool Generator::step() {
  switch (between(0, 23)) {
    case 0:
    case 1:
    case 2: return convolution();
    case 3: return pool();
    case 4: return product();
    case 5:
    case 6: return binary();
    case 7:
    case 8: return unary();
    case 9: return along_axis();
    case 10: return reduction();
    case 11: return layer_norm();
    case 12: return concat();
    case 13: return slice();
    case 14: return pad();
    case 15: return resize();
    case 16: return permute();
    case 17: return attention();
    case 18: return power();
    case 19: return masked();
    case 20: return rms_norm();
    case 21: return embedding();
    case 22: return choice();
    default: return rearrange();
  }
}

bool Generator::convolution() {
  const ValueId x = pick();
  const Shape s = shape(x);
  if (s.size() < 3) return false;
  Conv conv;
  const std::int64_t kinds = between(0, 3);
  conv.groups = kinds == 0 ? s[1] : kinds == 1 && s[1] % 2 == 0 ? 2 : 1;
  const std::int64_t made = conv.groups == s[1] ? s[1] * between(1, 2) : conv.groups * between(1, 40);
  Shape weights{made, s[1] / conv.groups};
  for (std::size_t i = 2; i < s.size(); ++i) {
    const std::size_t axis = 3 - (s.size() - 2) + (i - 2);
    conv.kernel[axis] = between(1, std::min<std::int64_t>(5, s[i]));
    conv.stride[axis] = between(1, 3);
    conv.dilation[axis] = chance(25) ? 2 : 1;
    conv.pad_begin[axis] = between(0, conv.kernel[axis] - 1);
    conv.pad_end[axis] = between(0, conv.kernel[axis] - 1);
    if (chance(10)) conv.insert[axis] = 1;
    weights.push_back(conv.kernel[axis]);
  }
  conv.activation = maybe_relu();
  const std::int64_t summands = elements(weights) / made;
  const auto size = static_cast<float>(summands);
  std::vector<ValueId> inputs{x, constant(weights, 1.5F / std::sqrt(size))};
  if (chance(70)) inputs.push_back(constant({made}, 0.5F));
  return add(conv, inputs).has_value();
}

bool Generator::pool() {
  const ValueId x = pick();
  const Shape s = shape(x);
  if (s.size() < 3) return false;
  Pool pool;
  pool.kind = chance(50) ? PoolKind::kMax : PoolKind::kAverage;
  for (std::size_t i = 2; i < s.size(); ++i) {
    const std::size_t axis = 3 - (s.size() - 2) + (i - 2);
    pool.kernel[axis] = between(1, std::min<std::int64_t>(6, s[i]));
    pool.stride[axis] = between(1, 3);
    pool.pad_begin[axis] = between(0, pool.kernel[axis] / 2);
    pool.pad_end[axis] = between(0, pool.kernel[axis] / 2);
  }
  pool.count_pad = chance(40);
  return add(pool, {x}).has_value();
}

bool Generator::product() {
  const ValueId x = pick();
  const Shape s = shape(x);
  if (s.size() < 2) return false;
  const std::int64_t k = s.back(), n = between(1, 70);
  if (s.size() == 3 && chance(40)) {
    const auto turned = add(Permute{{0, 2, 1}}, {x});
    return turned && add(MatMul{maybe_relu()}, {x, *turned}).has_value();
  }
  const auto rows = add(Reshape{}, {x}, {1, elements(s) / k, k});
  std::vector<ValueId> inputs{*rows, constant({1, k, n}, 1.5F / std::sqrt(static_cast<float>(k)))};
  if (chance(60)) inputs.push_back(constant({n}, 0.5F));
  return add(MatMul{maybe_relu()}, inputs).has_value();
}

/// Rows that look at each other, or at constant ones.
bool Generator::attention() {
  const ValueId x = pick();
  const Shape s = shape(x);
  if (s.size() < 2) return false;
  const std::int64_t m = s[s.size() - 2], d = s.back(), b = elements(s) / (m * d);
  const ValueId q = *add(Reshape{}, {x}, {b, m, d});
  const bool looks_at_own = chance(60);
  const std::int64_t n = looks_at_own ? m : between(1, 90);
  const ValueId k = looks_at_own ? q : constant({b, n, d}, 1), v = looks_at_own ? q : constant({b, n, d}, 1);
  const auto turned = add(Permute{{0, 2, 1}}, {k});
  auto scores = turned ? add(MatMul{}, {q, *turned}) : std::nullopt;
  if (!scores) return false;
  if (chance(70)) scores = add(Unary{UnaryFunction::kAffine, 1 / std::sqrt(static_cast<float>(d)), 0}, {*scores});
  if (chance(40)) scores = add(Binary{}, {*scores, constant({chance(50) ? 1 : b, chance(50) ? 1 : m, n}, 2)});
  return add(MatMul{}, {*add(Softmax{2}, {*scores}), v}).has_value();
}

bool Generator::binary() {
  const ValueId x = pick();
  Shape other = shape(x);
  for (auto& size : other)
    if (chance(40)) size = 1;
  ValueId y = constant(other, 1);
  for (const ValueId candidate : values_)
    if (candidate != x && shape(candidate) == shape(x) && chance(50)) y = candidate;
  using B = BinaryFunction;
  const B functions[] = {B::kAdd, B::kAdd, B::kSub, B::kMul, B::kMin, B::kMax, B::kDiv, B::kPrelu};
  const B function = functions[between(0, 7)];
  if (function == B::kDiv)
    y = *add(Unary{UnaryFunction::kAffine, 1, 0.5F}, {*add(Unary{UnaryFunction::kAbs, 0, 0}, {y})});
  const bool swaps = chance(30) && function != B::kDiv && function != B::kPrelu;
  const Activation activation = function == B::kPrelu ? Activation() : maybe_relu();
  return add(Binary{function, activation}, swaps ? std::vector{y, x} : std::vector{x, y}).has_value();
}

bool Generator::unary() {
  using U = UnaryFunction;
  const ValueId x = pick();
  const U plain[] = {U::kAbs,  U::kNeg,  U::kErf,      U::kSigmoid, U::kTanh,
                     U::kSilu, U::kGelu, U::kSoftplus, U::kMish,    U::kHardSwish};
  const std::int64_t choice = between(0, 17);
  if (choice < 10) return add(Unary{plain[choice], 0, 0}, {x}).has_value();
  switch (choice) {
    case 10: return add(Unary{U::kHardSigmoid, 0.2F, 0.5F}, {x}).has_value();
    case 11: return add(Unary{U::kElu, 0.8F, 0}, {x}).has_value();
    case 12: return add(Unary{U::kLeakyRelu, 0.1F, 0}, {x}).has_value();
    case 13: return add(Unary{U::kClip, -0.3F, 0.7F}, {x}).has_value();
    case 14: return add(Unary{U::kAffine, -0.7F, 0.2F}, {x}).has_value();
    case 15: return add(Unary{U::kExp, 0, 0}, {limited(x, -6, 4)}).has_value();
    default: {
      const U roots[] = {U::kSqrt, U::kLog, U::kReciprocal, U::kRsqrt};
      const ValueId positive = *add(Unary{U::kAffine, 1, 0.3F}, {*add(Unary{U::kAbs, 0, 0}, {x})});
      return add(Unary{roots[between(0, 3)], 0, 0}, {positive}).has_value();
    }
  }
}

bool Generator::along_axis() {
  const ValueId x = pick();
  return add(Softmax{axis_of(x)}, {x}).has_value();
}

bool Generator::is_centred(ValueId x, const std::vector<std::int64_t>& axes) const {
  for (const Node& node : graph_.nodes) {
    const auto* norm = node.output == x ? node.get_if<LayerNorm>() : nullptr;
    if (norm == nullptr) continue;
    const auto inside = std::count_if(axes.begin(), axes.end(), [&](std::int64_t axis) { return axis >= norm->axis; });
    return inside == static_cast<std::int64_t>(shape(x).size()) - norm->axis;
  }
  return false;
}

bool Generator::reduction() {
  const ValueId x = pick();
  Reduce reduce;
  const ReduceFunction functions[] = {ReduceFunction::kSum, ReduceFunction::kMean, ReduceFunction::kMax,
                                      ReduceFunction::kMin};
  reduce.function = functions[between(0, 3)];
  for (std::size_t i = 0; i < shape(x).size(); ++i)
    if (chance(40)) reduce.axes.push_back(static_cast<std::int64_t>(i));
  if (reduce.axes.empty()) reduce.axes.push_back(axis_of(x));
  const bool is_sum = reduce.function == ReduceFunction::kSum || reduce.function == ReduceFunction::kMean;
  if (is_sum && is_centred(x, reduce.axes)) return false;
  const auto y = add(reduce, {x});
  if (y && reduce.function == ReduceFunction::kSum) limited(*y, -50, 50);
  return y.has_value();
}

bool Generator::layer_norm() {
  const ValueId x = pick();
  if (shape(x).size() < 2) return false;
  const std::int64_t axis = between(1, static_cast<std::int64_t>(shape(x).size()) - 1);
  const Shape normalised(shape(x).begin() + axis, shape(x).end());
  if (elements(normalised) < 4) return false;
  std::vector<ValueId> inputs{x};
  if (chance(60)) inputs = {x, constant(normalised, 1), constant(normalised, 0.5F)};
  return add(LayerNorm{axis, 1e-2F}, inputs).has_value();
}

/// Whole exponents of any base, others of positive ones.
bool Generator::power() {
  const ValueId x = pick();
  const std::size_t rank = shape(x).size();
  const bool is_whole = chance(50);
  const float exponent = is_whole ? static_cast<float>(between(2, 3)) : 0.25F * static_cast<float>(between(1, 7));
  const ValueId p = graph_.add_constant(fmt::format("p{}", graph_.values.size()), Shape(rank, 1), {exponent});
  const ValueId base = limited(x, -3, 3);
  if (is_whole) return add(Binary{BinaryFunction::kPow, {}}, {base, p}).has_value();
  const ValueId positive =
      *add(Unary{UnaryFunction::kAffine, 1, 0.3F}, {*add(Unary{UnaryFunction::kAbs, 0, 0}, {base})});
  return add(Binary{BinaryFunction::kPow, {}}, {positive, p}).has_value();
}

/// Exponents of which some are never chosen; the first of each row is.
bool Generator::masked() {
  const ValueId x = pick();
  Shape of = shape(x);
  for (std::size_t i = 0; i + 1 < of.size(); ++i)
    if (chance(60)) of[i] = 1;
  const float sizes[] = {100, 10000, 3.4e38F};
  const float never = sizes[between(0, 2)];
  std::vector<float> data;
  for (std::int64_t i = 0; i < elements(of); ++i) data.push_back(i % of.back() != 0 && chance(40) ? -never : 0);
  const ValueId mask = graph_.add_constant(fmt::format("m{}", graph_.values.size()), of, std::move(data));
  const auto sum = add(Binary{}, {limited(x, -8, 8), mask});
  const auto chosen = add(Softmax{static_cast<std::int64_t>(of.size()) - 1}, {*sum});
  values_.erase(std::find(values_.begin(), values_.end(), *sum));  // too large for whatever else
  return chosen.has_value();
}

bool Generator::rms_norm() {
  const ValueId x = pick();
  Reduce mean{ReduceFunction::kMean, {static_cast<std::int64_t>(shape(x).size()) - 1}};
  const std::size_t known = values_.size();
  const ValueId squares = *add(Binary{BinaryFunction::kMul, {}}, {x, x});
  const ValueId size = *add(Unary{UnaryFunction::kAffine, 1, 0.01F}, {*add(mean, {squares})});
  const ValueId factor = *add(Unary{UnaryFunction::kRsqrt, 0, 0}, {size});
  values_.resize(known);  // squares are too large for whatever else
  return add(Binary{BinaryFunction::kMul, {}}, {x, factor}).has_value();
}

kernels::Graph random_graph(std::uint64_t seed) { return Generator(seed).run(); }

std::vector<float> random_numbers(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<float> numbers(count);
  for (float& x : numbers) x = static_cast<float>(random() >> 40) * 0x1p-23F - 1.0F;
  return numbers;
}

}  // namespace bmemu::tests
