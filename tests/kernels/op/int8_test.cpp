// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X: operators of bytes, to the bit, against plain integer arithmetic.
#include <algorithm>

#include "tests/kernels/op/trial.h"

namespace bmemu::kernels {
namespace {

using isa::DataType;
using test::Random;

using Integers = std::vector<std::int64_t>;

std::int64_t low_of(DataType type) { return type == DataType::kU8 ? 0 : -128; }
std::int64_t high_of(DataType type) { return type == DataType::kU8 ? 255 : 127; }

/// (x * multiplier) >> shift, half up, saturated.
std::int64_t requantised(std::int64_t x, std::int64_t multiplier, std::int64_t shift, DataType type) {
  x *= multiplier;
  if (shift > 0) x = (x + (std::int64_t{1} << (shift - 1))) >> shift;
  return std::clamp(x, low_of(type), high_of(type));
}

/// A graph of one operator over bytes.
struct ByteTrial {
  Graph graph;
  std::vector<Integers> values;

  ValueId input(Random& random, const Shape& shape, DataType type) {
    const ValueId id = graph.add_value(
        {"in" + std::to_string(values.size()), shape, type, {}, Quantisation{1.0F, type == DataType::kU8}, {}});
    graph.inputs.push_back(id);
    Integers numbers(static_cast<std::size_t>(elements(shape)));
    for (auto& x : numbers) x = random.integer(low_of(type), high_of(type));
    values.push_back(std::move(numbers));
    return id;
  }
  template <class T>
  ValueId constant(const Shape& shape, std::vector<T> data, DataType type) {
    Value value{"constant", shape, type, nullptr, {}, {}};
    value.constant = std::make_shared<const Constant>(Constant{std::move(data)});
    return graph.add_value(std::move(value));
  }
  ValueId node(Attributes attributes, std::vector<ValueId> inputs, Requantisation r, DataType type) {
    std::vector<Shape> shapes;
    for (const ValueId id : inputs) shapes.push_back(graph.value(id).shape);
    const auto shape = result_shape(attributes, shapes, {});
    const ValueId id = graph.add_node({"node", "Test", std::move(attributes), std::move(inputs), {}, std::move(r)},
                                      "node", shape.value(), type);
    graph.value(id).quantisation = Quantisation{1.0F, type == DataType::kU8};
    graph.outputs.push_back(id);
    return id;
  }

  void expect(const Integers& expected) const {
    SCOPED_TRACE(dump(graph));
    const isa::ChipSpec chip = test::chip_of(isa::Family::kBm1684x);
    try {
      emulator::Session session(compile(graph, chip), chip);
      for (std::size_t i = 0; i < values.size(); ++i) {
        std::vector<std::uint8_t> bytes(values[i].begin(), values[i].end());
        session.set_input(graph.value(graph.inputs[i]).name, bytes.data(), bytes.size());
      }
      session.run({}, emulator::HazardCheck::kError);
      EXPECT_EQ(session.uninitialised_count(), 0U);
      const Value& out = graph.value(graph.outputs[0]);
      const auto bytes = session.output(out.name);
      ASSERT_EQ(bytes.size(), expected.size());
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::int64_t got = out.type == DataType::kU8 ? bytes[i] : static_cast<std::int8_t>(bytes[i]);
        ASSERT_EQ(got, expected[i]) << "element " << i;
      }
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
};

template <class T>
std::vector<T> numbers(Random& random, std::int64_t count, std::int64_t low, std::int64_t high) {
  std::vector<T> result(static_cast<std::size_t>(count));
  for (T& x : result) x = static_cast<T>(random.integer(low, high));
  return result;
}

void check_conv(Random& random, bool depthwise, bool grouped) {
  ByteTrial t;
  Conv conv;
  const DataType in_type = random.one_of({DataType::kI8, DataType::kU8});
  const DataType out_type = random.one_of({DataType::kI8, DataType::kU8});
  std::int64_t ic = random.integer(1, 90), oc = random.integer(1, 100);
  if (depthwise) oc = conv.groups = ic = random.integer(2, 100);
  if (grouped) {
    conv.groups = 3;
    ic = 3 * random.integer(1, 20);
    oc = 3 * random.integer(1, 20);
  }
  const Shape in{random.integer(1, 2), ic, random.integer(4, 12), random.integer(4, 12)};
  for (const std::size_t i : {1U, 2U}) {
    conv.kernel[i] = random.integer(1, 3);
    conv.stride[i] = random.integer(1, 2);
    conv.pad_begin[i] = conv.pad_end[i] = random.integer(0, conv.kernel[i] - 1);
  }
  const std::int64_t per_group = ic / conv.groups, taps = conv.kernel[1] * conv.kernel[2];
  const auto weights = numbers<std::int8_t>(random, oc * per_group * taps, -127, 127);
  const auto bias = numbers<std::int32_t>(random, oc, -9000, 9000);
  Requantisation r;
  for (std::int64_t c = 0; c < oc; ++c) {
    r.multiplier.push_back(std::int32_t(random.integer(1 << 20, 1 << 24)));
    r.shift.push_back(30);
  }
  const ValueId x = t.input(random, in, in_type);
  const ValueId w = t.constant({oc, per_group, conv.kernel[1], conv.kernel[2]}, weights, DataType::kI8);
  const ValueId y = t.node(conv, {x, w, t.constant({oc}, bias, DataType::kI32)}, r, out_type);
  const Shape out = t.graph.value(y).shape;
  Integers expected;
  for (std::int64_t n = 0; n < out[0]; ++n)
    for (std::int64_t o = 0; o < oc; ++o)
      for (std::int64_t oy = 0; oy < out[2]; ++oy)
        for (std::int64_t ox = 0; ox < out[3]; ++ox) {
          std::int64_t sum = bias[std::size_t(o)];
          const std::int64_t first = o / (oc / conv.groups) * per_group;
          for (std::int64_t i = 0; i < per_group; ++i)
            for (std::int64_t ky = 0; ky < conv.kernel[1]; ++ky)
              for (std::int64_t kx = 0; kx < conv.kernel[2]; ++kx) {
                const std::int64_t iy = oy * conv.stride[1] + ky - conv.pad_begin[1];
                const std::int64_t ix = ox * conv.stride[2] + kx - conv.pad_begin[2];
                if (iy < 0 || iy >= in[2] || ix < 0 || ix >= in[3]) continue;
                sum += t.values[0][std::size_t(((n * ic + first + i) * in[2] + iy) * in[3] + ix)] *
                       weights[std::size_t(((o * per_group + i) * conv.kernel[1] + ky) * conv.kernel[2] + kx)];
              }
          expected.push_back(requantised(sum, r.multiplier[std::size_t(o)], 30, out_type));
        }
  t.expect(expected);
}

TEST(Int8ConvX, DenseDepthwiseAndGroupedToTheBit) {
  Random random(500);
  for (int i = 0; i < 12 && !testing::Test::HasFailure(); ++i) check_conv(random, i % 3 == 1, i % 3 == 2);
}

TEST(Int8BinaryX, SumsAndProductsToTheBit) {
  Random random(510);
  for (int i = 0; i < 16 && !testing::Test::HasFailure(); ++i) {
    ByteTrial t;
    const DataType left = random.one_of({DataType::kI8, DataType::kU8}),
                   right = random.one_of({DataType::kI8, DataType::kU8});
    const DataType out = random.one_of({DataType::kI8, DataType::kU8});
    const Shape shape{random.integer(1, 2), random.integer(1, 130), random.integer(1, 9), random.integer(1, 9)};
    Binary binary;
    const bool is_product = i % 2 == 1;
    binary.function = is_product ? BinaryFunction::kMul : BinaryFunction::kAdd;
    Requantisation r;
    if (is_product)
      r = {{std::int32_t(random.integer(1 << 20, 1 << 23))}, {30}, {}};
    else
      r = {{std::int32_t(random.integer(1, 127)), std::int32_t(random.integer(1, 127))},
           {std::int32_t(random.integer(5, 8))},
           {}};
    const ValueId a = t.input(random, shape, left), b = t.input(random, shape, right);
    t.node(binary, {a, b}, r, out);
    Integers expected;
    for (std::size_t k = 0; k < t.values[0].size(); ++k)
      expected.push_back(is_product ? requantised(t.values[0][k] * t.values[1][k], r.multiplier[0], 30, out)
                                    : requantised(t.values[0][k] * r.multiplier[0] + t.values[1][k] * r.multiplier[1],
                                                  1, r.shift[0], out));
    t.expect(expected);
  }
}

TEST(Int8UnaryX, EveryByteThroughATable) {
  Random random(520);
  for (int i = 0; i < 6; ++i) {
    ByteTrial t;
    const DataType in = random.one_of({DataType::kI8, DataType::kU8}),
                   out = random.one_of({DataType::kI8, DataType::kU8});
    Requantisation r;
    r.table = numbers<std::uint8_t>(random, 256, 0, 255);
    const ValueId x = t.input(random, {random.integer(1, 2), random.integer(1, 130), random.integer(1, 9), 7}, in);
    t.node(Unary{UnaryFunction::kSigmoid, 0, 0}, {x}, r, out);
    Integers expected;
    for (const std::int64_t v : t.values[0]) {
      const std::uint8_t entry = r.table[static_cast<std::uint8_t>(v)];
      expected.push_back(out == DataType::kU8 ? std::int64_t{entry} : std::int64_t{static_cast<std::int8_t>(entry)});
    }
    t.expect(expected);
  }
}

TEST(Int8PoolX, MaximumAndAverageToTheBit) {
  Random random(530);
  for (int i = 0; i < 10 && !testing::Test::HasFailure(); ++i) {
    ByteTrial t;
    const DataType type = random.one_of({DataType::kI8, DataType::kU8});
    const Shape in{random.integer(1, 2), random.integer(1, 130), random.integer(4, 9), random.integer(4, 9)};
    Pool pool;
    pool.kind = i % 2 == 0 ? PoolKind::kMax : PoolKind::kAverage;
    pool.count_pad = true;
    for (const std::size_t k : {1U, 2U}) {
      pool.kernel[k] = random.integer(1, 3);
      pool.stride[k] = random.integer(1, 2);
      pool.pad_begin[k] = pool.pad_end[k] = pool.kernel[k] / 2;
    }
    const Requantisation r{{std::int32_t(random.integer(5, 120))}, {9}, {}};
    const ValueId y = t.node(pool, {t.input(random, in, type)}, r, type);
    const Shape out = t.graph.value(y).shape;
    Integers expected;
    for (std::int64_t plane = 0; plane < in[0] * in[1]; ++plane)
      for (std::int64_t oy = 0; oy < out[2]; ++oy)
        for (std::int64_t ox = 0; ox < out[3]; ++ox) {
          std::int64_t sum = 0, largest = low_of(type);
          for (std::int64_t ky = 0; ky < pool.kernel[1]; ++ky)
            for (std::int64_t kx = 0; kx < pool.kernel[2]; ++kx) {
              const std::int64_t iy = oy * pool.stride[1] + ky - pool.pad_begin[1];
              const std::int64_t ix = ox * pool.stride[2] + kx - pool.pad_begin[2];
              if (iy < 0 || iy >= in[2] || ix < 0 || ix >= in[3]) continue;
              const std::int64_t v = t.values[0][std::size_t((plane * in[2] + iy) * in[3] + ix)];
              sum += v;
              largest = std::max(largest, v);
            }
          expected.push_back(pool.kind == PoolKind::kMax ? largest : requantised(sum, r.multiplier[0], 9, type));
        }
    t.expect(expected);
  }
}

TEST(Int8MatmulX, ConstantAndComputedRightSides) {
  Random random(540);
  for (int i = 0; i < 6 && !testing::Test::HasFailure(); ++i) {
    ByteTrial t;
    const std::int64_t m = i % 2 == 0 ? random.integer(1, 16) : random.integer(17, 90), k = random.integer(1, 120),
                       n = random.integer(1, 100);
    const auto right = numbers<std::int8_t>(random, k * n, -127, 127);
    const auto bias = numbers<std::int32_t>(random, n, -9000, 9000);
    const Requantisation r{{std::int32_t(random.integer(1 << 20, 1 << 22))}, {30}, {}};
    const ValueId x = t.input(random, {1, m, k}, DataType::kI8);
    t.node(MatMul{}, {x, t.constant({1, k, n}, right, DataType::kI8), t.constant({n}, bias, DataType::kI32)}, r,
           DataType::kI8);
    Integers expected;
    for (std::int64_t row = 0; row < m; ++row)
      for (std::int64_t column = 0; column < n; ++column) {
        std::int64_t sum = bias[std::size_t(column)];
        for (std::int64_t j = 0; j < k; ++j)
          sum += t.values[0][std::size_t(row * k + j)] * right[std::size_t(j * n + column)];
        expected.push_back(requantised(sum, r.multiplier[0], 30, DataType::kI8));
      }
    t.expect(expected);
  }
}

}  // namespace
}  // namespace bmemu::kernels
