// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// An option that takes one of a few words.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace bmemu::harness {

/// `target` gets the value of the word that was given; it must outlive `app`. A wrong word is answered with the words.
template <class Value, class Target>
CLI::Option* add_choice(CLI::App& app, const std::string& option, Target& target,
                        const std::vector<std::pair<std::string, Value>>& choices, const std::string& description) {
  std::vector<std::string> words;
  words.reserve(choices.size());
  for (const auto& [word, value] : choices) words.push_back(word);
  return app
      .add_option_function<std::string>(
          option,
          [&target, choices](const std::string& given) {
            for (const auto& [word, value] : choices)
              if (given == word) target = value;
          },
          description)
      ->check(CLI::IsMember(words));
}

}  // namespace bmemu::harness
