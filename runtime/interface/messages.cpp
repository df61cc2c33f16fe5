// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/interface/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <mutex>
#include <string_view>

namespace bmemu::runtime {
namespace {

struct Rule {
  std::string_view prefix;  ///< of ids, behind "E-"
  Verdict verdict;
};

/// The first that fits.
constexpr std::array kRules{
    Rule{"RUNTIME-MEMORY", {Blame::kClient, kNoMemory}},
    Rule{"RUNTIME-MODE", {Blame::kSetting, kFailure}},
    Rule{"RUNTIME-UNSUPPORTED", {Blame::kLimit, kNotSupported}},
    Rule{"RUNTIME-STORAGE", {Blame::kLimit, kNotSupported}},
    Rule{"RUNTIME-", {Blame::kClient, kParameter}},
    Rule{"CHIP-", {Blame::kSetting, kFailure}},
    Rule{"FILE-", {Blame::kSetting, kFailure}},
    Rule{"FUNCTION-UNKNOWN", {Blame::kLimit, kNotSupported}},
    Rule{"BMODEL-WRITE", {Blame::kLimit, kNotSupported}},
    Rule{"", {Blame::kClient, kFailure}},  // streams that no chip could run
};

std::string_view words(Blame blame) {
  switch (blame) {
    case Blame::kClient: return "wrong use";
    case Blame::kSetting: return "wrong setting";
    case Blame::kLimit: return "not supported";
    case Blame::kOurs: break;
  }
  return "a fault of bmemu";
}

}  // namespace

Verdict verdict_of(const std::string& id) {
  const std::string_view name = std::string_view(id).substr(2);
  return std::find_if(kRules.begin(), kRules.end(),
                      [&](const Rule& rule) { return name.substr(0, rule.prefix.size()) == rule.prefix; })
      ->verdict;  // the last rule fits all
}

void tell(const Error& error, const std::string& function) {
  tell(verdict_of(error.id()).blame, function, error.what());
}

void tell(Blame blame, const std::string& function, const std::string& message) {
  static auto& mutex = *new std::mutex;  // never destroyed: threads may outlive the statics
  static auto& told = *new std::map<std::string, int>;
  constexpr std::size_t kMostLines = 1000;  // more are told without being counted
  const std::string line = fmt::format("bmemu: {}: {}: {}\n", words(blame), function, message);
  const std::lock_guard lock(mutex);
  if (told.size() < kMostLines || told.count(line) != 0)
    if (++told[line] > kMostRepeats) return;
  std::cerr << line << std::flush;
}

}  // namespace bmemu::runtime
