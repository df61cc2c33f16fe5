// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/side.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/compare/match/operator_changes.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

/// Who makes and who reads each tensor. A Store makes no new tensor, a Load makes one that only its readers see.
struct Uses {
  std::map<std::string, std::size_t> makers;
  std::map<std::string, std::vector<std::size_t>> readers;
};

Uses find_uses(const Network& network) {
  Uses uses;
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const NetworkOperator& op = network.operators[i];
    if (op.kind != "Store")
      for (const auto& result : op.results) uses.makers.emplace(result.name, i);
    for (const auto& operand : op.operands) uses.readers[operand.name].push_back(i);
  }
  return uses;
}

bool is_compute(const NetworkOperator& op) { return !is_helper(op.kind); }

/// The compute operator that an operator belongs to: it follows readers (or makers) over other helpers.
class Owners {
 public:
  explicit Owners(const Network& network) : network_(network), uses_(find_uses(network)) {}

  std::size_t of(std::size_t i) const {
    const NetworkOperator& op = network_.operators[i];
    if (is_compute(op)) return i;
    const std::size_t maker = search(i, false, 0);
    if (op.kind == "Store") return maker;
    const std::size_t reader = search(i, true, 0);
    return reader != kNone ? reader : maker;
  }
  std::vector<std::size_t> readers(std::size_t i) const {
    std::vector<std::size_t> result;
    for (const auto& tensor : network_.operators[i].results) {
      const auto found = uses_.readers.find(tensor.name);
      if (found != uses_.readers.end())
        for (const std::size_t r : found->second)
          if (r != i) result.push_back(r);
    }
    return result;
  }
  bool is_made(const std::string& tensor) const { return uses_.makers.count(tensor) != 0; }
  std::size_t maker(const std::string& tensor) const {
    const auto found = uses_.makers.find(tensor);
    return found == uses_.makers.end() ? kNone : found->second;
  }

 private:
  static constexpr int kDeepest = 8;

  std::size_t search(std::size_t i, bool forward, int depth) const {
    const NetworkOperator& op = network_.operators[i];
    if (depth > kDeepest) return kNone;
    for (const auto& tensor : forward ? op.results : op.operands) {
      if (forward) {
        const auto found = uses_.readers.find(tensor.name);
        if (found == uses_.readers.end()) continue;
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

  const Network& network_;
  Uses uses_;
};

/// "Load activation", "Load weight", "Cast": equal roles of two matched units are matched.
std::string role_of(const NetworkOperator& op, const Owners& owners, const std::set<std::string>& inputs) {
  if (op.kind != "Load" || op.operands.empty()) return op.kind;
  const std::string& name = op.operands.front().name;
  if (!owners.is_made(name) && inputs.count(name) == 0) return "Load weight";
  // A load that makes a tensor of another name stands for the operators between: it reads in another order, or a part.
  if (owners.is_made(name) && !op.results.empty() && op.results.front().name != "load_" + name)
    return op.results.front().elements() == op.operands.front().elements() ? kLoadShuffled : kLoadPart;
  return "Load activation";
}

/// Units fed from an input over nothing but cheap operators.
void mark_input_side(const Network& network, const Owners& owners, const std::map<std::size_t, std::size_t>& unit_of,
                     Structure& structure) {
  std::set<std::size_t> near;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < network.operators.size(); ++i)
    for (const auto& operand : network.operators[i].operands)
      for (const auto& input : network.inputs)
        if (operand.name == input.name) open.push_back(i);
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    if (!near.insert(i).second || is_product(network.operators[i].kind)) continue;
    for (const std::size_t r : owners.readers(i)) open.push_back(r);
  }
  for (const std::size_t i : near)
    if (const auto unit = unit_of.find(i); unit != unit_of.end() && !is_product(network.operators[i].kind))
      structure.units[unit->second].from_input = true;
}

}  // namespace

bool is_helper(const std::string& kind) {
  static const std::set<std::string> kHelpers = {"Load",    "Store",   "Cast",      "MulConst",
                                                 "Reshape", "Pad",     "Buffer",    "Weight2Activation",
                                                 "Move",    "Squeeze", "Unsqueeze", "Flatten"};
  return kHelpers.count(kind) != 0;
}

Structure find_structure(const Side& side) {
  const Network& network = side.run.network;
  const Owners owners(network);
  Structure result;
  std::set<std::string> inputs;
  for (const auto& input : network.inputs) inputs.insert(input.name);
  std::map<std::string, std::size_t> layers;
  for (std::size_t i = 0; i < side.run.result.layers.size(); ++i)
    layers.emplace(side.run.result.layers[i].name + '\0' + short_kind(side.run.result.layers[i].kind), i);
  result.piece_of_layer.assign(side.run.result.layers.size(), kNone);
  std::map<std::size_t, std::size_t> unit_of;  // by compute operator
  const auto add_unit = [&](std::size_t op) {
    const auto [entry, is_new] = unit_of.emplace(op, result.units.size());
    if (is_new) {
      result.units.emplace_back();
      result.units.back().op = op;
    }
    return entry->second;
  };
  for (std::size_t i = 0; i < network.operators.size(); ++i)
    if (is_compute(network.operators[i])) add_unit(i);
  for (std::size_t i = 0; i < network.operators.size(); ++i) {
    const NetworkOperator& op = network.operators[i];
    Piece piece;
    piece.op = i;
    piece.role = role_of(op, owners, inputs);
    if (const auto found = layers.find(op.name + '\0' + op.kind); found != layers.end()) {
      piece.layer = found->second;
      result.piece_of_layer[piece.layer] = result.pieces.size();
    }
    const std::size_t owner = owners.of(i);
    piece.unit = add_unit(owner == kNone ? i : owner);  // a helper that serves nobody stands for itself
    result.units[piece.unit].pieces.push_back(result.pieces.size());
    result.pieces.push_back(std::move(piece));
  }
  for (std::size_t i = 0; i < result.piece_of_layer.size(); ++i)
    if (result.piece_of_layer[i] == kNone) {  // copies of the firmware, commands of no layer
      Piece piece;
      piece.layer = i;
      const LayerCost& layer = side.run.result.layers[i];
      piece.role = layer.kind.empty() ? "no layer" : layer.name.substr(0, layer.name.find(':'));
      result.piece_of_layer[i] = result.pieces.size();
      result.pieces.push_back(std::move(piece));
    }
  for (const auto& [op, unit] : unit_of)
    for (const std::size_t r : owners.readers(op)) {
      const std::size_t owner = owners.of(r);
      const auto found = unit_of.find(owner);
      if (found != unit_of.end() && found->second != unit) result.units[unit].consumers.push_back(found->second);
    }
  mark_input_side(network, owners, unit_of, result);
  return result;
}

}  // namespace bmemu::harness
