// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu claims`: the FAQ's performance claims, tested.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <ostream>

#include "harness/claims/claims_text.h"
#include "harness/claims/speed/scale_loop.h"
#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/output/progress.h"
#include "harness/output/words.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct ClaimsCommandOptions {
  std::vector<std::string> ids;
  ClaimOptions claims;
  std::string json, report, markdown;
  bool evidence = false, fit = false, print_host = false;
};

const CLI::Validator kFigure(
    [](const std::string& text) {
      double value = 0;
      const bool is_legal = CLI::detail::lexical_cast(text, value) && value > 0 && value <= 1e9;
      return is_legal ? std::string() : text + " is no number above 0 and up to 1e9";
    },
    "FLOAT");

/// Errors: E-CLAIM-FIGURE when a figure to judge is not complete.
void check_figure(const ClaimsCommandOptions& options) {
  const auto& claims = options.claims;
  const bool has_figure = claims.measured_ms || (claims.fps && claims.tpu_percent);
  const bool has_two = claims.measured_ms && (claims.fps || claims.tpu_percent);
  const bool has_part = claims.measured_ms || claims.fps || claims.tpu_percent || !claims.product.empty();
  if (has_two || (!claims.program.empty() && !has_figure) || (claims.program.empty() && has_part) ||
      (!claims.program.empty() && options.ids != std::vector<std::string>{"6.4"}))
    throw Error({"E-CLAIM-FIGURE", "options", claims.program,
                 "claims 6.4 --program BMODEL with --measured MS, or with --fps F --tpu PERCENT",
                 "a figure to judge is not complete"});
}

/// Files that were given are read, also those that no claim to be tested needs: a wrong one is never passed over.
/// Errors: E-ACCURACY-TABLE for a table without a row that counts, those of the readers.
void check_files(const ClaimOptions& claims) {
  const auto require_rows = [](const std::string& path, auto&& rows) {
    if (!path.empty() && rows(path).empty())
      throw Error({"E-ACCURACY-TABLE", path, "no row that counts", "at least one", "the table says nothing"});
  };
  require_rows(claims.stages, read_stages);
  require_rows(claims.times, read_times);
  require_rows(claims.throughput, read_throughput);
  if (!claims.networks.empty()) load_networks(claims.networks);
  if (!claims.host.empty()) load_interface_model(claims.host);
  if (!claims.programs.empty() && !std::filesystem::is_directory(claims.programs))
    throw Error(
        {"E-FILE-OPEN", claims.programs, "no folder", "a folder of compiled programs", "cannot look for programs"});
}

void run_claims(ClaimsCommandOptions& options, Console& console) {
  check_figure(options);
  check_files(options.claims);
  if (options.print_host || options.fit) {
    const auto& claims = options.claims;
    console.out << interface_model_toml(options.fit
                                            ? fit_host(stage_cases(read_stages(claims.stages), read_times(claims.times),
                                                                   load_networks(claims.networks)))
                                                  .model
                                            : load_interface_model(claims.host));
    return;
  }
  const auto texts = choose_claims(options.ids);
  const bool has_stdout = console.files.uses_stdout();
  std::ostream* const json = console.files.open(options.json);
  std::ostream* const report = console.files.open(options.report);
  std::ostream* const markdown = console.files.open(options.markdown);
  StepLine line(console.err, console.err_is_terminal);
  options.claims.progress = [&](const std::string& what) { line.show(what); };
  std::vector<TestedClaim> tested;
  for (const auto& text : texts) {
    line.show("claim " + text.id);
    tested.push_back({text, test_claim(text, options.claims), !options.claims.program.empty()});
    line.clear();
    if (!has_stdout) console.out << folded(claim_lines(tested.back()), console.terminal.width, 2) << std::flush;
    if (!has_stdout && options.evidence) console.out << claim_evidence(tested.back().result, console.terminal.width);
    if (tested.back().is_changed()) console.exit_code = kCheckFailed;
  }
  if (json) *json << claims_json(tested).dump(2) << "\n";
  if (report) write_claims_page(tested, *report);
  if (markdown) *markdown << claims_markdown(tested);
  console.files.commit();
}

}  // namespace

void add_claims_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<ClaimsCommandOptions>();
  auto* claims = app.add_subcommand("claims", "Test the FAQ's performance claims: outcome and cause");
  claims->add_option("ID", options->ids, "Numbers of FAQ entries (6.1); default: all");
  claims->add_flag("--evidence", options->evidence, "Print evidence, tables and limits too");
  claims->add_flag("--quick", options->claims.quick, "Leave out what takes long; the row says what");
  const auto file = [&](const char* name, std::string& target, const char* what, FileUse use) {
    add_file_option(*claims, console, name, target, what, use);
  };
  file("--json", options->json, "Write the results (schema bmemu.claims/1)", FileUse::kWrites);
  file("--report", options->report, "Write an HTML page", FileUse::kWrites);
  file("--markdown", options->markdown, "Write the page of the documentation", FileUse::kWrites);
  file("--stages", options->claims.stages, "Published times of stages (CSV); default: those of bmemu", FileUse::kReads);
  file("--times", options->claims.times, "Published times of the TPU (CSV)", FileUse::kReads);
  file("--throughput", options->claims.throughput, "Published throughput (CSV)", FileUse::kReads);
  file("--networks", options->claims.networks, "Facts of networks (TOML)", FileUse::kReads);
  file("--host", options->claims.host, "Costs of the inference interface (TOML), claim 6.2", FileUse::kReads);
  file("--programs", options->claims.programs, "Folder of compiled programs; default: those of bmemu",
       FileUse::kReadsFolder);
  claims->add_option("--set", options->claims.settings, "A parameter of both chips: silicon.window_row_share=0")
      ->type_name("KEY=VALUE");
  file("--program", options->claims.program, "Claim 6.4: judge a figure that was measured with this program",
       FileUse::kReads);
  claims->add_option("--measured", options->claims.measured_ms, "Milliseconds per image")->check(kFigure);
  claims->add_option("--product", options->claims.product, "Where it was measured; default: the standard product");
  claims->add_option("--fps", options->claims.fps, "Images per second, with --tpu")->check(kFigure);
  claims->add_option("--tpu", options->claims.tpu_percent, "TPU utilisation in per cent")
      ->check(CLI::Range(0.1, 100.0));
  claims->add_flag("--fit", options->fit, "Fit the interface's costs to the tables and print them");
  claims->add_flag("--print-host", options->print_host, "Print the interface's costs and stop");
  claims->callback([options, &console] { run_claims(*options, console); });
}

}  // namespace bmemu::harness
