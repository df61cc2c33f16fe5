// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/commands/options/file_options.h"

#include <algorithm>

#include "harness/architectures/architecture.h"

namespace bmemu::harness {
namespace {

std::string type_name(FileUse use) {
  switch (use) {
    case FileUse::kWrites: return "FILE|-";
    case FileUse::kReadsFolder:
    case FileUse::kWritesFolder: return "DIR";
    case FileUse::kReadsEither: return "FILE|DIR";
    case FileUse::kReads:
    case FileUse::kWritesArrays: break;
  }
  return "FILE";
}

std::vector<std::string> files_among(std::vector<std::string> paths) {
  paths.erase(std::remove_if(paths.begin(), paths.end(), [](const auto& path) { return is_architecture(path); }),
              paths.end());
  return paths;
}

}  // namespace

void declare_files(CLI::App& app, Console& console, CLI::Option& option, FileUse use, CommandFiles::Paths paths) {
  console.files.declare(option.get_name(), use, [&app, paths = std::move(paths)] {
    return app.parsed() ? paths() : std::vector<std::string>();
  });
}

CLI::Option* add_file_option(CLI::App& app, Console& console, const std::string& name, std::string& target,
                             const std::string& description, FileUse use) {
  auto* option = app.add_option(name, target, description)->type_name(type_name(use));
  declare_files(app, console, *option, use, [&target] { return std::vector<std::string>{target}; });
  return option;
}

CLI::Option* add_file_option(CLI::App& app, Console& console, const std::string& name,
                             std::vector<std::string>& targets, const std::string& description, FileUse use) {
  auto* option = app.add_option(name, targets, description)->type_name(type_name(use));
  declare_files(app, console, *option, use, [&targets] { return targets; });
  return option;
}

CLI::Option* add_model_file_option(CLI::App& app, Console& console, const std::string& name, std::string& target,
                                   const std::string& description, FileUse use) {
  auto* option = app.add_option(name, target, description)->type_name(type_name(use) + "|network:NAME");
  declare_files(app, console, *option, use, [&target] { return files_among(std::vector<std::string>{target}); });
  return option;
}

CLI::Option* add_model_file_option(CLI::App& app, Console& console, const std::string& name,
                                   std::vector<std::string>& targets, const std::string& description) {
  auto* option = app.add_option(name, targets, description)->type_name("FILE|network:NAME");
  declare_files(app, console, *option, FileUse::kReads, [&targets] { return files_among(targets); });
  return option;
}

}  // namespace bmemu::harness
