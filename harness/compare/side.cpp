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

bool is_compute(const NetworkOperator& op) { return !is_helper(op.kind); }

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
  const auto is_product_of_channels = [&](std::size_t i) {
    return is_product(network.operators[i].kind) && !scales_channels(network.operators[i]);
  };
  std::set<std::size_t> near;
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < network.operators.size(); ++i)
    for (const auto& operand : network.operators[i].operands)
      for (const auto& input : network.inputs)
        if (operand.name == input.name) open.push_back(i);
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    if (!near.insert(i).second || is_product_of_channels(i)) continue;
    for (const std::size_t r : owners.readers(i)) open.push_back(r);
  }
  for (const std::size_t i : near)
    if (const auto unit = unit_of.find(i); unit != unit_of.end() && !is_product_of_channels(i))
      structure.units[unit->second].from_input = true;
}

}  // namespace

Structure find_structure(const Side& side) {
  const Network& network = side.run.network;
  const Owners owners(network);
  Structure result;
  std::set<std::string> inputs;
  for (const auto& input : network.inputs) inputs.insert(input.name);
  const auto layers = layers_by_key(side.run.result.layers);
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
    if (const auto found = layers.find({op.name, op.kind}); found != layers.end()) {
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
