// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Einsum: sums of products named by letters, as reductions, permutations and batched products of matrices.
#include <fmt/format.h>

#include <algorithm>

#include "kernels/graph/onnx/node_import.h"

namespace bmemu::kernels::onnx_import {
namespace {

/// A tensor whose axes have letters.
struct Term {
  Operand operand{};
  std::string letters;
};

bool has(const std::string& letters, char letter) { return letters.find(letter) != std::string::npos; }

/// "ij,jk->ik" as the terms' letters and, last, the result's. An ellipsis stands for the leading axes of a term.
class Equation {
 public:
  Equation(NodeImport& node, std::string equation) : node_(node) {
    equation.erase(std::remove(equation.begin(), equation.end(), ' '), equation.end());
    const auto arrow = equation.find("->");
    std::string left = equation.substr(0, arrow);
    for (std::size_t i = 0; i < node.inputs(); ++i) {
      const auto comma = left.find(',');
      if ((comma == std::string::npos) != (i + 1 == node.inputs()))
        throw Unsupported{"another number of terms than inputs"};
      add_term(node.as_float(node.input(i)), left.substr(0, comma));
      left = comma == std::string::npos ? "" : left.substr(comma + 1);
    }
    result_ = arrow == std::string::npos ? implicit_result() : with_ellipsis(equation.substr(arrow + 2), ellipsis_);
    for (const char letter : result_)
      if (std::none_of(terms_.begin(), terms_.end(), [&](const Term& term) { return has(term.letters, letter); }))
        throw Unsupported{fmt::format("a result along {}, which no term has", letter)};
  }

  /// From left to right, two terms become one.
  Operand value() {
    Term product = terms_.front();
    for (std::size_t i = 1; i < terms_.size(); ++i) product = joined(product, terms_[i], needed_behind(i));
    return arranged(summed(product, result_), result_).operand;
  }

 private:
  /// Capital letters counted from Z stand for the axes of an ellipsis.
  static std::string with_ellipsis(const std::string& letters, const std::string& ellipsis) {
    const auto at = letters.find("...");
    return at == std::string::npos ? letters : letters.substr(0, at) + ellipsis + letters.substr(at + 3);
  }

  void add_term(Operand operand, const std::string& letters) {
    const std::size_t rank = node_.shape(operand).size();
    std::string axes = letters;
    if (letters.find("...") != std::string::npos) {
      const std::size_t hidden = rank - std::min(rank, letters.size() - 3);
      while (ellipsis_.size() < hidden) ellipsis_.insert(ellipsis_.begin(), static_cast<char>('Z' - ellipsis_.size()));
      axes = with_ellipsis(letters, ellipsis_.substr(ellipsis_.size() - hidden));
    }
    if (axes.size() != rank) throw Unsupported{fmt::format("{} for a tensor of rank {}", letters, rank)};
    std::string sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
      throw Unsupported{fmt::format("{}: a diagonal", letters)};
    terms_.push_back({operand, axes});
  }

  /// Axes of an ellipsis, then every letter that stands once, in the order of the alphabet.
  std::string implicit_result() const {
    std::string all, once;
    for (const Term& term : terms_) all += term.letters;
    std::sort(all.begin(), all.end());
    for (const char letter : all)
      if (std::count(all.begin(), all.end(), letter) == 1 && !has(ellipsis_, letter)) once += letter;
    return ellipsis_ + once;
  }

  std::string needed_behind(std::size_t index) const {
    std::string letters = result_;
    for (std::size_t i = index + 1; i < terms_.size(); ++i) letters += terms_[i].letters;
    return letters;
  }

  std::int64_t size_of(const Term& term, char letter) const {
    const auto at = term.letters.find(letter);
    return at == std::string::npos ? 1 : node_.shape(term.operand)[at];
  }

  /// Without the axes that `needed` does not name.
  Term summed(const Term& term, const std::string& needed) {
    std::vector<std::int64_t> axes;
    Term left{term.operand, ""};
    Shape shape;
    for (std::size_t i = 0; i < term.letters.size(); ++i) {
      const char letter = term.letters[i];
      if (has(needed, letter)) {
        left.letters += letter;
        shape.push_back(node_.shape(term.operand)[i]);
      } else {
        axes.push_back(static_cast<std::int64_t>(i));
      }
    }
    if (!axes.empty()) left.operand = node_.reshape(node_.reduce(ReduceFunction::kSum, term.operand, axes), shape);
    return left;
  }

  /// With the axes in this order.
  Term arranged(const Term& term, const std::string& letters) {
    std::vector<std::int64_t> order;
    for (const char letter : letters) order.push_back(static_cast<std::int64_t>(term.letters.find(letter)));
    return {node_.permute(term.operand, order), letters};
  }

  Term joined(Term a, Term b, const std::string& needed) {
    a = summed(a, needed + b.letters);
    b = summed(b, needed + a.letters);
    std::string common, inner, rows, columns;
    for (const char letter : a.letters) {
      const bool is_shared = has(b.letters, letter);
      (is_shared ? (has(needed, letter) ? common : inner) : rows) += letter;
      if (is_shared && size_of(a, letter) != size_of(b, letter))
        throw Unsupported{fmt::format("{} elements along {} and {}", size_of(a, letter), letter, size_of(b, letter))};
    }
    for (const char letter : b.letters)
      if (!has(a.letters, letter)) columns += letter;
    a = arranged(a, common + rows + inner);
    b = arranged(b, common + inner + columns);
    const auto product = [&](const Term& term, const std::string& letters) {
      std::int64_t size = 1;
      for (const char letter : letters) size *= size_of(term, letter);
      return size;
    };
    Term c{{}, common + rows + columns};
    Shape shape;
    for (const char letter : c.letters) shape.push_back(std::max(size_of(a, letter), size_of(b, letter)));
    const std::int64_t batch = product(a, common), m = product(a, rows), k = product(a, inner), n = product(b, columns);
    c.operand = node_.reshape(
        node_.matmul(node_.reshape(a.operand, {batch, m, k}), node_.reshape(b.operand, {batch, k, n})), shape);
    return c;
  }

  NodeImport& node_;
  std::vector<Term> terms_;
  std::string ellipsis_, result_;
};

void einsum(NodeImport& node) {
  const Operand y = Equation(node, node.word("equation", "")).value();
  const bool is_input = y.id == node.as_float(node.input(0)).id;
  node.result(is_input ? node.emit(Reshape{}, {y}, Shape(node.shape(y))) : y);
}

}  // namespace

void add_einsum(ImporterTable& table) { table.insert({{"Einsum", einsum}}); }

}  // namespace bmemu::kernels::onnx_import
