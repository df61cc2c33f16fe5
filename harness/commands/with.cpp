// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu with`: any command, with emulated devices in the place of boards.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/launches/command_run.h"
#include "harness/launches/launch_table.h"
#include "harness/measure/point.h"
#include "harness/output/output_file.h"
#include "harness/report/chip_output.h"
#include "harness/report/run_outputs.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_list.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

struct WithOptions {
  ChipOptions chip;
  std::optional<std::string> devices;
  std::string mode = "values";
  std::string report;
  bool has_own_bmrt = false;
  bool has_sail = false;
  std::vector<std::string> words;
};

/// A folder of this run alone, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "bmemu-with-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw Error({"E-FILE-WRITE", name, std::strerror(errno), "", "no folder can be made there"});
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Files among the command's words that may be BModels; a folder may hold one of the vendor's test cases.
std::vector<std::string> models_in(const std::vector<std::string>& words) {
  std::vector<std::string> models;
  for (const std::string& word : words) {
    const std::string path = word.substr(0, 2) == "--" ? word.substr(word.find('=') + 1) : word;
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) models.push_back(path);
    const std::string inside = path + "/compilation.bmodel";
    if (std::filesystem::is_regular_file(inside, error)) models.push_back(inside);
  }
  return models;
}

/// The family that the first BModel of the command was compiled for.
std::optional<isa::Family> family_of(const std::vector<std::string>& models) {
  for (const std::string& path : models) {
    try {
      return isa::BModel::open(path).family();
    } catch (const Error&) {  // no model
    }
  }
  return std::nullopt;
}

std::vector<isa::ChipSpec> devices_of(const WithOptions& options, const std::vector<std::string>& models) {
  if (options.devices) return isa::load_chip_list(*options.devices, "--devices");
  return {load_chip(options.chip, family_of(models).value_or(isa::Family::kBm1684x))};
}

/// The devices for the library; a chip with settings as a file.
std::string device_list(const WithOptions& options, const std::vector<isa::ChipSpec>& devices,
                        const std::string& folder) {
  if (options.devices) return *options.devices;
  const isa::ChipSpec& device = devices.front();
  if (options.chip.settings.empty()) {
    const std::string chip = options.chip.chip.empty() ? device.name : options.chip.chip;
    return options.chip.product.empty() ? chip : chip + ":" + options.chip.product;
  }
  std::string path = folder + "/device.toml";
  std::ofstream(path) << chip_toml(device);
  return path;
}

/// NETWORK.html and NETWORK.json of every network that was saved, as `bmemu run --report --json` makes them.
void write_reports(const std::vector<LaunchedNetwork>& networks, const std::string& folder,
                   const std::vector<isa::ChipSpec>& devices) {
  for (const LaunchedNetwork& network : networks) {
    if (network.program.empty()) continue;
    const std::string program = folder + "/" + network.program;
    const Run run = measure({LoadedProgram::open(program), devices.at(static_cast<std::size_t>(network.device)), {}});
    for (const auto& [option, ending] : {std::pair{"--report", ".html"}, std::pair{"--json", ".json"}})
      for (const RunOutput& output : run_outputs()) {
        if (std::string_view(output.option) != option) continue;
        const std::string path = std::filesystem::path(program).replace_extension(ending).string();
        OutputFile file(path);
        output.write(run, path, file.stream());
        file.commit();
      }
  }
}

/// `folder`, and what PYTHONPATH had.
std::string before_path(const std::string& folder) {
  const char* const path = std::getenv("PYTHONPATH");
  return path == nullptr || *path == '\0' ? folder : folder + ":" + path;
}

void run_command(const WithOptions& options, Console& console) {
  const std::vector<std::string> models = models_in(options.words);
  const std::vector<isa::ChipSpec> devices = devices_of(options, models);
  if (options.chip.print_config) {
    for (const isa::ChipSpec& device : devices) console.out << chip_toml(device);
    return;
  }
  if (options.words.empty())
    throw Error({"E-WITH-COMMAND", "bmemu with", "no command", "bmemu with [OPTIONS] -- COMMAND...", "nothing to run"});
  const std::vector<std::string> libraries = find_runtime_libraries(options.has_own_bmrt || options.has_sail);
  const ScratchFolder scratch;
  const std::string report = console.files.open_folder(options.report);
  const std::string folder = report.empty() ? scratch.path() : report;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::pair<std::string, std::string>> variables{
      {"BMEMU_DEVICES", device_list(options, devices, scratch.path())},
      {"BMEMU_MODE", options.mode},
      {"BMEMU_SAVE", std::filesystem::absolute(folder).string()}};
  if (options.has_sail) variables.emplace_back("PYTHONPATH", before_path(sail_folder(libraries.front())));
  console.exit_code = run_with_libraries(options.words, libraries, variables);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  std::vector<LaunchedNetwork> networks = launched_networks(folder);
  name_networks(networks, folder, models);
  if (!report.empty()) {
    write_reports(networks, report, devices);
    console.files.commit();
  }
  console.err << launch_text(networks, took.count());
  if (networks.empty() && !options.has_own_bmrt && !options.has_sail)
    console.err << "where the vendor's runtime is not installed, --bmrt brings a libbmrt, --sail the Python module\n";
}

}  // namespace

void add_with_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<WithOptions>();
  auto* with = app.add_subcommand("with", "Run any command with emulated devices in the place of boards");
  with->add_option("COMMAND", options->words, "What to run, behind --; its standard output is its own")->expected(-1);
  add_chip_options(*with, console, options->chip);
  auto* devices = with->add_option("--devices", options->devices,
                                   "Several devices: CHIP or CHIP:PRODUCT, separated by commas; instead of --chip")
                      ->type_name("LIST");
  for (const char* other : {"--chip", "--product", "--set"}) devices->excludes(with->get_option(other));
  with->add_option("--mode", options->mode, "values (default), or time alone: outputs then keep what they held")
      ->check(CLI::IsMember({"values", "time"}))
      ->type_name("values|time");
  with->add_flag("--bmrt", options->has_own_bmrt,
                 "With bmemu's libbmrt in the place of the vendor's, or where none is");
  with->add_flag("--sail", options->has_sail, "With bmemu's Python module sophon.sail, and --bmrt below it");
  add_file_option(*with, console, "--report", options->report,
                  "Write a new folder: the launched networks as BModels, a page and a JSON of each, launches.csv",
                  FileUse::kWritesFolder)
      ->type_name("DIR");
  with->callback([options, &console] { run_command(*options, console); });
}

}  // namespace bmemu::harness
