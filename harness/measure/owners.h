// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which operator each operator of a network serves: a load belongs to the one that reads what it brings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/measure/network.h"

namespace bmemu::harness {

/// Whether the kind only moves or converts a tensor for another operator.
bool is_helper(const std::string& kind);

/// Contract: the network outlives it. Operators are indices into its `operators`.
class Owners {
 public:
  static constexpr std::size_t kNone = SIZE_MAX;

  explicit Owners(const Network& network);

  /// The compute operator that an operator belongs to: it follows readers (or makers) over other helpers. A compute
  /// operator belongs to itself, a helper that serves nobody to none.
  std::size_t of(std::size_t i) const;
  std::vector<std::size_t> readers(std::size_t i) const;
  bool is_made(const std::string& tensor) const { return makers_.count(tensor) != 0; }

 private:
  std::size_t maker(const std::string& tensor) const;
  std::size_t search(std::size_t i, bool forward, int depth) const;

  const Network& network_;
  std::map<std::string, std::size_t> makers_;  ///< a Store makes no new tensor, a Load one that only its readers see
  std::map<std::string, std::vector<std::size_t>> readers_;
};

}  // namespace bmemu::harness
