// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The ONNX project's backend tests, compiled and run on a chip, and the page that says how they end.
#pragma once

#include <string>
#include <vector>

namespace bmemu::tests {

enum class Outcome : std::uint8_t {
  kPassed,
  kFailed,
  kOtherType,    ///< tensors that are not float32 (or indices): the chips do not compute in them
  kNotImported,  ///< an operator, mode or open shape outside of what the compiler takes
};

struct Verdict {
  std::string name;
  std::string op;  ///< of its node; "(several)" for a graph of more than one
  Outcome outcome = Outcome::kPassed;
  std::string reason;
};

/// ROOT/NAME in fp32. Inputs behind the first are bound to the values of the test's data set where the compiler needs
/// them as constants. Tolerance of the tests: 1e-7 + 1e-3 x |expected|.
Verdict judge_case(const std::string& root, const std::string& name, const std::string& chip);

struct Suite {
  std::string name;
  std::string root;
};

/// The text of docs/operators.md: one row per operator.
std::string operators_page(const std::vector<Suite>& suites);

}  // namespace bmemu::tests
