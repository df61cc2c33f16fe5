// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/path_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "harness/compare/match/operator_changes.h"
#include "harness/compare/shapley.h"
#include "isa/chip/chip_changes.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;
constexpr double kSameElements = 0.05;  ///< logarithm of a ratio below which it explains nothing
constexpr double kSteepest = 2;         ///< power of the elements that a time may follow

/// Pieces of two matched units (or of one that only one side has) with the same role.
struct Part {
  double a = 0, b = 0;              ///< ps of the critical path that work takes
  double fixed_a = 0, fixed_b = 0;  ///< and that starting and waiting takes, however much there is to do
  bool in_a = false, in_b = false;
  std::size_t owner = kNone;            ///< its edit: a local one before one of the whole network
  const NetworkTensor* at_a = nullptr;  ///< that it makes or moves
  const NetworkTensor* at_b = nullptr;
  bool bytes_a = false, bytes_b = false;  ///< reads and makes nothing wider
  std::string like_a, like_b;             ///< equal for operators that look the same
  std::string role;
};

/// The edits of the whole network by what they do to an operator.
struct Globals {
  std::size_t batch = kNone, size = kNone;  ///< number of elements
  std::size_t rate = kNone;                 ///< time of an element
  std::size_t moves = kNone;                ///< loads and stores of activations that one side alone has
  std::size_t operators = kNone;            ///< other operators that one side alone has
  std::vector<std::size_t> all;
};

Globals find_globals(const Edits& edits) {
  Globals result;
  const auto number = [&](const std::set<std::string>& changes) {
    for (std::size_t e = 0; e < edits.edits.size(); ++e)
      if (edits.edits[e].is_global && changes.count(edits.edits[e].change) != 0) return e;
    return kNone;
  };
  const auto first = [](std::initializer_list<std::size_t> candidates) {
    for (const std::size_t e : candidates)
      if (e != kNone) return e;
    return kNone;
  };
  result.batch = number({"batch"});
  result.size = number({"input_size", "sequence_length"});
  const std::size_t type = number({"precision"});
  const std::size_t groups = number({"layer_group_off", "opt_level", "group_cut"});
  const std::size_t quantisation = number({"asymmetric_quant"});
  const std::size_t compiler = number({"compiler_version"});
  result.rate = first({type, quantisation, groups, compiler});
  result.moves = first({groups, type, compiler, quantisation});
  result.operators = first({type, quantisation, compiler, groups});
  for (std::size_t e = 0; e < edits.edits.size(); ++e)
    if (edits.edits[e].is_global) result.all.push_back(e);
  return result;
}

double ratio_of(const std::vector<NetworkPort>& a, const std::vector<NetworkPort>& b, bool of_batch) {
  if (a.empty() || b.empty() || a[0].shape.empty() || a[0].shape.size() != b[0].shape.size()) return 1;
  double ratio = 1;
  for (std::size_t k = of_batch ? 0 : 1; k < (of_batch ? 1 : a[0].shape.size()); ++k)
    if (a[0].shape[k] != 0) ratio *= double(b[0].shape[k]) / double(a[0].shape[k]);
  return ratio;
}

double fixed_of(const emulator::TimeStack& stack) {
  double sum = 0;
  for (const auto cause : {emulator::Cause::kFill, emulator::Cause::kDescriptor, emulator::Cause::kSync,
                           emulator::Cause::kFetch, emulator::Cause::kLaunch, emulator::Cause::kIdle})
    sum += static_cast<double>(stack[static_cast<std::size_t>(cause)]);
  return sum;
}

class Exchange {
 public:
  Exchange(const Run& a, const Structure& sa, const Run& b, const Structure& sb, const Alignment& alignment,
           const Edits& edits)
      : edits_(edits),
        globals_(find_globals(edits)),
        packs_(a.result.chip.family == isa::Family::kBm1684),
        lanes_(static_cast<std::uint64_t>(isa::geometry_of(a.result.chip).lanes)) {
    if (globals_.batch != kNone) {
      batch_a_ = a.result.batch;
      batch_b_ = b.result.batch;
    }
    batch_ratio_ = globals_.batch == kNone ? 1 : ratio_of(a.network.inputs, b.network.inputs, true);
    size_ratio_ = globals_.size == kNone ? 1 : ratio_of(a.network.inputs, b.network.inputs, false);
    add(a, sa, edits.of_a, {}, false);
    add(b, sb, edits.of_b, alignment.to_a, true);
    rest_ = double(emulator::total(b.result.path.tail)) - double(emulator::total(a.result.path.tail));
    find_type_ratios();
  }

  std::vector<double> shares() const {
    std::vector<double> result(edits_.edits.size() + 1, 0);
    result.back() = rest_;
    for (const auto& entry : parts_) {
      const auto& part = entry.second;  // lambdas may not capture a structured binding
      std::vector<std::size_t> players = globals_.all;
      if (part.owner != kNone && !edits_.edits[part.owner].is_global) players.push_back(part.owner);
      const double fixed = part.fixed_b - part.fixed_a;
      if (part.owner == kNone || players.size() == 1) {
        (part.owner == kNone ? result.back() : result[part.owner]) += part.b - part.a + fixed;
        continue;
      }
      for (const std::size_t player : players) result[player] += fixed / double(players.size());
      const auto split = shapley(static_cast<unsigned>(players.size()), [&](unsigned set) {
        if (set == 0) return part.a;
        if (set + 1 == 1U << players.size()) return part.b;
        std::set<std::size_t> made;
        for (std::size_t k = 0; k < players.size(); ++k)
          if ((set >> k & 1U) != 0) made.insert(players[k]);
        return value(part, made);
      });
      for (std::size_t k = 0; k < players.size(); ++k) result[players[k]] += split[k];
    }
    return result;
  }

 private:
  using Made = std::set<std::size_t>;  ///< edits that have been made

  void add(const Run& run, const Structure& s, const std::vector<std::size_t>& of, const std::vector<std::size_t>& to_a,
           bool is_b) {
    for (std::size_t p = 0; p < s.pieces.size(); ++p) {
      const Piece& piece = s.pieces[p];
      // a unit of B without a partner gets a number that none of A has
      std::size_t unit = piece.unit;
      if (is_b && unit != kNone) unit = to_a[unit] != kNone ? to_a[unit] : kNone - 1 - unit;
      Part& part = parts_[{unit, piece.role}];
      part.role = piece.role;
      (is_b ? part.in_b : part.in_a) = true;
      if (part.owner == kNone || (of[p] != kNone && edits_.edits[part.owner].is_global)) part.owner = of[p];
      if (piece.layer != kNone) {
        const LayerCost& layer = run.result.layers[piece.layer];
        const double fixed = fixed_of(layer.critical);
        (is_b ? part.fixed_b : part.fixed_a) += fixed;
        (is_b ? part.b : part.a) += static_cast<double>(layer.critical_ps) - fixed;
      }
      const NetworkTensor*& tensor = is_b ? part.at_b : part.at_a;
      if (tensor != nullptr || piece.op == kNone || run.network.operators[piece.op].results.empty()) continue;
      const NetworkOperator& op = run.network.operators[piece.op];
      tensor = &op.results.front();
      (is_b ? part.like_b : part.like_a) = look_of(op, piece.role);
      (is_b ? part.bytes_b : part.bytes_a) = is_of_bytes(op);
    }
  }

  static bool is(std::size_t edit, const Made& made) { return edit != kNone && made.count(edit) != 0; }

  std::size_t local_of(const Part& part) const {
    return part.owner != kNone && !edits_.edits[part.owner].is_global ? part.owner : kNone;
  }

  static bool is_of_bytes(const NetworkOperator& op) {
    const auto is_byte = [](const NetworkTensor& tensor) { return type_class(tensor.type) == "8 bit"; };
    return is_byte(op.results.front()) && (op.operands.empty() || is_byte(op.operands.front()));
  }

  /// Images in whole words: four of one byte each where the chip packs batches.
  double images(bool of_bytes, double n) const { return packs_ && of_bytes ? std::ceil(n / 4) * 4 : n; }

  /// How many times A's elements with the edits of `made`, as far as batch and input size decide.
  double elements(const Part& part, const Made& made) const {
    if (part.role == "Load weight" || part.role == "no layer" || is_of_few_rows(part)) return 1;
    const bool has_size = is(globals_.size, made);
    if (part.at_a == nullptr || part.at_b == nullptr) {  // one side alone has it: it grows with its input
      const double size = has_size ? size_ratio_ : 1;
      const double n = is(globals_.batch, made) ? batch_b_ : batch_a_;
      return images(part.at_a != nullptr ? part.bytes_a : part.bytes_b, n) * size;
    }
    const bool has_batch = globals_.batch != kNone && follows_batch(part);
    const double n = is(globals_.batch, made) && has_batch ? batch_b_ : batch_a_;
    const double size = has_size ? without_batch(part) / (has_batch && folds_batch(part) ? batch_ratio_ : 1) : 1;
    return images(is(globals_.rate, made) ? part.bytes_b : part.bytes_a, n) * size;
  }

  /// A matrix product with rows for a part of the lanes alone: its weights decide how long it takes, not its rows.
  bool is_of_few_rows(const Part& part) const {
    if (part.role != "MatMul" || part.at_a == nullptr || part.at_b == nullptr) return false;
    const auto rows = [](const NetworkTensor& t) { return t.elements() / std::max<std::uint64_t>(1, t.shape.back()); };
    return std::max(rows(*part.at_a), rows(*part.at_b)) <= lanes_;
  }

  /// B's elements over A's in all dimensions but the first, and but the channels where the operator itself is changed.
  double without_batch(const Part& part) const {
    const auto& x = part.at_a->shape;
    const auto& y = part.at_b->shape;
    if (x.size() != y.size())
      return double(part.at_b->elements()) / double(std::max<std::uint64_t>(1, part.at_a->elements()));
    double ratio = 1;
    for (std::size_t k = 1; k < x.size(); ++k)
      if ((k != 1 || local_of(part) == kNone) && x[k] != 0) ratio *= double(y[k]) / double(x[k]);
    return ratio;
  }

  /// The batch may be part of another dimension, as where heads of attention are products of their own.
  bool folds_batch(const Part& part) const {
    const auto& x = part.at_a->shape;
    const auto& y = part.at_b->shape;
    return x.size() != y.size() || x.empty() || x[0] == y[0];
  }
  bool follows_batch(const Part& part) const {
    if (!folds_batch(part)) return true;
    const double ratio = without_batch(part) / batch_ratio_;
    return globals_.size == kNone ? ratio > 0.8 && ratio < 1.25 : ratio > 0.9 * std::min(1.0, size_ratio_);
  }

  Made all() const { return {globals_.all.begin(), globals_.all.end()}; }

  double value(const Part& part, const Made& made) const {
    const std::size_t local = local_of(part);
    Made every = all();
    if (local != kNone) every.insert(local);
    const double at_a = elements(part, {});
    const double at_b = elements(part, every);
    const double here = elements(part, made);
    if (!part.in_a || !part.in_b) {
      const bool is_move = part.role == "Load activation" || part.role == "Store";
      // without layer groups every operator loads and stores, whatever else became of it
      const bool is_groups =
          is_move && globals_.moves != kNone && edits_.edits[globals_.moves].change == "layer_group_off";
      std::size_t who = local != kNone && !is_groups ? local : is_move ? globals_.moves : globals_.operators;
      if (who == kNone) who = globals_.all.front();
      if (is(who, made) != part.in_b) return 0;
      double ratio = 1;  // without layer groups it takes longer too, as the others do
      if (who == local && globals_.rate != kNone && edits_.edits[globals_.rate].change == "layer_group_off" &&
          is(globals_.rate, made) != part.in_b)
        ratio = part.in_a ? type_ratio('a', part.like_a, part.role) : 1 / type_ratio('b', part.like_b, part.role);
      return ratio * (part.in_a ? part.a * here / at_a : part.b * here / at_b);
    }
    const double rate_a = part.a / at_a;
    const double rate_b = part.b / at_b;
    if (local != kNone && globals_.rate != kNone && part.a > 0 && part.b > 0 &&
        is(globals_.rate, made) != is(local, made))
      return here * (is(local, made) ? rate_b / type_ratio('b', part.like_b, part.role)
                                     : rate_a * type_ratio('a', part.like_a, part.role));
    if (local != kNone && is(local, made)) return here * rate_b;
    if (local != kNone) return here * rate_a;
    if (globals_.rate != kNone) return here * (is(globals_.rate, made) ? rate_b : rate_a);
    return by_elements(part, at_a, at_b, here, made);
  }

  /// Nothing but numbers of elements differs: the time follows a power of them.
  double by_elements(const Part& part, double at_a, double at_b, double here, const Made& made) const {
    const double whole = std::log(at_b / at_a);
    if (std::abs(whole) < kSameElements) return is(globals_.all.front(), made) ? part.b : part.a;
    const double power = part.a > 0 && part.b > 0 ? std::log(part.b / part.a) / whole : -1;
    if (power >= 0 && power <= kSteepest) return part.a * std::pow(here / at_a, power);
    return part.a + (part.b - part.a) * std::log(here / at_a) / whole;
  }

  static std::string look_of(const NetworkOperator& op, const std::string& role) {
    std::string look = fmt::format("{} {} {}", role, op.kernel, fmt::join(op.results.front().shape, "x"));
    for (const NetworkTensor& operand : op.operands) look += fmt::format(" {}", fmt::join(operand.shape, "x"));
    return look;
  }

  /// How much longer an element takes in B's type: the middle one of the operators that no other change touches, of
  /// those that look the same on one of the sides, of those with the same role, and of all.
  void find_type_ratios() {
    if (globals_.rate == kNone) return;
    std::map<std::string, std::vector<double>> logs;
    for (const auto& [key, part] : parts_) {
      if (!part.in_a || !part.in_b || part.a <= 0 || part.b <= 0 || local_of(part) != kNone) continue;
      const double value = std::log(part.b / elements(part, all()) / (part.a / elements(part, {})));
      for (const std::string& group : {"a " + part.like_a, "b " + part.like_b, part.role, std::string()})
        logs[group].push_back(value);
    }
    for (auto& [group, values] : logs) {
      std::sort(values.begin(), values.end());
      const std::size_t n = values.size();
      type_ratios_[group] = std::exp((values[n / 2] + values[(n - 1) / 2]) / 2);
    }
  }
  double type_ratio(char side, const std::string& look, const std::string& role) const {
    for (const std::string& group : {fmt::format("{} {}", side, look), role, std::string()})
      if (const auto found = type_ratios_.find(group); found != type_ratios_.end()) return found->second;
    return 1;
  }

  const Edits& edits_;
  Globals globals_;
  bool packs_ = false;
  std::uint64_t lanes_ = 0;
  double batch_a_ = 1, batch_b_ = 1, batch_ratio_ = 1, size_ratio_ = 1;
  std::map<std::pair<std::size_t, std::string>, Part> parts_;  ///< by unit of A and role
  std::map<std::string, double> type_ratios_;
  double rest_ = 0;
};

}  // namespace

std::vector<double> path_shares(const Run& a, const Structure& structure_a, const Run& b, const Structure& structure_b,
                                const Alignment& alignment, const Edits& edits) {
  return Exchange(a, structure_a, b, structure_b, alignment, edits).shares();
}

}  // namespace bmemu::harness
