// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/program_info.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/output/text_table.h"
#include "harness/output/words.h"
#include "isa/error.h"
#include "isa/program/layer_map.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStorage[] = {"1N", "2N", "4N"};

Json tensors_json(const std::vector<isa::TensorInfo>& tensors) {
  Json list = Json::array();
  for (const isa::TensorInfo& t : tensors)
    list.push_back({{"name", t.name},
                    {"shape", t.shape},
                    {"type", isa::name(t.type)},
                    {"scale", t.scale},
                    {"zero_point", t.zero_point},
                    {"storage", kStorage[t.storage_mode]},
                    {"address", t.address},
                    {"bytes", t.bytes}});
  return list;
}

Json subnet_json(const isa::BModelSubnet& subnet) {
  std::uint64_t tiu = 0;
  std::uint64_t gdma = 0;
  for (const isa::BModelGroup& group : subnet.groups) {
    tiu += group.tiu_count;
    gdma += group.gdma_count;
  }
  Json layers = Json::array();
  for (const isa::CpuLayer& layer : subnet.cpu_layers) {
    const std::string_view known = isa::cpu_layer_name(layer.kind);
    layers.push_back(known.empty() ? fmt::format("layer kind {}", layer.kind) : std::string(known));
  }
  return {{"id", subnet.id},
          {"mode", name(subnet.mode)},
          {"dynamic", subnet.is_dynamic},
          {"groups", subnet.groups.size()},
          {"tiu_commands", tiu},
          {"gdma_commands", gdma},
          {"cpu_layers", std::move(layers)}};
}

/// What a run of this stage would be: whether it can be run, what is left out, and its layers.
void add_run(const isa::BModel& model, const std::string& path, const isa::Selection& selection, Json& json) {
  json["refused"] = Json();
  json["left_out"] = Json::array();
  json["layers"] = Json();
  json["layer_map"] = Json();
  try {
    const isa::Program program = isa::load_program(model, selection);
    if (program.compiled_for) json["compiled_for"] = isa::geometry_text(*program.compiled_for);
    for (const isa::LeftOut& part : program.left_out)
      json["left_out"].push_back({{"id", part.id},
                                  {"subnet", part.subnet},
                                  {"what", part.what},
                                  {"bytes_in", part.bytes_in},
                                  {"bytes_out", part.bytes_out}});
    const isa::FoundLayerMap found = isa::find_layer_map(path, program);
    if (found.path.empty()) return;
    json["layer_map"] = std::filesystem::path(found.path).filename().string();
    json["layers"] = found.layers.names.size();
  } catch (const Error& error) {
    json["refused"] = {{"id", error.id()}, {"why", error.sentence()}};
  }
}

std::string shape_text(const Json& shape) {
  std::string text;
  for (const auto& dimension : shape)
    text += (text.empty() ? "" : " ") + std::to_string(dimension.get<std::uint64_t>());
  return "[" + text + "]";
}

std::string bytes_text(std::uint64_t bytes) { return fmt::format("{:.3f} MB", static_cast<double>(bytes) / 1e6); }

std::string tensors_text(const Json& stage) {
  TextTable table({{""},
                   {"name"},
                   {"shape"},
                   {"type"},
                   {"scale", Align::kRight},
                   {"zero", Align::kRight},
                   {"storage"},
                   {"address", Align::kRight},
                   {"bytes", Align::kRight}});
  for (const char* way : {"inputs", "outputs"})
    for (const auto& t : stage[way])
      table.add({way == std::string("inputs") ? "in" : "out", t["name"], shape_text(t["shape"]), t["type"],
                 fmt::format("{:.6g}", t["scale"].get<double>()), fmt::format("{}", t["zero_point"].get<int>()),
                 t["storage"], fmt::format("0x{:x}", t["address"].get<std::uint64_t>()),
                 fmt::format("{}", t["bytes"].get<std::uint64_t>())});
  return table.text("  ");
}

std::string subnet_text(const Json& subnet) {
  std::string text =
      fmt::format("  sub-network {}: {}{}, {} TIU and {} GDMA commands in {}", subnet["id"].get<int>(),
                  subnet["mode"].get<std::string>(), subnet["dynamic"].get<bool>() ? ", dynamic" : "",
                  subnet["tiu_commands"].get<std::uint64_t>(), subnet["gdma_commands"].get<std::uint64_t>(),
                  counted(subnet["groups"].get<std::uint64_t>(), "group"));
  for (const auto& layer : subnet["cpu_layers"]) text += ", " + layer.get<std::string>();
  return text + "\n";
}

std::string stage_text(const Json& stage) {
  std::string text = fmt::format("\n stage {}: weights {}, activations {}, inputs and outputs apart {}\n",
                                 stage["stage"].get<std::uint64_t>(), bytes_text(stage["weight_bytes"]),
                                 bytes_text(stage["neuron_bytes"]), bytes_text(stage["io_bytes"]));
  text += tensors_text(stage);
  for (const auto& subnet : stage["subnets"]) text += subnet_text(subnet);
  for (const auto& part : stage["left_out"])
    text += fmt::format("  a run leaves out sub-network {}: {} ({})\n", part["subnet"].get<int>(),
                        part["what"].get<std::string>(), part["id"].get<std::string>());
  if (!stage["refused"].is_null())
    text += fmt::format("  cannot be run: {} ({})\n", stage["refused"]["why"].get<std::string>(),
                        stage["refused"]["id"].get<std::string>());
  if (stage.contains("compiled_for"))
    text += fmt::format("  compiled for {}\n", stage["compiled_for"].get<std::string>());
  text += stage["layers"].is_null()
              ? "  no layer map beside the program: `bmemu layers` says how to get one\n"
              : fmt::format("  {} in {}\n", counted(stage["layers"].get<std::uint64_t>(), "layer"),
                            stage["layer_map"].get<std::string>());
  return text;
}

}  // namespace

Json program_info_json(const isa::BModel& model, const std::string& path) {
  Json json{{"schema", "bmemu.info/1"},
            {"program", std::filesystem::path(path).filename().string()},
            {"chip", name(model.family())},
            {"compiler", model.compiler_version()},
            {"built", model.build_time().substr(0, model.build_time().find_last_not_of(" \n") + 1)},
            {"bytes", model.bytes().size},
            {"networks", Json::array()}};
  for (const isa::BModelNetwork& network : model.networks()) {
    Json stages = Json::array();
    for (std::uint32_t i = 0; i < network.stages.size(); ++i) {
      const isa::BModelStage& stage = network.stages[i];
      Json entry{{"stage", i},
                 {"inputs", tensors_json(stage.inputs)},
                 {"outputs", tensors_json(stage.outputs)},
                 {"weight_bytes", stage.coefficients ? stage.coefficients->data.size : 0},
                 {"neuron_bytes", stage.neuron_bytes},
                 {"io_bytes", stage.io_bytes},
                 {"dynamic", stage.is_dynamic},
                 {"cores", stage.cores},
                 {"subnets", Json::array()}};
      for (const isa::BModelSubnet& subnet : stage.subnets) entry["subnets"].push_back(subnet_json(subnet));
      add_run(model, path, {network.name, i, isa::Parts::kStatic}, entry);
      stages.push_back(std::move(entry));
    }
    json["networks"].push_back(
        {{"name", network.name}, {"address_mode", network.address_mode}, {"stages", std::move(stages)}});
  }
  return json;
}

std::string program_info_text(const Json& info) {
  const std::string built = info["built"];
  std::string text = fmt::format("program {}: chip {}, compiler {}, {}{}\n", info["program"].get<std::string>(),
                                 info["chip"].get<std::string>(), info["compiler"].get<std::string>(),
                                 built.empty() ? "" : "built " + built + ", ", bytes_text(info["bytes"]));
  for (const auto& network : info["networks"]) {
    text += fmt::format("\nnetwork {}: {}, address mode {}\n", network["name"].get<std::string>(),
                        counted(network["stages"].size(), "stage"), network["address_mode"].get<int>());
    for (const auto& stage : network["stages"]) text += stage_text(stage);
  }
  return text;
}

}  // namespace bmemu::harness
