// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/experiment/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <random>

#include "harness/output/csv_table.h"
#include "isa/chip/chip_description.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::string_view kWords[] = {"product", "chip"};

[[noreturn]] void fail_at(std::string place, std::string found, std::string what) {
  throw Error({"E-SWEEP-AXIS", std::move(place), std::move(found),
               "key=v1,v2,... or key=from..to:n, with a chip parameter, product or chip as key", std::move(what)});
}

std::string of_axis(std::string_view axis) { return fmt::format("--vary {}", axis); }

[[noreturn]] void fail(std::string_view axis, std::string found, std::string what) {
  fail_at(of_axis(axis), std::move(found), std::move(what));
}

double number_at(const std::string& place, std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    fail_at(place, std::string(text), "the value is not a number");
  return value;
}

double parse_number(std::string_view axis, std::string_view text) { return number_at(of_axis(axis), text); }

/// A value of the parameter as it is written, and checked.
std::string written_at(const std::string& place, const isa::Parameter& parameter, double value) {
  isa::check_value(parameter, value, place);
  return fmt::format("{}", value);
}

std::string written(const isa::Parameter& parameter, double value, std::string_view axis) {
  return written_at(of_axis(axis), parameter, value);
}

double scaled(const isa::Parameter& parameter, double low, double high, double share) {
  const double value = low + share * (high - low);
  return parameter.is_integer ? std::round(value) : value;
}

void parse_range(Axis& axis, const isa::Parameter& parameter, std::string_view text, std::string_view range) {
  const auto dots = range.find("..");
  const auto colon = range.find(':', dots);
  axis.low = parse_number(text, range.substr(0, dots));
  axis.high = parse_number(text, range.substr(dots + 2, colon == std::string_view::npos ? colon : colon - dots - 2));
  if (!(axis.low < axis.high)) fail(text, std::string(range), "the range is empty");
  isa::check_value(parameter, axis.low, fmt::format("--vary {}", text));
  isa::check_value(parameter, axis.high, fmt::format("--vary {}", text));
  if (colon == std::string_view::npos) return;  // a sample will choose
  const double count = parse_number(text, range.substr(colon + 1));
  if (count < 2 || count > double(kLargestSweep) || count != std::floor(count))
    fail(text, std::string(range.substr(colon + 1)), "a range needs a whole number of values, at least 2");
  for (double i = 0; i < count; ++i) {
    auto value = written(parameter, scaled(parameter, axis.low, axis.high, i / (count - 1)), text);
    if (axis.values.empty() || axis.values.back() != value) axis.values.push_back(std::move(value));
  }
}

const isa::Parameter& range_parameter(const Axis& axis) {
  if (axis.is_number && axis.low < axis.high) return isa::require_parameter(axis.key, "--vary " + axis.key);
  fail(axis.key, axis.values.empty() ? "nothing" : axis.values.front(), "a sample needs ranges: key=from..to");
}

std::vector<std::string> keys_of(const std::vector<Axis>& axes) {
  std::vector<std::string> keys;
  for (const auto& axis : axes) {
    if (std::find(keys.begin(), keys.end(), axis.key) != keys.end())
      fail(axis.key, axis.key, "two axes have the same key");
    keys.push_back(axis.key);
  }
  return keys;
}

void check_size(const char* option, double points) {
  if (points > double(kLargestSweep))
    throw Error({"E-SWEEP-SIZE", option, fmt::format("{:.0f} points", points),
                 fmt::format("at most {} points", kLargestSweep), "the sweep has too many points"});
}

/// The sequence of mt19937_64 is the standard's; the distributions of the library are not, so that this is done by
/// hand.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  double unit() { return double(engine_() >> 11U) * 0x1.0p-53; }
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  std::vector<std::uint64_t> permutation(std::uint64_t count) {
    std::vector<std::uint64_t> order(count);
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    for (std::uint64_t i = count; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace

Axis parse_axis(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) fail(text, std::string(text), "an axis is a key and its values");
  Axis axis;
  axis.key = std::string(text.substr(0, equals));
  std::string_view rest = text.substr(equals + 1);
  axis.is_number = std::find(std::begin(kWords), std::end(kWords), axis.key) == std::end(kWords);
  const isa::Parameter* parameter =
      axis.is_number ? &isa::require_parameter(axis.key, fmt::format("--vary {}", text)) : nullptr;
  if (parameter != nullptr && rest.find("..") != std::string_view::npos) {
    parse_range(axis, *parameter, text, rest);
    return axis;
  }
  while (true) {
    const auto comma = rest.find(',');
    const std::string_view value = rest.substr(0, comma);
    if (value.empty()) fail(text, std::string(text.substr(equals + 1)), "a value is empty");
    std::string shown =
        parameter == nullptr ? std::string(value) : written(*parameter, parse_number(text, value), text);
    if (std::find(axis.values.begin(), axis.values.end(), shown) != axis.values.end())
      fail(text, shown, "a value is given twice");
    axis.values.push_back(std::move(shown));
    if (comma == std::string_view::npos) return axis;
    rest = rest.substr(comma + 1);
  }
}

Design grid(const std::vector<Axis>& axes) {
  Design design{keys_of(axes), {}};
  double count = 1;
  for (const auto& axis : axes) {
    if (axis.values.empty()) fail(axis.key, "a range without a number of values", "every combination needs values");
    count *= double(axis.values.size());
  }
  check_size("--vary", count);
  design.points.emplace_back();
  for (const auto& axis : axes) {
    std::vector<PointSettings> next;
    next.reserve(design.points.size() * axis.values.size());
    for (const auto& point : design.points)
      for (const auto& value : axis.values) {
        next.push_back(point);
        next.back().push_back(value);
      }
    design.points = std::move(next);
  }
  return design;
}

Design point_list(const std::string& path) {
  CsvTable table(path, "a list of points");
  Design design;
  design.keys = table.titles();
  if (design.keys == std::vector<std::string>{""})
    throw Error(
        {"E-SWEEP-AXIS", path, "no title", "keys as titles and a row for each point", "the list of points is empty"});
  std::vector<const isa::Parameter*> parameters;
  for (const auto& key : design.keys) {
    if (std::count(design.keys.begin(), design.keys.end(), key) > 1)
      throw Error({"E-SWEEP-AXIS", path + " line 1", key, "each key once", "two columns have the same key"});
    const bool is_word = std::find(std::begin(kWords), std::end(kWords), key) != std::end(kWords);
    parameters.push_back(is_word ? nullptr : &isa::require_parameter(key, path + " line 1"));
  }
  while (table.next()) {
    PointSettings point;
    for (std::size_t i = 0; i < design.keys.size(); ++i) {
      const std::string cell = table.text(design.keys[i]);
      const std::string place = fmt::format("{} line {}, column {}", path, table.line(), design.keys[i]);
      if (cell.empty()) throw Error({"E-SWEEP-AXIS", place, "nothing", "a value", "a point lacks a value"});
      point.push_back(parameters[i] == nullptr ? cell : written_at(place, *parameters[i], number_at(place, cell)));
    }
    design.points.push_back(std::move(point));
  }
  if (design.points.empty())
    throw Error({"E-SWEEP-AXIS", path, "no row", "a row for each point", "the list of points is empty"});
  return design;
}

Design latin_hypercube(const std::vector<Axis>& axes, std::uint64_t count, std::uint64_t seed) {
  check_size("--lhs", double(count));
  Design design{keys_of(axes), std::vector<PointSettings>(count)};
  Random random(seed);
  for (const auto& axis : axes) {
    const auto& parameter = range_parameter(axis);
    const auto parts = random.permutation(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      const double share = (double(parts[i]) + random.unit()) / double(count);
      design.points[i].push_back(written(parameter, scaled(parameter, axis.low, axis.high, share), axis.key));
    }
  }
  return design;
}

Design morris(const std::vector<Axis>& axes, std::uint64_t count, std::uint64_t seed) {
  constexpr double kLevels[] = {0, 1.0 / 3, 2.0 / 3, 1};
  constexpr double kStep = 2.0 / 3;
  check_size("--morris", double(count) * double(axes.size() + 1));
  Design design{keys_of(axes), {}};
  std::vector<const isa::Parameter*> parameters;
  parameters.reserve(axes.size());
  for (const auto& axis : axes) parameters.push_back(&range_parameter(axis));
  Random random(seed);
  for (std::uint64_t walk = 0; walk < count; ++walk) {
    std::vector<double> at;
    at.reserve(axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i) at.push_back(kLevels[random.below(4)]);
    const auto order = random.permutation(axes.size());
    for (std::size_t step = 0; step <= axes.size(); ++step) {
      if (step > 0) {
        double& moved = at[order[step - 1]];
        moved += moved > 0.5 ? -kStep : kStep;
      }
      PointSettings point;
      for (std::size_t i = 0; i < axes.size(); ++i)
        point.push_back(written(*parameters[i], scaled(*parameters[i], axes[i].low, axes[i].high, at[i]), axes[i].key));
      design.points.push_back(std::move(point));
    }
  }
  return design;
}

}  // namespace bmemu::harness
