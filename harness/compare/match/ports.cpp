// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/ports.h"

#include <algorithm>
#include <set>
#include <string>

namespace bmemu::harness {
namespace {

using Names = std::set<std::string>;

Names names_of(const std::vector<NetworkPort>& ports) {
  Names names;
  for (const auto& port : ports) names.insert(port.name);
  return names;
}

bool has_one_of(const std::vector<NetworkTensor>& tensors, const Names& names) {
  for (const auto& tensor : tensors)
    if (names.count(tensor.name) != 0) return true;
  return false;
}

void add(const std::vector<NetworkTensor>& tensors, Names& names) {
  for (const auto& tensor : tensors) names.insert(tensor.name);
}

/// Helpers reached from `names` over other helpers: forward over what they read, else over what they make.
std::set<std::size_t> reached(const Network& network, Names names, bool forward) {
  std::set<std::size_t> found;
  for (bool has_new = true; has_new;) {
    has_new = false;
    for (std::size_t i = 0; i < network.operators.size(); ++i) {
      const NetworkOperator& op = network.operators[i];
      if (!is_helper(op.kind) || !has_one_of(forward ? op.operands : op.results, names) || !found.insert(i).second)
        continue;
      add(forward ? op.results : op.operands, names);
      has_new = true;
    }
  }
  return found;
}

}  // namespace

std::vector<std::size_t> port_pieces(const Side& side, const Structure& structure) {
  const Network& network = side.run.network;
  std::set<std::size_t> operators = reached(network, names_of(network.inputs), true);
  const auto behind = reached(network, names_of(network.outputs), false);
  operators.insert(behind.begin(), behind.end());
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < structure.pieces.size(); ++p) {
    const Piece& piece = structure.pieces[p];
    if (piece.op == Piece::kNone ? piece.role != "no layer" : operators.count(piece.op) != 0) result.push_back(p);
  }
  return result;
}

std::vector<std::size_t> permuted_outputs(const Network& a, const Network& b) {
  std::vector<std::size_t> result;
  if (a.outputs.size() != b.outputs.size()) return result;
  for (std::size_t i = 0; i < a.outputs.size(); ++i) {
    const auto& x = a.outputs[i].shape;
    const auto& y = b.outputs[i].shape;
    if (x != y && std::is_permutation(x.begin(), x.end(), y.begin(), y.end())) result.push_back(i);
  }
  return result;
}

std::vector<std::size_t> output_pieces(const Network& network, const Structure& structure, const std::string& output) {
  const auto operators = reached(network, {output}, false);
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < structure.pieces.size(); ++p)
    if (operators.count(structure.pieces[p].op) != 0) result.push_back(p);
  return result;
}

}  // namespace bmemu::harness
