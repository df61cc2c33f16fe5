// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/chip_changes.h"

#include <fmt/format.h>

#include <map>

#include "isa/chip/chip_description.h"

namespace bmemu::harness {
namespace {

bool starts_with(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

std::string group_of(const isa::Parameter& parameter, const isa::ChipSpec& a, const isa::ChipSpec& b) {
  const std::string key(parameter.key);
  const auto is_set = [&](const isa::ChipSpec& chip) {
    const auto origin = chip.origins.find(key);
    return origin != chip.origins.end() && origin->second.set_by == "--set";
  };
  if (a.product != b.product && !is_set(a) && !is_set(b)) return "product";
  if (key.find("clock_mhz") != std::string::npos) return "clock";
  if (starts_with(key, "ddr.")) return "ddr";
  return "chip_setting";
}

}  // namespace

std::vector<ChipGroup> chip_groups(const isa::ChipSpec& a, const isa::ChipSpec& b) {
  std::vector<ChipGroup> groups;
  for (const isa::Parameter& parameter : isa::chip_parameters()) {
    const double x = isa::value(parameter, a);
    const double y = isa::value(parameter, b);
    if (x == y || starts_with(parameter.key, "calibration.")) continue;
    const std::string change = group_of(parameter, a, b);
    std::size_t at = 0;
    while (at < groups.size() && groups[at].change != change) ++at;
    if (at == groups.size()) groups.push_back({change, {}, {}});
    groups[at].parameters.push_back(&parameter);
    groups[at].text.push_back(fmt::format("{}: {} -> {}", parameter.key, x, y));
  }
  return groups;
}

isa::ChipSpec exchange(const isa::ChipSpec& a, const isa::ChipSpec& b, const std::vector<ChipGroup>& groups,
                       unsigned chosen) {
  isa::ChipSpec chip = a;
  for (std::size_t g = 0; g < groups.size(); ++g)
    if ((chosen >> g & 1U) != 0)
      for (const isa::Parameter* parameter : groups[g].parameters)
        isa::set_value(chip, *parameter, isa::value(*parameter, b));
  return chip;
}

}  // namespace bmemu::harness
