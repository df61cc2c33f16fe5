// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/owners.h"

#include <set>

namespace bmemu::harness {
namespace {

constexpr int kDeepest = 8;  ///< helpers one behind the other

bool is_compute(const NetworkOperator& op) { return !is_helper(op.kind); }

}  // namespace

bool is_helper(const std::string& kind) {
  static const std::set<std::string> kHelpers = {"Load",    "Store",   "Cast",      "MulConst",
                                                 "Reshape", "Pad",     "Buffer",    "Weight2Activation",
                                                 "Move",    "Squeeze", "Unsqueeze", "Flatten"};
  return kHelpers.count(kind) != 0;
}

Owners::Owners(const Network& network) : network_(network) {
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const NetworkOperator& op = network.operators[i];
    if (op.kind != "Store")
      for (const auto& result : op.results) makers_.emplace(result.name, i);
    for (const auto& operand : op.operands) readers_[operand.name].push_back(i);
  }
}

std::size_t Owners::of(std::size_t i) const {
  const NetworkOperator& op = network_.operators[i];
  if (is_compute(op)) return i;
  const std::size_t maker = search(i, false, 0);
  if (op.kind == "Store") return maker;
  const std::size_t reader = search(i, true, 0);
  return reader != kNone ? reader : maker;
}

std::vector<std::size_t> Owners::readers(std::size_t i) const {
  std::vector<std::size_t> result;
  for (const auto& tensor : network_.operators[i].results) {
    const auto found = readers_.find(tensor.name);
    if (found != readers_.end())
      for (const std::size_t r : found->second)
        if (r != i) result.push_back(r);
  }
  return result;
}

std::size_t Owners::maker(const std::string& tensor) const {
  const auto found = makers_.find(tensor);
  return found == makers_.end() ? kNone : found->second;
}

std::size_t Owners::search(std::size_t i, bool forward, int depth) const {
  const NetworkOperator& op = network_.operators[i];
  if (depth > kDeepest) return kNone;
  for (const auto& tensor : forward ? op.results : op.operands) {
    if (forward) {
      const auto found = readers_.find(tensor.name);
      if (found == readers_.end()) continue;
      for (const std::size_t r : found->second) {
        if (r == i || network_.operators[r].kind == "Store") continue;
        const std::size_t owner = is_compute(network_.operators[r]) ? r : search(r, true, depth + 1);
        if (owner != kNone) return owner;
      }
    } else {
      const std::size_t m = maker(tensor.name);
      if (m == kNone || m == i) continue;
      const std::size_t owner = is_compute(network_.operators[m]) ? m : search(m, false, depth + 1);
      if (owner != kNone) return owner;
    }
  }
  return kNone;
}

}  // namespace bmemu::harness
