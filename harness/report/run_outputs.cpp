// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/run_outputs.h"

#include <filesystem>
#include <ostream>

#include "harness/report/command_table.h"
#include "harness/report/page.h"
#include "harness/report/saved/result_json.h"
#include "harness/report/saved/saved_run.h"
#include "harness/report/trace/trace.h"
#include "harness/report/work_text.h"

namespace bmemu::harness {
namespace {

void json(const Run& run, const std::string&, std::ostream& out) { out << result_json(run.result).dump(2) << "\n"; }
void commands(const Run& run, const std::string&, std::ostream& out) { write_command_table(run, out); }
void layers(const Run& run, const std::string&, std::ostream& out) { write_layers_csv(run.result, out); }
void page(const Run& run, const std::string&, std::ostream& out) { write_page(run, out); }
void saved(const Run& run, const std::string&, std::ostream& out) { save_run(run, out); }

void trace(const Run& run, const std::string& path, std::ostream& out) {
  if (std::filesystem::path(path).extension() == ".json")
    write_chrome_trace(run.result, run.log, out);
  else
    write_perfetto_trace(run.result, run.log, out);
}

}  // namespace

const std::vector<RunOutput>& run_outputs() {
  static const std::vector<RunOutput> kOutputs = {
      {"--json", "Write the result (schema bmemu.run/1)", json, false},
      {"--commands", "Write one CSV row per command", commands, false},
      {"--trace", "Write a trace for Perfetto; Chrome's JSON when FILE ends in .json", trace, false},
      {"--layers-csv", "Write one CSV row per layer, with its causes", layers, false},
      {"--report", "Write an HTML page: timeline, cycle stack, layers, roofline", page, true},
      {"--save", "Write the whole run, result and command log, to compare with later", saved, true},
  };
  return kOutputs;
}

}  // namespace bmemu::harness
