// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/commands/conformance.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "harness/commands/choice.h"
#include "harness/commands/cpu_option.h"
#include "harness/conformance/conformance.h"
#include "harness/output/output_file.h"

namespace bmemu::harness {
namespace {

struct Arguments {
  ConformanceOptions options;
  std::string json;
};

void run(const Arguments& arguments, int& exit_code) {
  emulator::check_cpu_path(arguments.options.host.cpu);
  const auto report = run_conformance(arguments.options);
  if (arguments.json != "-") std::cout << conformance_text(report);
  if (arguments.json == "-") {
    std::cout << conformance_json(report);
  } else if (!arguments.json.empty()) {
    OutputFile file(arguments.json);
    file.stream() << conformance_json(report);
    file.commit();
  }
  exit_code = report.passed() ? 0 : 1;
}

}  // namespace

void add_conformance_command(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<Arguments>();
  auto& options = arguments->options;
  auto* command = app.add_subcommand("conformance", "run single-command vectors and compare every byte");
  command->add_option("path", options.path, "vector file or folder of vector files")->required();
  add_choice<isa::Family>(*command, "--chip", options.family,
                          {{"bm1684", isa::Family::kBm1684}, {"bm1684x", isa::Family::kBm1684x}}, "only this chip");
  add_choice<isa::Engine>(*command, "--engine", options.engine,
                          {{"tiu", isa::Engine::kTiu}, {"gdma", isa::Engine::kGdma}}, "only this engine");
  add_choice<VectorKind>(*command, "--kind", options.kind,
                         {{"real", VectorKind::kReal},
                          {"random", VectorKind::kRandom},
                          {"mutated", VectorKind::kMutated},
                          {"synth", VectorKind::kSynth}},
                         "only records made like this");
  command->add_option("--op", options.operation, "only operations whose name contains this text");
  command->add_option("--list-failures", options.list_failures, "describe this many records that are not exact");
  add_cpu_option(*command, options.host.cpu);
  command->add_option("--json", arguments->json, "write the report to this file; - writes it instead of the table");
  command->callback([arguments, &exit_code] { run(*arguments, exit_code); });
}

}  // namespace bmemu::harness
