// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_description.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "isa/error.h"
#include "isa/similar.h"

namespace bmemu::isa {
namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

std::string place_of(const std::string& file, int line, std::string_view key) {
  return key.empty() ? fmt::format("{} line {}", file, line) : fmt::format("{} line {}, key {}", file, line, key);
}

std::string shown(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("\"{}\"", text->get());
  if (const auto* integer = node.as_integer()) return fmt::format("{}", integer->get());
  if (const auto* real = node.as_floating_point()) return fmt::format("{}", real->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  return node.is_table() ? "a table" : node.is_array() ? "an array" : "a date or time";
}

Provenance parse_provenance(const toml::node& node, const std::string& place) {
  for (const auto provenance : {Provenance::kStated, Provenance::kDerived, Provenance::kFitted, Provenance::kAssumed})
    if (const auto* text = node.as_string(); text != nullptr && text->get() == name(provenance)) return provenance;
  throw Error({"E-CHIP-PROVENANCE", place, shown(node), "stated, derived, fitted, assumed", "unknown provenance"});
}

std::string require_text(const toml::node& node, const std::string& place) {
  if (const auto* text = node.as_string(); text != nullptr && !text->get().empty()) return text->get();
  throw Error({"E-CHIP-TYPE", place, shown(node), "a text that is not empty", "a text is needed here"});
}

double parse_number(const Parameter& parameter, const toml::node& node, const std::string& place) {
  double number = 0;
  if (const auto* integer = node.as_integer())
    number = static_cast<double>(integer->get());
  else if (const auto* real = node.as_floating_point())
    number = real->get();
  else
    throw Error({"E-CHIP-TYPE", place, shown(node), legal_range(parameter), "the value is not a number"});
  check_value(parameter, number, place);
  return number;
}

Assignment parse_entry(const Parameter& parameter, const toml::node& node, const std::string& file) {
  const std::string place = place_of(file, line_of(node), parameter.key);
  const auto* table = node.as_table();
  if (table == nullptr)
    throw Error({"E-CHIP-ENTRY", place, shown(node), "{ value = ..., provenance = \"...\", source = \"...\" }",
                 "a number must come with its provenance and source"});
  for (const char* needed : {"value", "provenance", "source"})
    if (!table->contains(needed))
      throw Error({"E-CHIP-ENTRY", place, fmt::format("no {}", needed), "value, provenance and source",
                   "an entry is incomplete"});
  for (const auto& [field, value] : *table)
    if (field != "value" && field != "provenance" && field != "source")
      throw Error({"E-CHIP-ENTRY", place, std::string(field.str()), "value, provenance and source",
                   "an entry has a field that is unknown"});
  Assignment assignment;
  assignment.parameter = &parameter;
  assignment.line = line_of(node);
  assignment.value = parse_number(parameter, *table->get("value"), place);
  assignment.provenance = parse_provenance(*table->get("provenance"), place);
  assignment.source = require_text(*table->get("source"), place);
  return assignment;
}

bool is_prefix(const std::string& group) {
  for (const auto& parameter : chip_parameters())
    if (parameter.key.size() > group.size() && parameter.key[group.size()] == '.' &&
        parameter.key.compare(0, group.size(), group) == 0)
      return true;
  return false;
}

/// Entries of a table and of the tables in it; `prefix` is the key so far, `skip` holds whole keys.
void parse_entries(const toml::table& table, const std::string& prefix, const std::string& file,
                   const std::vector<std::string_view>& skip, std::vector<Assignment>& out) {
  for (const auto& [field, node] : table) {
    const std::string key = prefix.empty() ? std::string(field.str()) : prefix + "." + std::string(field.str());
    bool skipped = false;
    for (const auto& name : skip) skipped = skipped || key == name;
    if (skipped) continue;
    if (is_prefix(key) && node.is_table())
      parse_entries(*node.as_table(), key, file, skip, out);
    else
      out.push_back(parse_entry(require_parameter(key, place_of(file, line_of(node), "")), node, file));
  }
}

toml::table parse(std::string_view text, const std::string& file) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& e) {
    throw Error({"E-CHIP-SYNTAX",
                 fmt::format("{} line {} column {}", file, e.source().begin.line, e.source().begin.column),
                 std::string(e.description()), "TOML 1.0", "the file is no TOML"});
  }
}

}  // namespace

Description parse_chip(std::string_view text, const std::string& file, bool leaves_out_retired) {
  const toml::table table = parse(text, file);
  Description description;
  description.file = file;
  description.name = std::filesystem::path(file).stem().string();
  for (const auto& [key, target] : {std::pair<const char*, std::string*>{"name", &description.name},
                                    {"base", &description.base},
                                    {"family", &description.family}})
    if (const auto* node = table.get(key)) *target = require_text(*node, place_of(file, line_of(*node), key));
  if (description.base.empty() == description.family.empty())
    throw Error({"E-CHIP-FAMILY", file, description.base.empty() ? "neither" : "both",
                 "family = \"bm1684\" or \"bm1684x\" in a full description, base = \"...\" in a variant",
                 "a chip file states either its family or the chip that it varies"});
  std::vector<std::string_view> skip{"name", "base", "family"};
  if (leaves_out_retired) skip.insert(skip.end(), retired_parameters().begin(), retired_parameters().end());
  parse_entries(table, "", file, skip, description.assignments);
  return description;
}

std::vector<ProductDescription> parse_products(std::string_view text, const std::string& file) {
  const toml::table table = parse(text, file);
  std::vector<ProductDescription> result;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const std::string place = place_of(file, line_of(node), name);
    const auto* product = node.as_table();
    if (product == nullptr || !product->contains("chip") || !product->contains("summary") ||
        !(*product)["chips"].is_integer())
      throw Error(
          {"E-CHIP-ENTRY", place, shown(node), "a table with chip, chips and summary", "a product is incomplete"});
    ProductDescription description;
    description.line = line_of(node);
    description.product.name = name;
    description.product.chip = require_text(*product->get("chip"), place);
    description.product.summary = require_text(*product->get("summary"), place);
    description.product.chips = static_cast<int>((*product)["chips"].as_integer()->get());
    description.product.is_default = (*product)["default"].value_or(false);
    parse_entries(*product, "", file, {"chip", "chips", "default", "summary"}, description.assignments);
    result.push_back(std::move(description));
  }
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  return result;
}

std::string legal_range(const Parameter& parameter) {
  return fmt::format("{} {}..{}", parameter.is_integer ? "integer" : "number", parameter.minimum, parameter.maximum);
}

void check_value(const Parameter& parameter, double value, const std::string& place) {
  if (parameter.is_integer && value != std::floor(value))
    throw Error({"E-CHIP-TYPE", place, fmt::format("{}", value), legal_range(parameter), "an integer is needed here"});
  if (!(value >= parameter.minimum && value <= parameter.maximum))
    throw Error({"E-CHIP-RANGE", place, fmt::format("{}", value), legal_range(parameter),
                 fmt::format("out of range: {}", parameter.meaning)});
}

const Parameter& require_parameter(std::string_view key, const std::string& place) {
  if (const auto* parameter = find_parameter(key)) return *parameter;
  std::vector<std::string> keys;
  for (const auto& parameter : chip_parameters()) keys.emplace_back(parameter.key);
  // Half of the mistakes are a forgotten group or unit, which costs more than the rest of the key.
  const auto place_in = [&](const std::string& known) { return key.empty() ? std::string::npos : known.find(key); };
  const auto first = std::min_element(keys.begin(), keys.end(),
                                      [&](const auto& a, const auto& b) { return place_in(a) < place_in(b); });
  const std::string nearest = place_in(*first) != std::string::npos ? *first : nearest_word(key, keys);
  throw Error({"E-CHIP-KEY", place, std::string(key),
               nearest.empty() ? "a key that `bmemu chips show` lists"
                               : fmt::format("a key that `bmemu chips show` lists; did you mean {}?", nearest),
               "unknown chip parameter"});
}

}  // namespace bmemu::isa
