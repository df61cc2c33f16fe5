// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the library tells the person at the keyboard: whose mistake it was, and which status the client gets.
#pragma once

#include <string>

#include "isa/error.h"
#include "runtime/interface/abi.h"

namespace bmemu::runtime {

enum class Blame : std::uint8_t {
  kClient,   ///< wrong use of the interface, or a program that no chip could run
  kSetting,  ///< the environment variables
  kLimit,    ///< legal, and not supported by bmemu
  kOurs,     ///< a fault of bmemu
};

struct Verdict {
  Blame blame = Blame::kOurs;
  Status status = kFailure;
};

/// Of an error's id.
Verdict verdict_of(const std::string& id);

/// One line on standard error: "bmemu: wrong use: FUNCTION: MESSAGE". A line that was printed kMostRepeats times is
/// not printed again.
void tell(const Error& error, const std::string& function);
void tell(Blame blame, const std::string& function, const std::string& message);
inline constexpr int kMostRepeats = 3;

}  // namespace bmemu::runtime
