// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Options that name files. Every option that names one is added with these, so that all commands check all files alike
// and before they work; a test walks over all options.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "harness/commands/command.h"

namespace bmemu::harness {

/// Adds an option whose value is a path and declares it. `target` must outlive `app`.
CLI::Option* add_file_option(CLI::App& app, Console& console, const std::string& name, std::string& target,
                             const std::string& description, FileUse use);
CLI::Option* add_file_option(CLI::App& app, Console& console, const std::string& name,
                             std::vector<std::string>& targets, const std::string& description, FileUse use);

/// The same for programs and models to read, where network:NAME (harness/architectures) names no file.
CLI::Option* add_model_file_option(CLI::App& app, Console& console, const std::string& name, std::string& target,
                                   const std::string& description, FileUse use = FileUse::kReads);
CLI::Option* add_model_file_option(CLI::App& app, Console& console, const std::string& name,
                                   std::vector<std::string>& targets, const std::string& description);

/// Declares what an option that was added otherwise means: `paths` gives its files, none where it names no file.
void declare_files(CLI::App& app, Console& console, CLI::Option& option, FileUse use, CommandFiles::Paths paths);

}  // namespace bmemu::harness
