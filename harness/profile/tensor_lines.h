// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Tensors of a network's operators as the vendor's profile states them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "harness/measure/network.h"

namespace bmemu::harness {

class TensorLines {
 public:
  /// Keeps a reference to `network`.
  explicit TensorLines(const Network& network);

  /// Operands and results of the operator with this name and kind (without the compiler's prefix), one line each.
  /// Empty where the network has none: the viewer then knows no type of the layer.
  std::string of(const std::string& name, const std::string& kind) const;

 private:
  std::string line(const NetworkTensor& tensor, bool is_operand) const;

  const Network& network_;
  std::map<OperatorKey, std::size_t> operators_;
  std::map<std::string, std::size_t> ids_;
  std::set<std::string> constants_;
};

}  // namespace bmemu::harness
