// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators of bytes on both chips, to the bit, against plain integer arithmetic.
#include <algorithm>
#include <array>

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

  void expect(const Integers& expected, isa::Family family) const {
    SCOPED_TRACE(std::string(isa::name(family)) + "\n" + dump(graph));
    const isa::ChipSpec chip = test::chip_of(family);
    try {
      emulator::Session session(compile(graph, chip), chip);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const Value& in = graph.value(graph.inputs[i]);
        const auto bytes = stored(values[i], in.shape[0], family);
        session.set_input(in.name, bytes.data(), bytes.size());
      }
      session.run({}, emulator::HazardCheck::kError);
      EXPECT_EQ(session.uninitialised_count(), 0U);
      const Value& out = graph.value(graph.outputs[0]);
      const auto bytes = loaded(session.output(out.name), out.shape[0], family);
      ASSERT_EQ(bytes.size(), expected.size());
      for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::int64_t got = out.type == DataType::kU8 ? bytes[i] : static_cast<std::int8_t>(bytes[i]);
        ASSERT_EQ(got, expected[i]) << "element " << i;
      }
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }

 private:
  /// BM1684: the same element of four batches in a word.
  static std::vector<std::uint8_t> stored(const Integers& numbers, std::int64_t batches, isa::Family family) {
    if (family == isa::Family::kBm1684x) return {numbers.begin(), numbers.end()};
    const std::size_t n = static_cast<std::size_t>(batches), plane = numbers.size() / n;
    std::vector<std::uint8_t> words((n + 3) / 4 * 4 * plane);
    for (std::size_t b = 0; b < n; ++b)
      for (std::size_t i = 0; i < plane; ++i)
        words[(b / 4 * plane + i) * 4 + b % 4] = static_cast<std::uint8_t>(numbers[b * plane + i]);
    return words;
  }
  static std::vector<std::uint8_t> loaded(const std::vector<std::uint8_t>& bytes, std::int64_t batches,
                                          isa::Family family) {
    if (family == isa::Family::kBm1684x) return bytes;
    const std::size_t n = static_cast<std::size_t>(batches), plane = bytes.size() / ((n + 3) / 4 * 4);
    std::vector<std::uint8_t> numbers(n * plane);
    for (std::size_t b = 0; b < n; ++b)
      for (std::size_t i = 0; i < plane; ++i) numbers[b * plane + i] = bytes[(b / 4 * plane + i) * 4 + b % 4];
    return numbers;
  }
};

constexpr std::array kFamilies{isa::Family::kBm1684, isa::Family::kBm1684x};

template <class T>
std::vector<T> numbers(Random& random, std::int64_t count, std::int64_t low, std::int64_t high) {
  std::vector<T> result(static_cast<std::size_t>(count));
  for (T& x : result) x = static_cast<T>(random.integer(low, high));
  return result;
}

/// BM1684X: a multiplier and shift per channel, bias of 32 bits. BM1684: one shift, bias of 16 bits.
void check_conv(Random& random, isa::Family family, bool depthwise, bool grouped) {
  const bool is_bm1684 = family == isa::Family::kBm1684;
  ByteTrial t;
  Conv conv;
  const DataType in_type = random.one_of({DataType::kI8, DataType::kU8});
  const DataType out_type = random.one_of({DataType::kI8, DataType::kU8});
  if (out_type == DataType::kU8) conv.activation = Relu{};
  std::int64_t ic = random.integer(1, 90), oc = random.integer(1, 100);
  if (depthwise) oc = conv.groups = ic = random.integer(2, 100);
  if (grouped) {
    conv.groups = 3;
    ic = 3 * random.integer(1, 20);
    oc = 3 * random.integer(1, 20);
  }
  const Shape in{random.integer(1, is_bm1684 ? 6 : 2), ic, random.integer(4, 12), random.integer(4, 12)};
  for (const std::size_t i : {1U, 2U}) {
    conv.kernel[i] = random.integer(1, 3);
    conv.stride[i] = random.integer(1, 2);
    conv.pad_begin[i] = conv.pad_end[i] = random.integer(0, conv.kernel[i] - 1);
  }
  const std::int64_t per_group = ic / conv.groups, taps = conv.kernel[1] * conv.kernel[2];
  const auto weights = numbers<std::int8_t>(random, oc * per_group * taps, -127, 127);
  const auto bias = numbers<std::int32_t>(random, oc, -9000, 9000);
  Requantisation r;
  if (is_bm1684) r.shift.push_back(static_cast<std::int32_t>(random.integer(6, 9)));
  for (std::int64_t c = 0; c < oc && !is_bm1684; ++c) {
    r.multiplier.push_back(std::int32_t(random.integer(1 << 20, 1 << 24)));
    r.shift.push_back(30);
  }
  const ValueId x = t.input(random, in, in_type);
  const ValueId w = t.constant({oc, per_group, conv.kernel[1], conv.kernel[2]}, weights, DataType::kI8);
  const ValueId b = is_bm1684 ? t.constant({oc}, std::vector<std::int16_t>(bias.begin(), bias.end()), DataType::kI16)
                              : t.constant({oc}, bias, DataType::kI32);
  const ValueId y = t.node(conv, {x, w, b}, r, out_type);
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
          expected.push_back(is_bm1684 ? requantised(sum, 1, r.shift[0], out_type)
                                       : requantised(sum, r.multiplier[std::size_t(o)], 30, out_type));
        }
  t.expect(expected, family);
}

TEST(Int8Conv, DenseDepthwiseAndGroupedToTheBit) {
  Random random(500);
  for (const isa::Family family : kFamilies)
    for (int i = 0; i < 12 && !testing::Test::HasFailure(); ++i) check_conv(random, family, i % 3 == 1, i % 3 == 2);
}

TEST(Int8Binary, SumsAndProductsToTheBit) {
  Random random(510);
  for (int i = 0; i < 32 && !testing::Test::HasFailure(); ++i) {
    const isa::Family family = kFamilies[std::size_t(i) / 2 % 2];
    const bool is_bm1684 = family == isa::Family::kBm1684;
    ByteTrial t;
    const DataType left = random.one_of({DataType::kI8, DataType::kU8}),
                   right = random.one_of({DataType::kI8, DataType::kU8});
    const DataType out = random.one_of({DataType::kI8, DataType::kU8});
    const Shape shape{random.integer(1, is_bm1684 ? 6 : 2), random.integer(1, 130), random.integer(1, 9),
                      random.integer(1, 9)};
    Binary binary;
    const bool is_product = i % 2 == 1, is_difference = i % 8 == 6;
    binary.function = is_product ? BinaryFunction::kMul : is_difference ? BinaryFunction::kSub : BinaryFunction::kAdd;
    Requantisation r;
    if (is_product && is_bm1684)
      r = {{std::int32_t(random.integer(1, 127))}, {std::int32_t(random.integer(8, 15))}, {}};
    else if (is_product)
      r = {{std::int32_t(random.integer(1 << 20, 1 << 23))}, {30}, {}};
    else
      r = {{std::int32_t(random.integer(1, 127)), std::int32_t(random.integer(1, 127)) * (is_difference ? -1 : 1)},
           {std::int32_t(random.integer(5, 8))},
           {}};
    const ValueId a = t.input(random, shape, left), b = t.input(random, shape, right);
    t.node(binary, {a, b}, r, out);
    Integers expected;
    for (std::size_t k = 0; k < t.values[0].size(); ++k)
      expected.push_back(is_product ? requantised(t.values[0][k] * t.values[1][k], r.multiplier[0], r.shift[0], out)
                                    : requantised(t.values[0][k] * r.multiplier[0] + t.values[1][k] * r.multiplier[1],
                                                  1, r.shift[0], out));
    t.expect(expected, family);
  }
}

/// An image, or the same as a volume.
Shape image_or_volume(Random& random, std::int64_t batches, std::int64_t channels) {
  const std::int64_t rows = random.integer(1, 9), columns = random.integer(1, 7);
  if (random.integer(0, 1) == 0) return {batches, channels, rows, columns};
  return {batches, channels, random.integer(1, 3), rows, columns};
}

TEST(Int8Unary, EveryByteThroughATable) {
  Random random(520);
  for (int i = 0; i < 12; ++i) {
    const isa::Family family = kFamilies[std::size_t(i) % 2];
    ByteTrial t;
    const DataType in = random.one_of({DataType::kI8, DataType::kU8}),
                   out = random.one_of({DataType::kI8, DataType::kU8});
    Requantisation r;
    r.table = numbers<std::uint8_t>(random, 256, 0, 255);
    const ValueId x = t.input(random, image_or_volume(random, random.integer(1, 6), random.integer(1, 130)), in);
    t.node(Unary{UnaryFunction::kSigmoid, 0, 0}, {x}, r, out);
    Integers expected;
    for (const std::int64_t v : t.values[0]) {
      const std::uint8_t entry = r.table[static_cast<std::uint8_t>(v)];
      expected.push_back(out == DataType::kU8 ? std::int64_t{entry} : std::int64_t{static_cast<std::int8_t>(entry)});
    }
    t.expect(expected, family);
  }
}

TEST(Int8Unary, LeakyReluByMultiplierAndShift) {
  Random random(525);
  for (int i = 0; i < 8 && !testing::Test::HasFailure(); ++i) {
    ByteTrial t;
    const DataType type = random.one_of({DataType::kI8, DataType::kU8});
    const Requantisation r{{std::int32_t(random.integer(1, 127))}, {std::int32_t(random.integer(7, 10))}, {}};
    const ValueId x = t.input(random, image_or_volume(random, random.integer(1, 6), random.integer(1, 70)), type);
    t.node(Unary{UnaryFunction::kLeakyRelu, 0.1F, 0}, {x}, r, type);
    Integers expected;
    for (const std::int64_t v : t.values[0])
      expected.push_back(v >= 0 ? v : std::max(v, requantised(v, r.multiplier[0], r.shift[0], type)));
    t.expect(expected, kFamilies[std::size_t(i) % 2]);
  }
}

/// Between numbers and bytes, and between bytes of two scales.
TEST(Int8Cast, RoundsHalfAwayAndSaturates) {
  Random random(526);
  for (int i = 0; i < 8 && !testing::Test::HasFailure(); ++i) {
    const isa::ChipSpec chip = test::chip_of(kFamilies[std::size_t(i) % 2]);
    test::Trial t;
    t.tolerance = 1e-6;
    const Shape shape = image_or_volume(random, random.integer(1, 9), random.integer(1, 70));
    const ValueId x = t.input(random, shape, -3, 3);
    for (double& number : t.values[0].data)
      if (random.integer(0, 3) == 0) number = double(random.integer(-300, 300)) * 0.5 / 64;  // halves and limits
    const bool is_unsigned = random.integer(0, 1) == 1;
    const Quantisation scale{(is_unsigned ? 255.0F : 127.0F) / 64, is_unsigned};
    const ValueId bytes = t.node(Cast{}, {x}, shape, is_unsigned ? DataType::kU8 : DataType::kI8);
    t.graph.value(bytes).quantisation = scale;
    t.output(t.node(Cast{}, {bytes}, shape));
    test::check(t, chip);
  }
}

TEST(Int8Cast, RescalesBytes) {
  Random random(527);
  for (int i = 0; i < 12 && !testing::Test::HasFailure(); ++i) {
    ByteTrial t;
    const DataType in = random.one_of({DataType::kI8, DataType::kU8}),
                   out = random.one_of({DataType::kI8, DataType::kU8});
    const Requantisation r{{std::int32_t(random.integer(1, 127))}, {std::int32_t(random.integer(5, 8))}, {}};
    const ValueId x = t.input(random, image_or_volume(random, random.integer(1, 6), random.integer(1, 70)), in);
    const ValueId y = t.graph.add_node({"node", "Test", Cast{}, {x}, {}, r}, "node", t.graph.value(x).shape, out);
    t.graph.value(y).quantisation = Quantisation{2.0F, out == DataType::kU8};
    t.graph.outputs.push_back(y);
    Integers expected;
    for (const std::int64_t v : t.values[0]) expected.push_back(requantised(v, r.multiplier[0], r.shift[0], out));
    t.expect(expected, isa::Family::kBm1684);
  }
}

TEST(Int8Pool, MaximumAndAverageToTheBit) {
  Random random(530);
  for (int i = 0; i < 20 && !testing::Test::HasFailure(); ++i) {
    const isa::Family family = kFamilies[std::size_t(i) / 2 % 2];
    ByteTrial t;
    const DataType type = random.one_of({DataType::kI8, DataType::kU8});
    const Shape in{random.integer(1, 6), random.integer(1, 130), random.integer(4, 9), random.integer(4, 9)};
    Pool pool;
    pool.kind = i % 2 == 0 ? PoolKind::kMax : PoolKind::kAverage;
    pool.count_pad = true;
    for (const std::size_t k : {1U, 2U}) {
      pool.kernel[k] = random.integer(1, 3);
      pool.stride[k] = random.integer(1, 2);
      pool.pad_begin[k] = pool.pad_end[k] = pool.kernel[k] / 2;
    }
    // BM1684 divides by the window itself; the shift alone is free.
    const FixedFactor own = fixed_factor(1.0 / double(pool.kernel[1] * pool.kernel[2]), 8);
    const std::int32_t factor = family == isa::Family::kBm1684 ? own.multiplier : std::int32_t(random.integer(5, 120));
    const Requantisation r{{factor}, {9}, {}};
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
    t.expect(expected, family);
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
    t.expect(expected, isa::Family::kBm1684x);
  }
}

}  // namespace
}  // namespace bmemu::kernels
