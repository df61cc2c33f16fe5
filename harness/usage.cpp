// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/usage.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cctype>

#include "isa/similar.h"

namespace bmemu::harness {
namespace {

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : app.get_subcommands({}))
    if (command->get_name() == name) return command;
  return nullptr;
}

/// Of the command and of those that it belongs to, whose options it takes too.
const CLI::Option* find_option(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent())
    if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
  return nullptr;
}

std::vector<std::string> options_of(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& words) {
  const std::string nearest = isa::nearest_word(word, words);
  return nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest);
}

bool is_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         (word[1] == '-' || std::isalpha(static_cast<unsigned char>(word[1])) != 0);
}

std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? "bmemu" : path_of(*app.get_parent()) + " " + app.get_name();
}

}  // namespace

Error usage_error(const CLI::App& app, const std::vector<std::string>& arguments, const std::string& reason) {
  const CLI::App* command = &app;
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    const std::string& word = arguments[i];
    if (is_option(word)) {
      const std::string name = word.substr(0, word.find('='));
      const CLI::Option* option = find_option(command, name);
      if (option == nullptr)
        return Error({"E-USAGE-OPTION", path_of(*command), name,
                      fmt::format("an option that `{} --help` lists{}", path_of(*command),
                                  did_you_mean(name, options_of(command))),
                      "no such option"});
      if (option->get_items_expected_max() > 0 && name == word) ++i;  // its value
    } else if (!command->get_subcommands({}).empty()) {
      const CLI::App* found = find_command(*command, word);
      if (found == nullptr)
        return Error(
            {"E-USAGE-COMMAND", path_of(*command), word,
             fmt::format("{}{}", fmt::join(commands_of(*command), ", "), did_you_mean(word, commands_of(*command))),
             "no such command"});
      command = found;
    }
  }
  const std::vector<std::string> commands = commands_of(*command);
  const std::string listed = fmt::format("what `{} --help` lists", path_of(*command));
  return Error({"E-USAGE", path_of(*command), "",
                commands.empty() ? listed : fmt::format("{}: {}", listed, fmt::join(commands, ", ")), reason});
}

}  // namespace bmemu::harness
