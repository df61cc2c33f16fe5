// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <CLI/CLI.hpp>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/compile/compile_model.h"
#include "isa/bmodel/bmodel.h"
#include "isa/error.h"

namespace bmemu::harness {

CLI::Option* add_program_options(CLI::App& app, Console& console, ProgramOptions& options) {
  auto* path = add_model_file_option(app, console, "PROGRAM", options.path,
                                     "Compiled program: .bmodel, also compressed (.bmodel.zst)");
  app.add_option("--net", options.network, "Network of the program; default: its first")->type_name("NAME");
  app.add_option("--stage", options.stage, "Stage of the network, from 0")->type_name("I");
  app.add_flag_callback(
      "--strict", [&options] { options.parts = isa::Parts::kAll; },
      "Refuse a program of which a part runs on the host or is made at run time, instead of leaving that part out");
  return path;
}

void require_program(const std::string& path) {
  if (is_model(path))
    throw Error({"E-USAGE", "PROGRAM", path, "a compiled program; `bmemu compile` makes one of a model",
                 "this command takes no model"});
}

isa::BModel open_bmodel(const ProgramOptions& options) {
  require_program(options.path);
  return isa::BModel::open(options.path);
}

isa::Program load_program(const ProgramOptions& options, const isa::BModel& model) {
  return isa::load_program(model, {options.network, options.stage, options.parts});
}

}  // namespace bmemu::harness
