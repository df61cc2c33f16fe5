// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>

#include "isa/error.h"
#include "isa/file_bytes.h"
#include "kernels/graph/reference/reference.h"

namespace bmemu::kernels {
namespace {

float number(const std::string& cell, const std::string& place) {
  std::size_t used = 0;
  float parsed = 0;
  try {
    parsed = std::stof(cell, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != cell.size() || !std::isfinite(parsed))
    throw Error({"E-CALIBRATION-TABLE", place, cell, "a finite number", "a range is no number"});
  return parsed;
}

/// Whether the result lies in the range of the first input.
bool keeps_range(const Node& node) {
  if (node.op() == Op::kConcat) return false;
  const auto* pool = node.get_if<Pool>();
  return moves_elements_alone(node.attributes) || node.op() == Op::kResize ||
         (pool != nullptr && pool->kind == PoolKind::kMax);
}

/// The name of a table that is this one, "_" and an operator. Which one is not known: an activation that became part of
/// a convolution gave the name, and another tool may have joined others. Empty without one.
std::string name_with_operator(const Calibration& calibration, const Graph& graph, const std::string& name) {
  const std::string begin = name + "_";
  for (auto at = calibration.lower_bound(begin); at != calibration.end(); ++at) {
    if (at->first.compare(0, begin.size(), begin) != 0) break;
    const auto letter = at->first.begin() + static_cast<std::ptrdiff_t>(begin.size());
    const bool is_operator = letter != at->first.end() && *letter >= 'A' && *letter <= 'Z' &&
                             std::all_of(letter, at->first.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    if (is_operator && graph.names.count(at->first) == 0) return at->first;
  }
  return {};
}

const std::string& name_in_table(const Value& value) { return value.same_as.empty() ? value.name : value.same_as; }

}  // namespace

Calibration parse_calibration_table(isa::ByteView text, const std::string& source) {
  std::istringstream lines(std::string(reinterpret_cast<const char*>(text.data), text.size));
  Calibration calibration;
  std::string line;
  for (std::size_t count = 1; std::getline(lines, line); ++count) {
    std::istringstream cells(line);
    std::string name, threshold, minimum, maximum, rest;
    if (!(cells >> name) || name[0] == '#') continue;
    const std::string place = fmt::format("{}, line {}", source, count);
    if (!(cells >> threshold >> minimum >> maximum) || cells >> rest)
      throw Error(
          {"E-CALIBRATION-TABLE", place, line, "name threshold min max", "a line of the calibration table is none"});
    const Range range{number(threshold, place), number(minimum, place), number(maximum, place)};
    if (range.minimum > range.maximum)
      throw Error({"E-CALIBRATION-TABLE", place, line, "a minimum that is not beyond the maximum", "a range is empty"});
    if (range.threshold < 0)
      throw Error({"E-CALIBRATION-TABLE", place, threshold, "0 or more", "a threshold is negative"});
    if (!calibration.emplace(name, range).second)
      throw Error({"E-CALIBRATION-TABLE", place, name, "each name once", "a tensor has two ranges"});
  }
  return calibration;
}

Calibration read_calibration_table(const std::string& path) {
  return parse_calibration_table(isa::map_file(path).view, path);
}

std::string calibration_table(const Calibration& calibration) {
  std::string text = "# op_name    threshold    min    max\n";
  for (const auto& [name, range] : calibration)
    text += fmt::format("{} {} {} {}\n", name, range.threshold, range.minimum, range.maximum);
  return text;
}

Calibration calibrate(const Graph& graph, const std::vector<std::vector<reference::Tensor<float>>>& samples,
                      const std::function<void(std::size_t)>& progress) {
  Calibration calibration;
  const auto watch = [&](ValueId id, const reference::Tensor<float>& tensor) {
    if (tensor.data.empty()) return;
    auto& range = calibration[name_in_table(graph.value(id))];
    for (const float x : tensor.data) {
      if (!std::isfinite(x)) continue;
      range.minimum = std::min(range.minimum, x);
      range.maximum = std::max(range.maximum, x);
    }
    range.threshold = std::max(-range.minimum, range.maximum);
  };
  for (std::size_t i = 0; i < samples.size(); ++i) {
    reference::run<float>(graph, samples[i], watch);
    if (progress) progress(i + 1);
  }
  return calibration;
}

void apply_calibration(const Calibration& calibration, Graph& graph) {
  const auto set = [&](ValueId id, const std::string& name) {
    const auto found = calibration.find(name);
    Value& value = graph.value(id);
    if (found != calibration.end() && !value.calibration)
      value.calibration = Quantisation{found->second.threshold, false};
  };
  for (const ValueId id : graph.inputs) set(id, graph.value(id).name);
  for (const Node& node : graph.nodes) {
    const std::string name = name_in_table(graph.output(node));
    set(node.output, name);
    set(node.output, name_with_operator(calibration, graph, name));
  }
  for (bool changes = true; changes;) {
    changes = false;
    for (const Node& node : graph.nodes) {
      if (!keeps_range(node)) continue;
      Value &from = graph.value(node.inputs[0]), &to = graph.value(node.output);
      if (from.calibration && !to.calibration)
        to.calibration = from.calibration;
      else if (to.calibration && !from.calibration && !from.constant && node.op() != Op::kSlice &&
               node.op() != Op::kGather)
        from.calibration = to.calibration;
      else
        continue;
      changes = true;
    }
  }
}

}  // namespace bmemu::kernels
