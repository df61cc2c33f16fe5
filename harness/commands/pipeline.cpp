// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu pipeline`: throughput of an application with threads, queues and shared engines.
#include "harness/pipeline/pipeline.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/output/text_table.h"

namespace bmemu::harness {
namespace {

void run_pipeline(const std::string& path, Console& console) {
  const PipelineConfig config = load_pipeline(path);
  const PipelineResult result = simulate(config);
  PipelineConfig serial = config;
  serial.processes = 1;
  const PipelineResult one = config.processes == 1 ? result : simulate(serial);
  console.out << fmt::format(
      "throughput   {:.2f} frames/s   limited by {}\nlatency      {:.2f} ms per frame\n"
      "serial       {:.2f} frames/s   one thread that does all stages in turn\n\n",
      result.fps, result.limit, result.latency_ms, one.fps);
  TextTable table({{"busy"}, {"%", Align::kRight}, {"of"}});
  for (const auto& use : result.resources)
    table.add({use.name, fmt::format("{:.1f}", 100 * use.busy), fmt::format("{}", config.resources.at(use.name))});
  for (const auto& use : result.stages) table.add({use.name, fmt::format("{:.1f}", 100 * use.busy), "its threads"});
  console.out << table.text();
}

}  // namespace

void add_pipeline_command(CLI::App& app, Console& console) {
  auto path = std::make_shared<std::string>();
  auto* pipeline = app.add_subcommand("pipeline", "Throughput of decode, pre-process, inference, post-process");
  add_file_option(*pipeline, console, "CONFIG", *path, "Stages, threads, queues, resources (TOML)", FileUse::kReads)
      ->required();
  pipeline->callback([path, &console] { run_pipeline(*path, console); });
}

}  // namespace bmemu::harness
