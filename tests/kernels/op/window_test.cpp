// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Convolution, pooling and resizing at odd shapes.
#include <algorithm>

#include "kernels/pass/legalise/legalise.h"
#include "tests/kernels/chip/networks.h"

namespace bmemu::kernels {
namespace {

using test::Random;
using test::Trial;

Activation some_activation(Random& random) {
  switch (random.integer(0, 3)) {
    case 0: return Relu{};
    case 1: return Relu{1.5F};
    default: return {};
  }
}

Trial conv_trial(Random& random) {
  Trial t;
  Conv conv;
  const std::int64_t kind = random.integer(0, 3);  // dense, depthwise, grouped, transposed
  const std::int64_t n = random.integer(1, 3), h = random.integer(5, 20), w = random.integer(5, 23);
  std::int64_t ic = random.integer(1, 70), oc = random.integer(1, 140);
  if (kind == 1) oc = conv.groups = ic = random.integer(2, 130);
  if (kind == 2) {
    conv.groups = random.integer(2, 4);
    ic = conv.groups * random.integer(1, 20);
    oc = conv.groups * random.integer(1, 30);
  }
  for (const std::size_t i : {1U, 2U}) {
    conv.kernel[i] = random.integer(1, 4);
    if (kind == 3) {
      conv.insert[i] = random.integer(0, 2);
    } else {
      conv.stride[i] = random.integer(1, 3);
      conv.dilation[i] = random.one_of({1, 1, 2});
    }
    const std::int64_t reach = (conv.kernel[i] - 1) * conv.dilation[i];
    conv.pad_begin[i] = random.integer(0, reach);
    conv.pad_end[i] = random.integer(0, reach);
  }
  conv.activation = some_activation(random);
  std::vector<ValueId> inputs{t.input(random, {n, ic, h, w}),
                              t.constant(random, {oc, ic / conv.groups, conv.kernel[1], conv.kernel[2]})};
  if (random.integer(0, 1) == 1) inputs.push_back(t.constant(random, {oc}));
  t.output(t.node(conv, inputs));
  return t;
}

TEST(ConvKernel, AgreesWithTheReferenceAtOddShapes) { test::check_random(1, 40, conv_trial); }

TEST(ConvKernel, VolumesPatchesAndWidePadding) {
  test::check_random(2, 6, [](Random& random) {
    Trial t;
    Conv conv;
    const std::int64_t c = random.integer(1, 6);
    for (std::size_t i = 0; i < 3; ++i) {
      conv.kernel[i] = random.integer(1, 3);
      conv.stride[i] = random.integer(1, 2);
      conv.pad_begin[i] = conv.pad_end[i] = random.integer(0, conv.kernel[i] - 1);
    }
    const ValueId x = t.input(random, {random.integer(1, 2), c, random.integer(3, 5), random.integer(4, 9), 7});
    const ValueId w = t.constant(random, {random.integer(1, 9), c, conv.kernel[0], conv.kernel[1], conv.kernel[2]});
    t.output(t.node(conv, {x, w}));
    return t;
  });
  test::check_random(3, 2, [](Random& random) {
    Trial t;
    Conv conv;
    conv.kernel = conv.stride = {1, 16, 16};
    const ValueId x = t.input(random, {2, 3, 32, 48});
    t.output(t.node(conv, {x, t.constant(random, {37, 3, 16, 16}), t.constant(random, {37})}));
    return t;
  });
  test::check_random(4, 2, [](Random& random) {
    Trial t;
    Conv conv;
    conv.kernel = {1, 35, 3};
    conv.pad_begin = {0, 17, 1};
    conv.pad_end = {0, 17, 1};
    const ValueId x = t.input(random, {1, 5, 21, 19});
    t.output(t.node(conv, {x, t.constant(random, {7, 5, 35, 3})}));
    return t;
  });
}

TEST(PoolKernel, AgreesWithTheReferenceAtOddShapes) {
  test::check_random(5, 30, [](Random& random) {
    Trial t;
    Pool pool;
    pool.kind = random.one_of({PoolKind::kMax, PoolKind::kAverage});
    pool.count_pad = random.integer(0, 1) == 1;
    const Shape in{random.integer(1, 3), random.integer(1, 140), random.integer(5, 20), random.integer(5, 20)};
    for (const std::size_t i : {1U, 2U}) {
      pool.kernel[i] = random.integer(1, 5);
      pool.stride[i] = random.integer(1, 3);
      pool.pad_begin[i] = random.integer(0, pool.kernel[i] / 2);
      pool.pad_end[i] = random.integer(0, pool.kernel[i] / 2);
    }
    if (random.integer(0, 3) == 0) {  // everything at once
      pool.kernel = {1, in[2], in[3]};
      pool.pad_begin = pool.pad_end = {};
    }
    t.output(t.node(pool, {t.input(random, in)}));
    return t;
  });
}

TEST(PoolKernel, Volumes) {
  test::check_random(6, 6, [](Random& random) {
    Trial t;
    Pool pool;
    pool.kind = PoolKind::kMax;
    pool.kernel = {random.integer(1, 3), 2, 3};
    pool.stride = {random.integer(1, 2), 2, 1};
    t.output(t.node(pool, {t.input(random, {2, random.integer(1, 9), 6, 7, 8})}));
    return t;
  });
}

TEST(ResizeKernel, NearestAndLinear) {
  test::check_random(7, 16, [](Random& random) {
    Trial t;
    Resize resize;
    resize.is_linear = random.integer(0, 1) == 1;
    const Shape in{random.integer(1, 2), random.integer(1, 70), random.integer(3, 9), random.integer(3, 9)};
    Shape out = in;
    resize.taps[0] = {{0, 0, 0}};
    for (const std::size_t i : {2U, 3U}) {
      out[i] = random.one_of<std::int64_t>({in[i], 2 * in[i], 3 * in[i], in[i] + 2});
      for (std::int64_t o = 0; o < out[i]; ++o) {
        const double x = std::max((double(o) + 0.5) * double(in[i]) / double(out[i]) - 0.5, 0.0);
        ResizeTap tap;
        tap.first = std::min<std::int64_t>(std::int64_t(x), in[i] - 1);
        tap.second = std::min<std::int64_t>(tap.first + 1, in[i] - 1);
        tap.weight = resize.is_linear ? float(x - double(tap.first)) : 0.0F;
        resize.taps[i - 1].push_back(tap);
      }
    }
    t.output(t.node(resize, {t.input(random, in)}, out));
    return t;
  });
}

/// The first convolution of image networks: on BM1684X lines of its window become channels.
TEST(ConvKernel, FewChannelsFillABlock) {
  const auto make = [](Random& random) {
    Trial t;
    Conv conv;
    conv.kernel = {1, 7, 7};
    conv.stride = {1, 2, 2};
    conv.pad_begin = {0, 3, 2};
    conv.pad_end = {0, 2, 3};
    const ValueId x = t.input(random, {2, 3, random.integer(30, 40), random.integer(30, 40)});
    t.output(t.node(conv, {x, t.constant(random, {70, 3, 7, 7}, -0.1F, 0.1F), t.constant(random, {70})}));
    return t;
  };
  test::check_random(60, 2, make);
  const isa::ChipSpec chip = test::chip_of(isa::Family::kBm1684x);
  Random random(61);
  Trial bytes = make(random);
  bytes.graph = test::quantised(bytes, chip.family);
  bytes.tolerance = 1e-6;
  test::check(bytes, chip);
  const Graph legal = legalise(bytes.graph, chip);
  EXPECT_TRUE(std::any_of(legal.nodes.begin(), legal.nodes.end(), [&](const Node& node) {
    return node.op() == Op::kConv && legal.input(node, 0).shape[1] == 21;
  }));
}

}  // namespace
}  // namespace bmemu::kernels
