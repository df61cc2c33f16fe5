// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/launches/launch_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "harness/output/csv_table.h"
#include "harness/output/text_table.h"
#include "harness/output/words.h"
#include "isa/bmodel/bmodel.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

/// The TIU commands of a part of a network.
using Streams = std::vector<isa::ByteView>;

bool is_same(const Streams& a, const Streams& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const isa::ByteView& x, const isa::ByteView& y) {
    return x.size == y.size && std::memcmp(x.data, y.data, x.size) == 0;
  });
}

Streams tiu_streams(const isa::BModelSubnet& subnet) {
  Streams streams;
  for (const isa::BModelGroup& group : subnet.groups) streams.push_back(group.tiu);
  return streams;
}

void name_network(LaunchedNetwork& network, const Streams& launched, const isa::BModel& model) {
  for (const isa::BModelNetwork& candidate : model.networks())
    for (std::size_t stage = 0; stage < candidate.stages.size(); ++stage)
      for (const isa::BModelSubnet& subnet : candidate.stages[stage].subnets) {
        if (subnet.groups.empty() || !is_same(tiu_streams(subnet), launched)) continue;
        network.name = candidate.name;
        if (candidate.stages.size() > 1) network.name += fmt::format(" (stage {})", stage);
        if (candidate.stages[stage].subnets.size() > 1) network.name += fmt::format(" (sub-network {})", subnet.id);
        const auto& inputs = candidate.stages[stage].inputs;
        if (!inputs.empty() && !inputs.front().shape.empty())
          network.batch = static_cast<std::uint32_t>(inputs.front().shape.front());
        return;
      }
}

std::vector<isa::BModel> open_models(const std::vector<std::string>& paths) {
  std::vector<isa::BModel> models;
  for (const std::string& path : paths) {
    try {
      models.push_back(isa::BModel::open(path));
    } catch (const Error&) {  // an argument of the command that is no model
    }
  }
  return models;
}

}  // namespace

std::vector<LaunchedNetwork> launched_networks(const std::string& folder) {
  std::vector<LaunchedNetwork> networks;
  const std::string path = folder + "/launches.csv";
  if (!std::filesystem::exists(path)) return networks;
  CsvTable table(path, "table of launches");
  while (table.next()) {
    const int device = static_cast<int>(table.number("device"));
    const std::string program = table.text("program");
    const std::string chip = table.text("chip");
    auto found = std::find_if(networks.begin(), networks.end(), [&](const LaunchedNetwork& network) {
      return network.device == device && network.program == program && network.chip == chip;
    });
    if (found == networks.end()) {
      networks.emplace_back();
      found = std::prev(networks.end());
      found->device = device;
      found->chip = chip;
      found->program = program;
      found->name = program.empty() ? "unknown" : std::filesystem::path(program).stem().string();
    }
    ++found->launches;
    found->time_ms += table.number("time_us") / 1000;
    found->host_ms += table.number("host_ms");
  }
  return networks;
}

void name_networks(std::vector<LaunchedNetwork>& networks, const std::string& folder,
                   const std::vector<std::string>& models) {
  const std::vector<isa::BModel> known = open_models(models);
  for (LaunchedNetwork& network : networks) {
    if (network.program.empty()) continue;
    const isa::BModel saved = isa::BModel::open(folder + "/" + network.program);
    const Streams launched = tiu_streams(saved.networks().front().stages.front().subnets.front());
    for (const isa::BModel& model : known) name_network(network, launched, model);
  }
}

std::string launch_text(const std::vector<LaunchedNetwork>& networks, double command_ms) {
  if (networks.empty()) return "bmemu: no network was launched\n";
  TextTable table({{"network"},
                   {"device"},
                   {"launches", Align::kRight},
                   {"ms each", Align::kRight},
                   {"frames/s", Align::kRight},
                   {"host ms each", Align::kRight}});
  std::uint64_t launches = 0;
  double time_ms = 0, host_ms = 0;
  for (const LaunchedNetwork& network : networks) {
    table.add({network.name, fmt::format("{}: {}", network.device, network.chip), fmt::format("{}", network.launches),
               fmt::format("{:.3f}", network.launch_ms()),
               fmt::format("{:.1f}", 1000 * network.batch / network.launch_ms()),
               fmt::format("{:.3f}", network.host_ms / static_cast<double>(network.launches))});
    launches += network.launches;
    time_ms += network.time_ms;
    host_ms += network.host_ms;
  }
  return table.text() + fmt::format(
                            "{}: {:.3f} ms on the emulated devices; {:.0f} ms on this computer, of {:.0f} ms "
                            "that the command took.\nTimes that the command measured itself are this computer's. "
                            "Copies between host and device take no emulated time.\n",
                            counted(launches, "launch"), time_ms, host_ms, command_ms);
}

}  // namespace bmemu::harness
