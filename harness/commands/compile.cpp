// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu compile`: an ONNX model becomes a BModel file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/commands/options/model_options.h"
#include "harness/compile/open_program.h"
#include "harness/compile/program_files.h"
#include "harness/output/progress.h"
#include "harness/report/chip_output.h"
#include "isa/chip/chip_changes.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct Options {
  ModelOptions model;
  ChipOptions chip;
  std::string output;
  std::string dump_after;
  std::string dump_to = kStdout;
  std::string table;
};

std::string summary(const isa::Program& program, const std::string& path, std::size_t bytes) {
  std::size_t tiu = 0, gdma = 0;
  for (const auto& group : program.groups) {
    tiu += group.tiu.commands.size();
    gdma += group.gdma.commands.size();
  }
  return fmt::format("{}: {} commands ({} TIU, {} GDMA), {} bytes\n", path, tiu + gdma, tiu, gdma, bytes);
}

void compile(const Options& options, Console& console) {
  const isa::ChipSpec chip = load_chip(options.chip, isa::Family::kBm1684x);
  if (options.chip.print_config) {
    console.out << chip_toml(chip);
    return;
  }
  if (options.output.empty() && options.dump_after.empty())
    throw Error(
        {"E-COMPILE-OUTPUT", "--output", "", "a file for the program, or --dump-after", "nothing would come of it"});
  if (!options.table.empty() && options.model.precision != kernels::Precision::kI8)
    throw Error({"E-COMPILE-DTYPE", "--write-calibration", std::string(kernels::name(options.model.precision)), "int8",
                 "ranges belong to 8 bits"});
  CommandFiles& files = console.files;
  std::ostream* const program = files.open(options.output);
  std::ostream* const layers = files.open(layer_map_path(options.output));
  std::ostream* const table = files.open(options.table);
  std::ostream* const dumped = options.dump_after.empty() ? nullptr : files.open(options.dump_to);
  StepLine line(console.err, console.err_is_terminal);
  const PreparedModel prepared = prepare_model(
      options.model, chip, [&](const std::string& step) { line.show(step); },
      [&](std::string_view pass, const kernels::Graph& graph) {
        if (dumped && pass == options.dump_after) *dumped << kernels::dump(graph);
      });
  if (table) *table << kernels::calibration_table(prepared.calibration);
  std::string done;
  if (program) {
    line.show("lower");
    const isa::Program compiled = lower_model(prepared.graph, chip, options.model);
    done = summary(compiled, options.output,
                   write_program(compiled, network_of_model(compiled, prepared.graph), chip, *program, *layers));
    if (const auto changed = isa::changed_from_text(chip); !changed.empty()) done += "chip " + changed + "\n";
  }
  files.commit();
  line.clear();
  if (!files.uses_stdout()) console.out << done;
}

}  // namespace

void add_compile_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("compile", "Compile an ONNX model to a program for a chip");
  add_model_file_option(*command, console, "MODEL", options->model.path, "Model: .onnx, or network:NAME")->required();
  add_chip_options(*command, console, options->chip);
  add_model_options(*command, console, options->model);
  auto* output = command->add_option("-o,--output", options->output,
                                     "The program (.bmodel); its layer map is written beside it (.json)");
  output->type_name("FILE");
  declare_files(*command, console, *output, FileUse::kWritesArrays, [options] {
    return options->output.empty() ? std::vector<std::string>()
                                   : std::vector<std::string>{options->output, layer_map_path(options->output)};
  });
  add_file_option(*command, console, "--write-calibration", options->table,
                  "int8: write the ranges that were used as a calibration table", FileUse::kWrites);
  std::vector<std::string> passes;
  for (const std::string_view pass : kernels::pass_names()) passes.emplace_back(pass);
  auto* dump_after = command->add_option("--dump-after", options->dump_after, "Write the graph behind a pass as text")
                         ->check(CLI::IsMember(passes))
                         ->type_name("PASS");
  auto* dump_to =
      command->add_option("--dump-to", options->dump_to, "Where --dump-after writes; default: standard output");
  dump_to->type_name("FILE|-")->needs(dump_after);
  declare_files(*command, console, *dump_to, FileUse::kWrites, [options] {
    return options->dump_after.empty() ? std::vector<std::string>() : std::vector<std::string>{options->dump_to};
  });
  command->callback([options, &console] { compile(*options, console); });
}

}  // namespace bmemu::harness
