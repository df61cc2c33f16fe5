// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/conformance_command.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>

#include "harness/conformance.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct Arguments {
  ConformanceOptions options;
  std::string json;
};

void run(const Arguments& arguments, int& exit_code) {
  const auto report = run_conformance(arguments.options);
  if (arguments.json != "-") std::cout << conformance_text(report);
  if (arguments.json == "-") {
    std::cout << conformance_json(report);
  } else if (!arguments.json.empty()) {
    std::ofstream out(arguments.json);
    out << conformance_json(report);
    if (!out.flush())
      throw Error({"E-FILE-WRITE", arguments.json, "", "a writable file", "the report cannot be written"});
  }
  exit_code = report.passed() ? 0 : 1;
}

}  // namespace

void add_conformance_command(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<Arguments>();
  auto& options = arguments->options;
  auto* command = app.add_subcommand("conformance", "run single-command vectors and compare every byte");
  command->add_option("path", options.path, "vector file or folder of vector files")->required();
  const std::map<std::string, isa::Family> families{{"bm1684", isa::Family::kBm1684},
                                                    {"bm1684x", isa::Family::kBm1684x}};
  const std::map<std::string, isa::Engine> engines{{"tiu", isa::Engine::kTiu}, {"gdma", isa::Engine::kGdma}};
  const std::map<std::string, VectorKind> kinds{{"real", VectorKind::kReal},
                                                {"random", VectorKind::kRandom},
                                                {"mutated", VectorKind::kMutated},
                                                {"synth", VectorKind::kSynth}};
  command->add_option("--chip", options.family, "only this chip")->transform(CLI::CheckedTransformer(families));
  command->add_option("--engine", options.engine, "only this engine")->transform(CLI::CheckedTransformer(engines));
  command->add_option("--kind", options.kind, "only records made like this")->transform(CLI::CheckedTransformer(kinds));
  command->add_option("--op", options.operation, "only operations whose name contains this text");
  command->add_option("--list-failures", options.list_failures, "describe this many records that are not exact");
  command->add_option("--json", arguments->json, "write the report to this file; - writes it instead of the table");
  command->callback([arguments, &exit_code] { run(*arguments, exit_code); });
}

}  // namespace bmemu::harness
