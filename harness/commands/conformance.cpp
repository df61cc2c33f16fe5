// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu conformance`: single-command records, byte for byte.
#include "harness/conformance/conformance.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "emulator/operand/refusals.h"
#include "harness/commands/command.h"
#include "harness/commands/options/choice.h"
#include "harness/commands/options/cpu_option.h"
#include "harness/commands/options/file_options.h"
#include "harness/conformance/option_bits.h"
#include "harness/output/text_table.h"

namespace bmemu::harness {
namespace {

struct Arguments {
  ConformanceOptions options;
  std::string json;
  bool refusals = false;
  bool option_bits = false;
};

/// Markdown would be wider than a terminal.
void print_refusals(const Console& console) {
  if (console.terminal.width == 0) {
    console.out << emulator::refusals_table();
    return;
  }
  TextTable table({{"id"}, {"where"}, {"what"}});
  for (const emulator::RefusalRow& row : emulator::kRefusals)
    table.add({std::string(row.id), std::string(row.where), std::string(row.what)});
  console.out << table.text_within(console.terminal.width);
}

void run(const Arguments& arguments, Console& console) {
  if (arguments.refusals) return print_refusals(console);
  if (arguments.option_bits) {
    console.out << option_bits_page(option_bits(arguments.options.path));
    return;
  }
  emulator::check_cpu_path(arguments.options.host.cpu);
  const auto report = run_conformance(arguments.options);
  if (!console.files.uses_stdout()) console.out << conformance_text(report, console.terminal.width);
  if (auto* json = console.files.open(arguments.json)) *json << conformance_json(report);
  console.files.commit();
  if (!report.passed()) console.exit_code = kCheckFailed;
}

}  // namespace

void add_conformance_command(CLI::App& app, Console& console) {
  const auto arguments = std::make_shared<Arguments>();
  auto& options = arguments->options;
  auto* command = app.add_subcommand("conformance", "run single-command vectors and compare every byte");
  auto* path = add_file_option(*command, console, "path", options.path, "vector file or folder of vector files",
                               FileUse::kReadsEither);
  auto* refusals =
      command->add_flag("--refusals", arguments->refusals,
                        "print what is refused with E-FUNCTION-UNKNOWN; in a pipe as docs/limits.md has it");
  path->excludes(refusals);
  command->add_flag("--option-bits", arguments->option_bits,
                    "print what each option bit does to the values of these records, as docs/option_bits.md has it");
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
  command->add_option("--list-failures", options.list_failures, "describe this many records that are not exact")
      ->check(CLI::NonNegativeNumber);
  add_cpu_option(*command, options.host.cpu);
  add_file_option(*command, console, "--json", arguments->json,
                  "write the report to this file; - writes it instead of the table", FileUse::kWrites);
  command->callback([arguments, path, refusals, &console] {
    if (path->count() + refusals->count() == 0) throw CLI::RequiredError("path or --refusals");
    run(*arguments, console);
  });
}

}  // namespace bmemu::harness
