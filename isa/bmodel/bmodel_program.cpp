// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "isa/bmodel/bmodel.h"
#include "isa/bmodel/writer.h"
#include "isa/chip/chip_changes.h"
#include "isa/chip/chip_file.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

std::string list_of_networks(const BModel& model) {
  std::string list;
  for (const BModelNetwork& network : model.networks()) {
    if (!list.empty()) list += ", ";
    if (list.size() > 1000) return list + "...";
    list += fmt::format("\"{:.200}\" ({} stage{})", network.name, network.stages.size(),
                        network.stages.size() == 1 ? "" : "s");
  }
  return list.empty() ? "none: the file holds no network" : list;
}

const BModelNetwork& select_network(const BModel& model, const Selection& selection) {
  for (const BModelNetwork& network : model.networks())
    if (selection.network.empty() || network.name == selection.network) return network;
  throw Error({"E-BMODEL-SELECT", "network", selection.network.empty() ? "the first" : selection.network,
               list_of_networks(model), "the file has no such network"});
}

const BModelStage& select_stage(const BModelNetwork& network, const Selection& selection) {
  if (selection.stage < network.stages.size()) return network.stages[selection.stage];
  throw Error(
      {"E-BMODEL-SELECT", fmt::format("stage of network \"{:.200}\"", network.name), fmt::format("{}", selection.stage),
       network.stages.empty() ? "none: the network has no stage" : fmt::format("0..{}", network.stages.size() - 1),
       "the network has no such stage"});
}

[[noreturn]] void refuse(std::string id, const std::string& where, std::string value, std::string sentence) {
  throw Error({std::move(id), where, std::move(value), "static TPU sub-networks of one core", std::move(sentence)});
}

std::string cpu_layers_text(const BModelSubnet& subnet) {
  std::string layers;
  for (const CpuLayer& layer : subnet.cpu_layers) {
    const std::string_view known = cpu_layer_name(layer.kind);
    if (layers.size() > 400) break;
    if (!layers.empty()) layers += ", ";
    layers +=
        known.empty() ? fmt::format("layer kind {}", layer.kind) : fmt::format("{} (layer kind {})", known, layer.kind);
  }
  return layers.empty() ? "no layer listed" : layers;
}

std::uint64_t bytes_of(const std::vector<TensorInfo>& tensors) {
  std::uint64_t sum = 0;
  for (const TensorInfo& tensor : tensors) sum += tensor.bytes;
  return sum;
}

/// Why a sub-network is no command streams; none for one that is.
std::optional<Error::Details> no_streams(const BModelSubnet& subnet, const std::string& where) {
  const char* const legal = "static TPU sub-networks of one core";
  if (subnet.mode == SubnetMode::kCpu)
    return Error::Details{"E-BMODEL-CPU-LAYER", where, cpu_layers_text(subnet), legal,
                          "a layer runs on the host's CPU, and its code is not part of the program"};
  if (subnet.is_dynamic)
    return Error::Details{
        "E-BMODEL-DYNAMIC", where, "a dynamic sub-network", legal,
        "the control core makes the commands at run time from a closed format; the file holds no command streams"};
  return std::nullopt;
}

LeftOut left_out(const BModelSubnet& subnet, const Error::Details& why, std::size_t group) {
  LeftOut part;
  part.id = why.id;
  part.subnet = subnet.id;
  part.what = subnet.mode == SubnetMode::kCpu ? fmt::format("on the host's CPU: {}", why.value)
                                              : "made at run time by the control core (dynamic)";
  part.bytes_in = bytes_of(subnet.inputs);
  part.bytes_out = bytes_of(subnet.outputs);
  part.group = static_cast<std::uint32_t>(group);
  part.inputs = subnet.inputs;
  part.outputs = subnet.outputs;
  return part;
}

void require_static(const BModelSubnet& subnet, const std::string& where) {
  if (subnet.mode != SubnetMode::kTpu && subnet.mode != SubnetMode::kCpu)
    refuse("E-BMODEL-CONTROL-FLOW", where, std::string(name(subnet.mode)),
           "the path through the network is chosen at run time");
  if (const auto why = no_streams(subnet, where)) throw Error(*why);
}

bool has_static_part(const BModelStage& stage) {
  return std::any_of(stage.subnets.begin(), stage.subnets.end(), [](const BModelSubnet& subnet) {
    return subnet.mode == SubnetMode::kTpu && !subnet.is_dynamic && !subnet.groups.empty();
  });
}

void require_order(const BModelStage& stage, std::size_t index, const std::string& where) {
  const BModelSubnet& subnet = stage.subnets[index];
  const std::int32_t next = index + 1 < stage.subnets.size() ? stage.subnets[index + 1].id : -1;
  if (subnet.next.empty() || (subnet.next.size() == 1 && subnet.next[0] == next)) return;
  refuse("E-BMODEL-CONTROL-FLOW", where, fmt::format("{} successors, the first {}", subnet.next.size(), subnet.next[0]),
         "the sub-networks do not follow each other in the order of the file");
}

void require_runnable(const BModelNetwork& network, const BModelStage& stage, const std::string& where, Parts parts) {
  const bool all = parts == Parts::kAll || !has_static_part(stage);
  for (std::size_t i = 0; i < stage.subnets.size(); ++i) {
    const std::string here = fmt::format("{} sub-network {}", where, stage.subnets[i].id);
    if (all || !no_streams(stage.subnets[i], here)) require_static(stage.subnets[i], here);
    require_order(stage, i, here);
  }
  if (stage.is_dynamic && all)
    refuse("E-BMODEL-DYNAMIC", where, "a dynamic stage",
           "the control core makes the commands at run time from a closed format; the file holds no command streams");
  if (stage.cores > 1)
    refuse("E-BMODEL-CORES", where, fmt::format("{} cores", stage.cores), "the program needs a chip with more cores");
  if (stage.encrypt_mode != 0)
    throw Error({"E-BMODEL-ENCRYPTED", where, fmt::format("encryption mode {}", stage.encrypt_mode), "0 (none)",
                 "the weights are encrypted"});
  if (network.address_mode != 0 && network.address_mode != 1)
    throw Error({"E-BMODEL-ADDRESS-MODE", where, fmt::format("{}", network.address_mode),
                 "0 (inputs and outputs in neuron memory), 1 (in an area of their own)",
                 "an address mode of chips with several cores"});
}

std::uint32_t batch_of(const std::vector<TensorInfo>& inputs, const std::string& where) {
  if (inputs.empty() || inputs[0].shape.empty()) return 1;
  const std::uint64_t batch = inputs[0].shape[0];
  if (batch >= 1 && batch <= std::numeric_limits<std::uint32_t>::max()) return static_cast<std::uint32_t>(batch);
  throw Error({"E-BMODEL-SCHEMA", where + " first input", fmt::format("batch {}", batch), "1..4294967295",
               "unusable batch size"});
}

}  // namespace

std::vector<CpuLayer> cpu_layers(const BModel& model, const Selection& selection, std::int32_t subnet) {
  for (const BModelSubnet& part : select_stage(select_network(model, selection), selection).subnets)
    if (part.id == subnet) return part.cpu_layers;
  return {};
}

Program load_program(const BModel& model, const Selection& selection) {
  try {
    const BModelNetwork& network = select_network(model, selection);
    const BModelStage& stage = select_stage(network, selection);
    const std::string where = fmt::format("network \"{:.200}\" stage {}", network.name, selection.stage);
    require_runnable(network, stage, where, selection.parts);

    Program program;
    program.family = model.family();
    program.source = model.source();
    program.network = network.name;
    program.stage = selection.stage;
    program.batch = batch_of(stage.inputs, where);
    program.inputs = stage.inputs;
    program.outputs = stage.outputs;
    program.neuron_address = stage.neuron_address;
    program.neuron_bytes = stage.neuron_bytes;
    program.io_in_neuron_memory = network.address_mode == 0;
    program.chip_text = chip_text_of(stage.statistics);
    if (!program.chip_text.empty())
      program.compiled_for = geometry_of(load_recorded_chip(program.chip_text, "chip description of the program"));
    if (stage.coefficients) program.image.push_back(*stage.coefficients);
    program.storage.push_back(model.owner());
    for (const BModelSubnet& subnet : stage.subnets) {
      if (const auto why = no_streams(subnet, where)) {
        program.left_out.push_back(left_out(subnet, *why, program.groups.size()));
        continue;
      }
      for (const BModelGroup& group : subnet.groups) {
        const auto index = static_cast<std::uint32_t>(program.groups.size());
        program.groups.push_back(
            scan_group(model.family(), index, group.tiu, group.tiu_count, group.gdma, group.gdma_count));
        program.groups.back().subnet = subnet.id;
      }
    }
    if (program.groups.empty())
      throw Error({"E-BMODEL-SCHEMA", where, "no command group", "at least one", "the stage holds no commands"});
    return program;
  } catch (const Error& error) {
    throw error.in(model.source());
  }
}

}  // namespace bmemu::isa
