// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Steps that move elements, and those that choose them.
#include <algorithm>
#include <numeric>

#include "tests/compile/random_generator.h"

namespace bmemu::tests {

using namespace kernels;  // NOLINT(google-build-using-namespace): nearly every name below is of the graph

bool Generator::differs_only_along(std::int64_t axis, ValueId x, ValueId y) const {
  Shape a = shape(x), b = shape(y);
  if (a.size() != b.size()) return false;
  a[static_cast<std::size_t>(axis)] = b[static_cast<std::size_t>(axis)] = 1;
  return a == b;
}

bool Generator::concat() {
  const ValueId x = pick();
  const std::int64_t axis = axis_of(x);
  Shape other = shape(x);
  other[static_cast<std::size_t>(axis)] = between(1, 9);
  std::vector<ValueId> parts{x};
  for (int tries = 0; tries < 4 && parts.size() < 2; ++tries)  // what was made before is joined in place
    if (const ValueId y = pick(); differs_only_along(axis, x, y)) parts.push_back(y);
  if (parts.size() < 2) parts.push_back(constant(other, 1));
  if (chance(50)) parts.push_back(x);
  if (chance(50)) std::swap(parts[0], parts[1]);
  return add(Concat{axis}, parts).has_value();
}

bool Generator::slice() {
  const ValueId x = pick();
  Slice cut;
  Shape sizes;
  for (const auto size : shape(x)) {
    const std::int64_t start = chance(40) ? between(0, size - 1) : 0;
    const std::int64_t step = chance(25) ? between(1, 3) : 1;
    cut.start.push_back(start);
    cut.step.push_back(step);
    sizes.push_back((size - start - 1) / step + 1);
  }
  if (chance(10)) {
    cut.start.back() = shape(x).back() - 1;
    cut.step.back() = -1;
    sizes.back() = shape(x).back();
  }
  return add(cut, {x}, sizes).has_value();
}

bool Generator::pad() {
  const ValueId x = pick();
  Pad pad;
  for (std::size_t i = 0; i < shape(x).size(); ++i) {
    pad.begin.push_back(chance(30) ? between(0, 3) : 0);
    pad.end.push_back(chance(30) ? between(0, 3) : 0);
  }
  pad.value = chance(50) ? 0 : 0.25F;
  return add(pad, {x}).has_value();
}

bool Generator::resize() {
  const ValueId x = pick();
  const Shape s = shape(x);
  if (s.size() < 3) return false;
  Resize resize;
  resize.is_linear = chance(50);
  for (auto& taps : resize.taps) taps = {ResizeTap{}};
  for (std::size_t i = 2; i < s.size(); ++i) {
    auto& taps = resize.taps[3 - (s.size() - 2) + (i - 2)];
    taps.clear();
    const std::int64_t out = chance(50) ? 2 * s[i] : between(1, 30);
    for (std::int64_t o = 0; o < out; ++o) {
      const std::int64_t first = o * s[i] / out, second = std::min(first + 1, s[i] - 1);
      const float weight = static_cast<float>(o * s[i] % out) / static_cast<float>(out);
      taps.push_back(resize.is_linear ? ResizeTap{first, second, second == first ? 0 : weight}
                                      : ResizeTap{first, first, 0});
    }
  }
  return add(resize, {x}).has_value();
}

bool Generator::permute() {
  const ValueId x = pick();
  std::vector<std::int64_t> order(shape(x).size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i-- > 1;)
    std::swap(order[i], order[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(i)))]);
  return add(Permute{order}, {x}).has_value();
}

/// Reshape, gather, broadcast, select.
bool Generator::rearrange() {
  const ValueId x = pick();
  const Shape s = shape(x);
  switch (between(0, 3)) {
    case 0: {
      Shape joined{elements({s.begin(), s.end() - 1}), s.back()};
      if (chance(50)) joined = {s.front(), elements(s) / s.front(), 1};
      return add(Reshape{}, {x}, joined).has_value();
    }
    case 1: {
      const std::int64_t axis = axis_of(x), size = s[static_cast<std::size_t>(axis)];
      return add(Gather{axis}, {x, indices(between(1, 12), size)}).has_value();
    }
    case 2: {
      Shape wide = s;
      for (auto& size : wide)
        if (size == 1) size = between(1, 6);
      return wide != s && add(Broadcast{}, {x}, wide).has_value();
    }
    default: {
      // Which side is chosen does not depend on computed numbers: those may be rounded differently.
      auto bits = random_numbers(random_(), static_cast<std::size_t>(elements(s)));
      for (float& bit : bits) bit = bit > 0 ? 1.0F : 0.0F;
      const ValueId condition = graph_.add_constant(fmt::format("b{}", graph_.values.size()), s, std::move(bits));
      return add(Select{}, {condition, x, constant(s, 1)}).has_value();
    }
  }
}

/// Rows of a table by the places of the largest elements, which are moved as indices before.
bool Generator::embedding() {
  const ValueId x = pick();
  const std::int64_t axis = axis_of(x), rows = shape(x)[static_cast<std::size_t>(axis)];
  // Places of constants: those of what is computed may be others where numbers are rounded.
  ValueId at = indices(between(1, 40), rows);
  const std::int64_t count = shape(at)[0];
  const auto move = [&](Attributes attributes, const Shape& to) {
    const std::string label = fmt::format("n{}", graph_.nodes.size());
    at = graph_.add_node({label, "Random", std::move(attributes), {at}, {}, {}}, label, to, isa::DataType::kI32);
  };
  if (chance(50)) move(Reshape{}, {1, count});
  if (chance(50)) {
    Shape longer = shape(at);
    Pad pad{Shape(longer.size(), 0), Shape(longer.size(), 0), static_cast<float>(between(0, rows - 1))};
    pad.end.back() = between(1, 4);
    longer.back() += pad.end.back();
    move(std::move(pad), longer);
  }
  return add(Gather{0}, {constant({rows, between(1, 20)}, 1), at}).has_value();
}

/// One of two by a comparison of whole numbers, which no rounding changes.
bool Generator::choice() {
  const ValueId x = pick();
  const Shape of = shape(x);
  Shape line(of.size(), 1);
  line.back() = of.back();
  std::vector<float> places(static_cast<std::size_t>(of.back()));
  std::iota(places.begin(), places.end(), 2040.0F);
  const ValueId place = graph_.add_constant(fmt::format("k{}", graph_.values.size()), line, std::move(places));
  const ValueId limit = graph_.add_constant(fmt::format("k{}", graph_.values.size()), Shape(of.size(), 1),
                                            {2040.0F + static_cast<float>(between(0, of.back()))});
  const BinaryFunction functions[] = {BinaryFunction::kLess, BinaryFunction::kLessEqual, BinaryFunction::kGreater,
                                      BinaryFunction::kEqual};
  const auto condition = add(Binary{functions[between(0, 3)], {}}, {place, limit});
  graph_.value(*condition).is_exact = true;
  return add(Select{}, {*condition, x, constant(of, 1)}).has_value();
}

}  // namespace bmemu::tests
