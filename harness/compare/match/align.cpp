// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/match/align.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "harness/compare/match/operator_changes.h"

namespace bmemu::harness {
namespace {

constexpr std::size_t kNone = Piece::kNone;

/// What a unit is compared by, as numbers, so that a pair of units costs a few comparisons.
struct Features {
  int name = 0;
  int bare_name = 0;  ///< digits left out: names that a compiler numbers
  int kind = 0;
  int family = 0;  ///< kinds that can stand for each other
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> weight;
  int type = 0;
  bool is_numbered = false;
  bool has_twin = false;  ///< the other side has one of this kind and name
};

class Numbers {
 public:
  int of(const std::string& text) { return numbers_.emplace(text, static_cast<int>(numbers_.size())).first->second; }

 private:
  std::map<std::string, int> numbers_;
};

std::string family_of(const NetworkOperator& op) {
  const std::string& kind = op.kind;
  for (const char* activation : {"Lut", "Active", "Relu", "Sigmoid", "LeakyRelu", "PRelu", "Clip", "Swish", "SiLU"})
    if (kind == activation) return "activation";
  for (const char* arithmetic : {"Add", "Sub", "Mul", "MulShift", "AddConst", "SubConst", "Scale"})
    if (kind == arithmetic) return "arithmetic";
  return is_upsampling(op) ? "resize" : kind;
}

/// "onnx::Conv_664", "535_Gemm": the digits shift when an operator is inserted.
bool is_numbered(const std::string& name) {
  return name.find('/') == std::string::npos &&
         std::any_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string without_digits(const std::string& name) {
  std::string result;
  for (const unsigned char c : name)
    if (std::isdigit(c) == 0) result += static_cast<char>(c);
  return result;
}

/// Without the number by which our compiler tells tensors of one name apart: "fc/MatMul#32".
std::string without_counter(const std::string& name) {
  const std::size_t at = name.rfind('#');
  const bool is_counter = at != std::string::npos && at + 1 < name.size() &&
                          std::all_of(name.begin() + static_cast<std::ptrdiff_t>(at) + 1, name.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
  return is_counter ? name.substr(0, at) : name;
}

std::vector<Features> features_of(const Network& network, const Structure& structure, Numbers& numbers) {
  std::vector<Features> result;
  for (const Unit& unit : structure.units) {
    const NetworkOperator& op = network.operators[unit.op];
    Features f;
    f.name = numbers.of(without_counter(op.name));
    f.bare_name = numbers.of("bare " + without_digits(op.name));
    f.kind = numbers.of("kind " + op.kind);
    f.family = numbers.of("family " + family_of(op));
    f.is_numbered = is_numbered(op.name);
    if (!op.results.empty()) {
      f.shape = op.results.front().shape;
      f.type = numbers.of("type " + op.results.front().type);
    }
    if (op.operands.size() > 1) f.weight = op.operands[1].shape;
    result.push_back(std::move(f));
  }
  return result;
}

int similarity(const Features& a, const Features& b) {
  if (a.name != b.name && (a.has_twin || b.has_twin)) return -40;  // its partner is elsewhere, in whatever order
  if (a.family != b.family && (a.name != b.name || a.is_numbered)) return -40;
  int score = a.kind == b.kind ? 10 : 3;
  if (a.name == b.name)
    score += a.is_numbered ? 8 : 30;
  else if (a.bare_name == b.bare_name)
    score += 3;
  if (a.shape == b.shape) {
    score += 8;
  } else if (a.shape.size() == b.shape.size()) {
    int equal = 0;
    for (std::size_t i = 0; i < a.shape.size(); ++i) equal += a.shape[i] == b.shape[i] ? 1 : 0;
    score += 2 * equal - 3;
  } else {
    score -= 4;
  }
  score += a.weight == b.weight ? 4 : -1;
  return score + (a.type == b.type ? 1 : 0);
}

void mark_twins(std::vector<Features>& a, std::vector<Features>& b) {
  const auto mark = [](std::vector<Features>& of, const std::vector<Features>& other) {
    std::set<std::pair<int, int>> keys;
    for (const Features& f : other) keys.emplace(f.name, f.kind);
    for (Features& f : of) f.has_twin = !f.is_numbered && keys.count({f.name, f.kind}) != 0;
  };
  mark(a, b);
  mark(b, a);
}

/// Numbers in names shift when an operator is inserted. Where nearly all names of the shorter side are the other's too,
/// with the same kind and the same channels, nothing shifted.
bool are_numbers_stable(const std::vector<Features>& a, const std::vector<Features>& b) {
  constexpr double kNearlyAll = 0.95;
  std::map<int, const Features*> by_name;
  for (const Features& f : a) by_name.emplace(f.name, &f);
  const auto channels = [](const Features& f) { return f.shape.size() > 1 ? f.shape[1] : 0; };
  std::size_t same = 0;
  for (const Features& f : b)
    if (const auto found = by_name.find(f.name); found != by_name.end())
      same += found->second->kind == f.kind && channels(*found->second) == channels(f) ? 1 : 0;
  return double(same) >= kNearlyAll * double(std::min(a.size(), b.size()));
}

}  // namespace

Alignment align(const Network& a, const Structure& structure_a, const Network& b, const Structure& structure_b) {
  Numbers numbers;
  auto fa = features_of(a, structure_a, numbers);
  auto fb = features_of(b, structure_b, numbers);
  if (are_numbers_stable(fa, fb))
    for (auto* features : {&fa, &fb})
      for (Features& f : *features) f.is_numbered = false;
  mark_twins(fa, fb);
  const std::size_t rows = fa.size() + 1;
  const std::size_t columns = fb.size() + 1;
  constexpr int kGap = -4;
  std::vector<int> best(rows * columns, 0);
  std::vector<char> step(rows * columns, 0);  // 0 pair, 1 only A, 2 only B
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      if (i == 0 && j == 0) continue;
      int& value = best[i * columns + j];
      value = -(1 << 30);
      const auto offer = [&](int score, char which) {
        if (score > value) {
          value = score;
          step[i * columns + j] = which;
        }
      };
      if (i > 0 && j > 0) offer(best[(i - 1) * columns + j - 1] + similarity(fa[i - 1], fb[j - 1]), 0);
      if (i > 0) offer(best[(i - 1) * columns + j] + kGap, 1);
      if (j > 0) offer(best[i * columns + j - 1] + kGap, 2);
    }
  Alignment result;
  result.to_b.assign(fa.size(), kNone);
  result.to_a.assign(fb.size(), kNone);
  const auto match = [&](std::size_t i, std::size_t j) {
    result.to_b[i] = j;
    result.to_a[j] = i;
  };
  for (std::size_t i = fa.size(), j = fb.size(); i > 0 || j > 0;) {
    const char which = step[i * columns + j];
    if (which == 0) match(i - 1, j - 1);
    if (which != 2) --i;
    if (which != 1) --j;
  }
  std::map<std::pair<int, int>, std::vector<std::size_t>> left;  // by name and kind
  for (std::size_t j = 0; j < fb.size(); ++j)
    if (result.to_a[j] == kNone) left[{fb[j].name, fb[j].kind}].push_back(j);
  for (std::size_t i = 0; i < fa.size(); ++i) {
    if (result.to_b[i] != kNone || fa[i].is_numbered) continue;
    const auto found = left.find({fa[i].name, fa[i].kind});
    if (found != left.end() && found->second.size() == 1 && result.to_a[found->second.front()] == kNone)
      match(i, found->second.front());
  }
  return result;
}

double common_share(const Network& a, const Structure& structure_a, const Network& b, const Structure& structure_b,
                    const Alignment& alignment) {
  const auto channels = [](const NetworkOperator& op) {
    return op.results.empty() || op.results.front().shape.size() < 2 ? 0 : op.results.front().shape[1];
  };
  const auto weight = [](const NetworkOperator& op) {
    return op.operands.size() < 2 ? std::vector<std::uint64_t>{} : op.operands[1].shape;
  };
  std::size_t common = 0;
  for (std::size_t i = 0; i < alignment.to_b.size(); ++i) {
    if (alignment.to_b[i] == kNone) continue;
    const NetworkOperator& x = a.operators[structure_a.units[i].op];
    const NetworkOperator& y = b.operators[structure_b.units[alignment.to_b[i]].op];
    common += x.name == y.name || (x.kind == y.kind && channels(x) == channels(y) && weight(x) == weight(y)) ? 1 : 0;
  }
  const std::size_t smaller = std::min(structure_a.units.size(), structure_b.units.size());
  return smaller == 0 ? 1 : double(common) / double(smaller);
}

}  // namespace bmemu::harness
