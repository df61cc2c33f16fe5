// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/saved/network_json.h"

namespace bmemu::harness {
namespace {

using Json = nlohmann::ordered_json;

Json tensors_json(const std::vector<NetworkTensor>& tensors) {
  Json json = Json::array();
  for (const NetworkTensor& t : tensors) json.push_back({t.name, t.shape, t.type, t.zero_point, t.is_local});
  return json;
}

std::vector<NetworkTensor> tensors_from(const Json& json) {
  std::vector<NetworkTensor> tensors;
  for (const Json& entry : json) {
    NetworkTensor t;
    t.name = entry.at(0).get<std::string>();
    t.shape = entry.at(1).get<std::vector<std::uint64_t>>();
    t.type = entry.at(2).get<std::string>();
    t.zero_point = entry.at(3).get<std::int64_t>();
    t.is_local = entry.at(4).get<bool>();
    tensors.push_back(std::move(t));
  }
  return tensors;
}

Json ports_json(const std::vector<NetworkPort>& ports) {
  Json json = Json::array();
  for (const NetworkPort& p : ports) json.push_back({p.name, p.type, p.shape});
  return json;
}

std::vector<NetworkPort> ports_from(const Json& json) {
  std::vector<NetworkPort> ports;
  for (const Json& entry : json)
    ports.push_back({entry.at(0).get<std::string>(), entry.at(1).get<std::string>(),
                     entry.at(2).get<std::vector<std::uint64_t>>()});
  return ports;
}

}  // namespace

Json network_json(const Network& network) {
  Json json;
  json["compiler"] = network.compiler;
  json["inputs"] = ports_json(network.inputs);
  json["outputs"] = ports_json(network.outputs);
  json["operators"] = Json::array();
  for (const NetworkOperator& op : network.operators)
    json["operators"].push_back({{"name", op.name},
                                 {"kind", op.kind},
                                 {"operands", tensors_json(op.operands)},
                                 {"results", tensors_json(op.results)},
                                 {"slices", op.slices},
                                 {"padding", op.padding},
                                 {"kernel", op.kernel},
                                 {"window", op.window},
                                 {"groups", op.groups}});
  return json;
}

Network network_from(const Json& json) {
  Network network;
  network.compiler = json.at("compiler").get<std::string>();
  network.inputs = ports_from(json.at("inputs"));
  network.outputs = ports_from(json.at("outputs"));
  for (const Json& entry : json.at("operators")) {
    NetworkOperator op;
    op.name = entry.at("name").get<std::string>();
    op.kind = entry.at("kind").get<std::string>();
    op.operands = tensors_from(entry.at("operands"));
    op.results = tensors_from(entry.at("results"));
    op.slices = entry.at("slices").get<std::uint32_t>();
    op.padding = entry.at("padding").get<std::string>();
    op.kernel = entry.at("kernel").get<std::string>();
    op.window = entry.at("window").get<std::string>();
    op.groups = entry.value("groups", std::uint64_t{0});
    network.operators.push_back(std::move(op));
  }
  return network;
}

}  // namespace bmemu::harness
