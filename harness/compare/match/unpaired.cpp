// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/unpaired.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "harness/compare/match/operator_changes.h"
#include "harness/compare/match/replacements.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

/// What a replacement is named after: what stands first here. What is around it serves it.
constexpr std::array<const char*, 15> kMostTelling = {"postprocess_in_network",
                                                      "fuse_preprocess",
                                                      "softmax",
                                                      "norm_layer",
                                                      "gather",
                                                      "channel_shuffle",
                                                      "strided_slice",
                                                      "resize",
                                                      "transpose",
                                                      "permuted_output",
                                                      "activation",
                                                      "requant",
                                                      "unfused_bn",
                                                      "input_scaling",
                                                      ""};

std::size_t rank_of(const std::string& change) {
  return static_cast<std::size_t>(std::find(kMostTelling.begin(), kMostTelling.end(), change) - kMostTelling.begin());
}

/// "/b2/more/Resize_output_0" -> "/b2/more": the part of the network that the operator stands in; may be empty.
std::string part_of(const std::string& name) {
  const std::size_t end = name.rfind('/');
  return end == std::string::npos ? std::string() : name.substr(0, end);
}

bool loads(const Network& network, const std::string& load) {
  return std::any_of(network.operators.begin(), network.operators.end(),
                     [&](const NetworkOperator& op) { return op.kind == "Load" && op.name == load; });
}

bool is_done_by_load(const Network& other, const NetworkOperator& op) {
  const std::string load = "load_" + op.name;
  return loads(other, load) && !computes_in_place_of(other, load);
}

bool feeds(const Structure& s, std::size_t from, std::size_t to) {
  const auto& readers = s.units[from].consumers;
  return std::find(readers.begin(), readers.end(), to) != readers.end();
}

/// The units of one side, and what those without a partner stand for as far as it is known.
class OneSide {
 public:
  OneSide(const UnpairedSide& side, const std::vector<std::size_t>& partner, bool is_b)
      : network_(side.side.run.network), s_(side.structure), partner_(partner), is_b_(is_b), changes_(side.changes) {}

  bool is_unpaired(std::size_t unit) const { return partner_[unit] == kNone; }
  const NetworkOperator& op(std::size_t unit) const { return network_.operators[s_.units[unit].op]; }
  std::size_t size() const { return s_.units.size(); }
  std::string& change(std::size_t unit) { return changes_[unit]; }
  const Network& network() const { return network_; }

  /// By kind and place alone.
  void find_alone(const Network& other, bool is_other_type) {
    std::size_t last_product = 0;
    for (std::size_t i = 0; i < size(); ++i)
      if (!is_unpaired(i) && is_product(op(i).kind)) last_product = i;
    std::size_t tail = 0;
    for (std::size_t i = last_product + 1; i < size(); ++i) tail += is_unpaired(i) ? 1 : 0;
    for (std::size_t i = 0; i < size(); ++i) {
      if (!is_unpaired(i)) continue;
      UnpairedPlace place;
      place.at_input = s_.units[i].from_input;
      place.at_output = s_.units[i].consumers.empty();
      place.in_tail = i > last_product && tail >= 4;
      std::string change = unpaired_change(op(i), network_, place);
      if (is_preprocessing(i)) change = "fuse_preprocess";
      if (change == "transpose" || change == "permuted_output")
        if (const std::string served = served_by_permute(i); !served.empty()) change = served;
      if ((is_other_type && !is_in_any_type(op(i).kind)) || is_done_by_load(other, op(i))) change = "";
      changes_[i] = change;
    }
  }

  /// What is not told yet belongs to a unit beside it, to what makes its tensor, or stands for itself.
  void find_by_neighbours(bool is_other_type) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < size(); ++i)
      if (is_unpaired(i) && changes_[i].empty()) open.push_back(i);
    for (const std::size_t unit : open) {
      std::string found;
      for (std::size_t d = 1; d < 4 && found.empty(); ++d)
        for (const std::size_t other : {unit - d, unit + d})
          if (found.empty() && other < size() && is_unpaired(other)) found = changes_[other];
      if (op(unit).kind == "MulShift")  // another scale follows from what makes the tensor
        for (std::size_t maker = 0; maker < size() && found.empty(); ++maker)
          if (feeds(s_, maker, unit)) found = changes_[maker];
      if (found.empty() && !is_other_type) found = lone_change(op(unit));
      changes_[unit] = found;
    }
  }

  void add_to(std::vector<UnpairedChange>& result) const {
    for (std::size_t i = 0; i < size(); ++i)
      if (is_unpaired(i) && !changes_[i].empty()) result.push_back({is_b_, i, changes_[i], has_alone(is_b_, op(i))});
  }

 private:
  /// Colours in another order or brought to another scale: on the way from an input to the operator that scales bytes.
  bool is_preprocessing(std::size_t unit) const {
    for (std::size_t depth = 0; depth < 3; ++depth) {  // cut or transposed before it
      if (op(unit).kind == "ScaleLut") return true;
      if (!s_.units[unit].from_input || s_.units[unit].consumers.size() != 1) return false;
      unit = s_.units[unit].consumers.front();
    }
    return false;
  }

  /// The change that an unpaired operator beside an unpaired permutation stands for: a norm or a softmax over another
  /// dimension brings permutations with it.
  std::string served_by_permute(std::size_t unit) const {
    for (std::size_t other = 0; other < size(); ++other) {
      if (!is_unpaired(other) || (!feeds(s_, unit, other) && !feeds(s_, other, unit))) continue;
      const std::string& kind = op(other).kind;
      if (kind == "Softmax") return "softmax";
      if (kind.find("Norm") != std::string::npos) return "norm_layer";
    }
    return "";
  }

  const Network& network_;
  const Structure& s_;
  const std::vector<std::size_t>& partner_;
  bool is_b_;
  std::vector<std::string> changes_;  ///< by unit
};

/// Squares, their mean, a root and its inverse: a norm that the compiler has no operator for.
bool is_written_out_norm(const std::vector<const NetworkOperator*>& ops) {
  const auto has = [&](auto&& is) {
    return std::any_of(ops.begin(), ops.end(), [&](const NetworkOperator* op) { return is(*op); });
  };
  return has([](const NetworkOperator& op) { return op.kind == "Reduce"; }) &&
         has([](const NetworkOperator& op) { return op.kind == "Mul" || op.kind == "Div"; }) &&
         has([](const NetworkOperator& op) { return is_root(op); });
}

/// All units of a replacement, or of one part of the network in it, stand for the most telling change among them.
void join_replacements(OneSide& a, OneSide& b, const Replacements& replacements) {
  std::map<std::pair<std::size_t, std::string>, std::vector<std::pair<OneSide*, std::size_t>>> members;
  const auto collect = [&](OneSide& side, const std::vector<std::size_t>& of) {
    for (std::size_t unit = 0; unit < side.size(); ++unit) {
      if (of[unit] == kNone) continue;
      const std::string part = part_of(side.op(unit).name);
      if (replacements.has_both_sides[of[unit]])
        members[{of[unit], ""}].emplace_back(&side, unit);
      else if (!part.empty())
        members[{of[unit], part}].emplace_back(&side, unit);
    }
  };
  collect(a, replacements.of_a);
  collect(b, replacements.of_b);
  for (auto& [key, units] : members) {
    std::vector<const NetworkOperator*> ops;
    std::string joined;
    for (const auto& [side, unit] : units) {
      ops.push_back(&side->op(unit));
      if (rank_of(side->change(unit)) < rank_of(joined)) joined = side->change(unit);
    }
    if (rank_of("norm_layer") < rank_of(joined) && is_written_out_norm(ops)) joined = "norm_layer";
    for (const auto& [side, unit] : units) side->change(unit) = joined;
  }
}

}  // namespace

bool computes_in_place_of(const Network& network, const std::string& load) {
  return std::any_of(network.operators.begin(), network.operators.end(),
                     [&](const NetworkOperator& op) { return !is_helper(op.kind) && load == "load_" + op.name; });
}

std::string has_alone(bool is_b, const NetworkOperator& op) {
  return fmt::format("only {} has {} {}", is_b ? "B" : "A", op.kind, op.name);
}

std::vector<UnpairedChange> unpaired_changes(const UnpairedSide& a, const UnpairedSide& b, const Alignment& alignment,
                                             bool is_other_type) {
  OneSide side_a(a, alignment.to_b, false);
  OneSide side_b(b, alignment.to_a, true);
  side_a.find_alone(side_b.network(), is_other_type);
  side_b.find_alone(side_a.network(), is_other_type);
  join_replacements(side_a, side_b, find_replacements(a.structure, b.structure, alignment));
  std::vector<UnpairedChange> result;
  for (OneSide* side : {&side_a, &side_b}) {
    side->find_by_neighbours(is_other_type);
    side->add_to(result);
  }
  return result;
}

}  // namespace bmemu::harness
