// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// `bmemu layers`: which layer map a program has, what is in it, and how to get one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/commands/command.h"
#include "harness/commands/options/file_options.h"
#include "harness/output/text_table.h"
#include "harness/output/words.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kGuide =
    "A layer map says which commands came from which operator of the network.\n"
    "Without one everything works but what is said of layers.\n"
    "  tpu-mlir: model_deploy.py writes it beside the program, as NAME.bmodel.json;\n"
    "            releases before 1.9 as tensor_location.json where they work.\n"
    "  bmemu compile -o NAME.bmodel writes NAME.json.\n"
    "Beside NAME.bmodel[.zst] these are looked for, each also with .zst: NAME.json,\n"
    "NAME.loc.json, NAME.bmodel.json, tensor_location.json. --layers FILE names\n"
    "another place. The map must be of the same compilation: ids of commands that\n"
    "the program does not have are refused. More: docs/your-network.md.\n";

struct LayersOptions {
  ProgramOptions program;
  std::string layers;
  std::string json;
};

struct KindCounts {
  std::uint64_t layers = 0, tiu = 0, gdma = 0;
};

/// Schema bmemu.layers/1.
Json layers_json(const isa::Program& program, const isa::FoundLayerMap& found) {
  Json json{{"schema", "bmemu.layers/1"},
            {"program", std::filesystem::path(program.source).filename().string()},
            {"layer_map", found.path.empty() ? Json() : Json(found.path)},
            {"rejected", found.rejected}};
  std::map<std::string, KindCounts> kinds;
  for (const std::string& kind : found.layers.kinds) ++kinds[kind].layers;
  std::uint64_t commands = 0;
  std::uint64_t with_layer = 0;
  for (std::uint32_t g = 0; g < program.groups.size(); ++g)
    for (const auto engine : {isa::Engine::kTiu, isa::Engine::kGdma}) {
      const std::size_t count = program.groups[g].stream(engine).commands.size();
      commands += count;
      if (found.path.empty()) continue;
      for (const std::uint32_t layer : found.layers.layer_of_commands(engine, g, count)) {
        if (layer == isa::LayerMap::kNone) continue;
        ++with_layer;
        KindCounts& of_kind = kinds[found.layers.kinds[layer]];
        ++(engine == isa::Engine::kTiu ? of_kind.tiu : of_kind.gdma);
      }
    }
  json["layers"] = found.layers.names.size();
  json["tensors"] = found.layers.results.size();
  json["commands"] = commands;
  json["commands_with_layer"] = with_layer;
  json["kinds"] = Json::array();
  for (const auto& [kind, counts] : kinds)
    json["kinds"].push_back(
        {{"kind", kind}, {"layers", counts.layers}, {"tiu_commands", counts.tiu}, {"gdma_commands", counts.gdma}});
  return json;
}

std::string layers_text(const Json& json) {
  std::string text;
  for (const auto& message : json["rejected"]) text += fmt::format("not used: {}\n", message.get<std::string>());
  if (json["layer_map"].is_null())
    return text + fmt::format("{}: no layer map was found.\n\n{}", json["program"].get<std::string>(), kGuide);
  text += fmt::format("{}: {}\n{}, {}; {} of {} commands belong to a layer\n\n", json["program"].get<std::string>(),
                      json["layer_map"].get<std::string>(), counted(json["layers"].get<std::uint64_t>(), "layer"),
                      counted(json["tensors"].get<std::uint64_t>(), "tensor"),
                      json["commands_with_layer"].get<std::uint64_t>(), json["commands"].get<std::uint64_t>());
  TextTable table({{"kind of layer"},
                   {"layers", Align::kRight},
                   {"TIU commands", Align::kRight},
                   {"GDMA commands", Align::kRight}});
  for (const auto& kind : json["kinds"])
    table.add({kind["kind"].get<std::string>(), fmt::format("{}", kind["layers"].get<std::uint64_t>()),
               fmt::format("{}", kind["tiu_commands"].get<std::uint64_t>()),
               fmt::format("{}", kind["gdma_commands"].get<std::uint64_t>())});
  return text + table.text();
}

void show_layers(const LayersOptions& options, Console& console) {
  if (options.program.path.empty()) {
    console.out << folded(kGuide, console.terminal.width);
    return;
  }
  const isa::Program program = load_program(options.program, open_bmodel(options.program));
  const Json json = layers_json(program, find_layers(options.layers, options.program.path, program));
  if (auto* file = console.files.open(options.json)) *file << json.dump(2) << "\n";
  console.files.commit();
  if (!console.files.uses_stdout()) console.out << folded(layers_text(json), console.terminal.width);
  if (json["layer_map"].is_null()) console.exit_code = kCheckFailed;
}

}  // namespace

void add_layers_command(CLI::App& app, Console& console) {
  auto options = std::make_shared<LayersOptions>();
  auto* layers =
      app.add_subcommand("layers", "Which layer map a program has and what is in it; without PROGRAM: how to get one");
  add_program_options(*layers, console, options->program)->type_name("FILE");
  add_file_option(*layers, console, "--layers", options->layers,
                  "The compiler's layer map; default: the one beside the program", FileUse::kReads);
  add_file_option(*layers, console, "--json", options->json, "Write it as JSON (schema bmemu.layers/1)",
                  FileUse::kWrites)
      ->expected(0, 1)
      ->default_str("-");
  layers->callback([options, layers, &console] {
    if (options->program.path.empty())
      for (const CLI::Option* option : layers->get_options())
        if (option->count() > 0) throw CLI::RequiresError(option->get_name(), "PROGRAM");
    show_layers(*options, console);
  });
}

}  // namespace bmemu::harness
