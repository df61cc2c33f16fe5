// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/quantise/inner_tensors.h"

namespace bmemu::kernels {
namespace {

bool is_inside_of_known(const Calibration& calibration, const std::string& name) {
  for (std::size_t end = name.rfind('/'); end != std::string::npos && end > 0; end = name.rfind('/', end - 1))
    if (calibration.count(name.substr(0, end)) != 0) return true;
  return false;
}

}  // namespace

std::set<std::string> tensors_inside_of_known(const Calibration& calibration, const Graph& graph) {
  std::set<std::string> inner;
  for (const Node& node : graph.nodes) {
    const Value& value = graph.output(node);
    if (!value.calibration && is_inside_of_known(calibration, value.name)) inner.insert(value.name);
  }
  return inner;
}

}  // namespace bmemu::kernels
