// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which points a sweep has: every combination of axes, the rows of a table, or a sample of a box.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bmemu::harness {

/// One number, or one word, that points differ in. `key` is a chip parameter, or "product" or "chip".
struct Axis {
  std::string key;
  std::vector<std::string> values;  ///< as they will be written in files: "4000", "SE7-32"
  double low = 0, high = 0;         ///< the ends of a range; equal for a list
  bool is_number = true;
};

/// The values of a point, in the order of the axes.
using PointSettings = std::vector<std::string>;

struct Design {
  std::vector<std::string> keys;
  std::vector<PointSettings> points;
};

/// `key=v1,v2,...` or `key=from..to:n` (n values from `from` to `to`, evenly spaced; integers for integer parameters).
/// Errors: E-SWEEP-AXIS (no `=`, no value, a value given twice, an unknown form), E-CHIP-KEY, E-CHIP-RANGE,
/// E-CHIP-TYPE.
Axis parse_axis(std::string_view text);

/// All combinations; the last axis runs fastest. Errors: E-SWEEP-AXIS (two axes of one key), E-SWEEP-SIZE (more than
/// kLargestSweep points).
Design grid(const std::vector<Axis>& axes);
inline constexpr std::uint64_t kLargestSweep = 10'000'000;

/// The rows of a CSV table; its titles are keys. Errors: E-FILE-OPEN, E-SWEEP-AXIS (a cell is empty, no row).
Design point_list(const std::string& path);

/// `count` points of a Latin hypercube: every axis is cut in `count` equal parts, and every part is used once. Axes
/// must be ranges. Deterministic for a seed, on any machine. Errors: E-SWEEP-AXIS (an axis that is no range),
/// E-SWEEP-SIZE.
Design latin_hypercube(const std::vector<Axis>& axes, std::uint64_t count, std::uint64_t seed);

/// Morris' trajectories: `count` walks of one step in each axis (half of the range), from random corners of a grid of
/// four levels; (axes + 1) points each. For `elementary_effects`. Errors: E-SWEEP-AXIS (an axis that is no range),
/// E-SWEEP-SIZE.
Design morris(const std::vector<Axis>& axes, std::uint64_t count, std::uint64_t seed);

}  // namespace bmemu::harness
