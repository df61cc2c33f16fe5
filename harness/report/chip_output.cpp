// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/report/chip_output.h"

#include <fmt/format.h>

#include "harness/output/text_table.h"

namespace bmemu::harness {
namespace {

const isa::Origin& origin_of(const isa::ChipSpec& chip, const isa::Parameter& parameter) {
  return chip.origins.at(std::string(parameter.key));
}

std::string value_text(const isa::ChipSpec& chip, const isa::Parameter& parameter) {
  return fmt::format("{}", isa::value(parameter, chip));
}

std::string json_text(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace

std::string_view unit_of(std::string_view key) {
  struct Unit {
    std::string_view ending;
    std::string_view unit;
  };
  static constexpr Unit kUnits[] = {
      {"_mhz", "MHz"},         {"_mt_per_s", "MT/s"}, {"_gb_per_s", "GB/s"},
      {"_gib_per_s", "GiB/s"}, {"bytes", "B"},        {"_bytes_per_cycle", "B/cycle"},
      {"_cycles", "cycles"},   {"_ps", "ps"},         {"_ns", "ns"},
      {"_us", "us"},           {"_ms", "ms"},         {".bits_per_controller", "bit"},
  };
  for (const auto& [ending, unit] : kUnits)
    if (key.size() >= ending.size() && key.substr(key.size() - ending.size()) == ending) return unit;
  return "";
}

std::string chip_table(const isa::ChipSpec& chip, std::size_t width) {
  TextTable table({{"parameter"}, {"value", Align::kRight}, {"unit"}, {"provenance"}, {"set by"}, {"source"}});
  for (const auto& parameter : isa::chip_parameters()) {
    const auto& origin = origin_of(chip, parameter);
    table.add({std::string(parameter.key), value_text(chip, parameter), std::string(unit_of(parameter.key)),
               std::string(name(origin.provenance)), origin.set_by, origin.source});
  }
  return table.text_within(width);
}

nlohmann::ordered_json chip_json(const isa::ChipSpec& chip) {
  nlohmann::ordered_json parameters;
  for (const auto& parameter : isa::chip_parameters()) {
    const auto& origin = origin_of(chip, parameter);
    nlohmann::ordered_json entry;
    const double value = isa::value(parameter, chip);
    if (parameter.is_integer)
      entry["value"] = static_cast<std::int64_t>(value);
    else
      entry["value"] = value;
    entry["unit"] = unit_of(parameter.key);
    entry["provenance"] = name(origin.provenance);
    entry["source"] = origin.source;
    entry["set_by"] = origin.set_by;
    parameters[std::string(parameter.key)] = std::move(entry);
  }
  nlohmann::ordered_json result;
  result["name"] = chip.name;
  result["family"] = name(chip.family);
  result["product"] = chip.product.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(chip.product);
  result["parameters"] = std::move(parameters);
  return result;
}

std::string chip_toml(const isa::ChipSpec& chip) {
  std::string text = fmt::format("# Product: {}\nname = {}\nfamily = \"{}\"\n",
                                 chip.product.empty() ? "none" : chip.product, json_text(chip.name), name(chip.family));
  for (const auto& parameter : isa::chip_parameters()) {
    const auto& origin = origin_of(chip, parameter);
    text += fmt::format("{} = {{ value = {}, provenance = \"{}\", source = {} }}  # {}\n", parameter.key,
                        value_text(chip, parameter), name(origin.provenance), json_text(origin.source), origin.set_by);
  }
  return text;
}

}  // namespace bmemu::harness
