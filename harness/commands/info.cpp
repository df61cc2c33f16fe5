// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu info`: what a compiled program is made of.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/output/words.h"
#include "harness/report/program_info.h"

namespace bmemu::harness {
namespace {

struct InfoOptions {
  std::string path;
  std::string json;
};

void show_info(const InfoOptions& options, Console& console) {
  require_program(options.path);
  const auto info = program_info_json(isa::BModel::open(options.path), options.path);
  if (auto* json = console.files.open(options.json)) *json << info.dump(2) << "\n";
  console.files.commit();
  if (!console.files.uses_stdout()) console.out << folded(program_info_text(info), console.terminal.width, 4);
}

}  // namespace

void add_info_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<InfoOptions>();
  auto* info =
      app.add_subcommand("info", "Show what a program is made of: networks, inputs, outputs, memory, commands");
  add_model_file_option(*info, console, "PROGRAM", options->path,
                        "Compiled program: .bmodel, also compressed (.bmodel.zst)")
      ->type_name("FILE")
      ->required();
  add_file_option(*info, console, "--json", options->json, "Write it as JSON (schema bmemu.info/1)", FileUse::kWrites)
      ->expected(0, 1)
      ->default_str("-");
  info->callback([options, &console] { show_info(*options, console); });
}

}  // namespace bmemu::harness
