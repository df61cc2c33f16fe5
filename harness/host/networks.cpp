// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/host/networks.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <array>
#include <cctype>
#include <fstream>
#include <sstream>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr std::array<std::pair<const char*, InputArray>, 4> kArrays = {{
    {"float32", InputArray::kFloat32},
    {"float32 strided", InputArray::kFloat32Strided},
    {"float64 strided", InputArray::kFloat64Strided},
    {"uint8 strided", InputArray::kUint8Strided},
}};

[[noreturn]] void fail(const std::string& file, const toml::node& node, const std::string& value,
                       const std::string& legal, const std::string& what) {
  throw Error({"E-HOST-FILE", fmt::format("{}:{}", file, node.source().begin.line), value, legal, what});
}

constexpr const char* kLegalKeys =
    "sample, bmodel, array, outputs, int8_input, int8_output, fetches_output, bmcv_fetches_output, excluded, "
    "excluded_chip, source";

NetworkFacts parse_network(const toml::table& table, const std::string& file) {
  NetworkFacts facts;
  for (const auto& [key, node] : table) {
    const std::string_view name = key.str();
    if (name == "sample")
      facts.sample = node.value_or(std::string());
    else if (name == "bmodel")
      facts.prefix = node.value_or(std::string());
    else if (name == "outputs")
      facts.outputs = node.value_or(-1.0);
    else if (name == "int8_output")
      facts.int8_output = node.value_or(false);
    else if (name == "fetches_output")
      facts.fetches_output = node.value_or(true);
    else if (name == "bmcv_fetches_output")
      facts.bmcv_fetches_output = node.value_or(true);
    else if (name == "excluded")
      facts.excluded = node.value_or(std::string());
    else if (name == "excluded_chip")
      facts.excluded_chip = node.value_or(std::string());
    else if (name == "int8_input") {
      if (const auto* chips = node.as_array())
        for (const auto& chip : *chips) facts.int8_input.push_back(chip.value_or(std::string()));
    } else if (name == "array") {
      const auto word = node.value_or(std::string());
      bool known = false;
      for (const auto& [text, array] : kArrays)
        if (word == text) facts.array = array, known = true;
      if (!known)
        fail(file, node, word, "float32, float32 strided, float64 strided, uint8 strided", "no such kind of array");
    } else if (name != "source") {
      fail(file, node, std::string(name), kLegalKeys, "unknown key");
    }
  }
  if (facts.sample.empty()) fail(file, table, "", kLegalKeys, "a network without the name of its sample");
  if (facts.outputs < 0) fail(file, table, facts.sample, "a number from 0 up", "outputs is no number");
  return facts;
}

}  // namespace

std::vector<NetworkFacts> load_networks(const std::string& path) {
  const std::string file = path.empty() ? "networks.toml" : path;
  std::string text;
  if (path.empty()) {
    text = host_text(file);
  } else {
    std::ifstream stream(path);
    if (!stream) throw Error({"E-FILE-OPEN", path, "cannot be opened", "facts of networks (TOML)", ""});
    std::ostringstream all;
    all << stream.rdbuf();
    text = all.str();
  }
  std::vector<NetworkFacts> networks;
  try {
    const toml::table table = toml::parse(text);
    const auto* entries = table["network"].as_array();
    if (entries == nullptr) fail(file, table, "", "[[network]]", "no network in it");
    for (const auto& entry : *entries) {
      if (!entry.is_table()) fail(file, entry, "", "[[network]]", "no table");
      networks.push_back(parse_network(*entry.as_table(), file));
    }
  } catch (const toml::parse_error& error) {
    throw Error({"E-HOST-FILE", fmt::format("{}:{}", file, error.source().begin.line), "", "TOML",
                 std::string(error.description())});
  }
  return networks;
}

const NetworkFacts* find_network(const std::vector<NetworkFacts>& networks, const Publication& row) {
  const NetworkFacts* best = nullptr;
  for (const auto& facts : networks)
    if (facts.sample == row.sample && row.bmodel.compare(0, facts.prefix.size(), facts.prefix) == 0 &&
        (best == nullptr || facts.prefix.size() > best->prefix.size()))
      best = &facts;
  return best;
}

double elements_per_image(const std::string& shape) {
  double elements = 0;
  bool is_first = true;
  std::size_t at = 0;
  while (at < shape.size()) {
    std::size_t end = at;
    while (end < shape.size() && std::isdigit(static_cast<unsigned char>(shape[end])) != 0) ++end;
    if (end == at) {  // "Nx3x256x192" has no number for the batch
      if (!is_first || shape[at] != 'N') break;
      ++end;
    }
    if (!is_first) elements = (elements == 0 ? 1 : elements) * std::stod(shape.substr(at, end - at));
    is_first = false;
    if (end >= shape.size() || shape[end] != 'x') break;
    at = end + 1;
  }
  return elements;
}

}  // namespace bmemu::harness
