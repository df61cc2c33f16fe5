// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_changes.h"

#include <fmt/format.h>

#include "isa/chip/chip_file.h"

namespace bmemu::isa {

const ChipSpec& reference_chip(Family family) {
  static const ChipSpec kOlder = load_chip(std::string(name(Family::kBm1684)));
  static const ChipSpec kNewer = load_chip(std::string(name(Family::kBm1684x)));
  return family == Family::kBm1684 ? kOlder : kNewer;
}

std::string chip_title(const ChipSpec& chip) {
  return chip.product.empty() ? chip.name : fmt::format("{}, product {}", chip.name, chip.product);
}

std::vector<ChipChange> chip_changes(const ChipSpec& chip) {
  const ChipSpec& reference = reference_chip(chip.family);
  std::vector<ChipChange> changes;
  for (const auto& parameter : chip_parameters()) {
    const double from = value(parameter, reference);
    const double to = value(parameter, chip);
    if (from == to) continue;
    const std::string key(parameter.key);
    const auto origin = chip.origins.find(key);
    // Widths of intervals are no hardware: they are told only where somebody set them.
    const bool is_set = origin != chip.origins.end() && origin->second.set_by != reference.origins.at(key).set_by;
    if (key.rfind("calibration.", 0) == 0 && !is_set) continue;
    changes.push_back({key, from, to, origin == chip.origins.end() ? "program" : origin->second.set_by});
  }
  return changes;
}

std::string changes_text(const std::vector<ChipChange>& changes) {
  std::string text;
  for (const ChipChange& change : changes)
    text += fmt::format("{}{} {} (was {}, {})", text.empty() ? "" : ", ", change.key, change.to, change.from,
                        change.set_by);
  return text;
}

std::string changed_from_text(const ChipSpec& chip) {
  const auto changes = chip_changes(chip);
  if (changes.empty()) return {};
  return fmt::format("changed from {}: {}", chip_title(reference_chip(chip.family)), changes_text(changes));
}

ChipGeometry geometry_of(const ChipSpec& chip) {
  return {chip.tiu.lanes, chip.tiu.eu_bytes, chip.local_memory.lane_bytes, chip.local_memory.banks};
}

ChipSpec with_geometry(ChipSpec chip, const ChipGeometry& geometry) {
  chip.tiu.lanes = geometry.lanes;
  chip.tiu.eu_bytes = geometry.eu_bytes;
  chip.local_memory.lane_bytes = geometry.lane_bytes;
  chip.local_memory.banks = geometry.banks;
  return chip;
}

ChipSpec reference_chip(const Program& program) {
  const ChipSpec& chip = reference_chip(program.family);
  return program.compiled_for ? with_geometry(chip, *program.compiled_for) : chip;
}

std::string geometry_text(const ChipGeometry& geometry) {
  return fmt::format("{} lanes of {} bytes in {} banks, {} EU bytes", geometry.lanes, geometry.lane_bytes,
                     geometry.banks, geometry.eu_bytes);
}

std::string geometry_mismatch(const Program& program, const ChipSpec& chip) {
  const ChipGeometry wanted =
      program.compiled_for ? *program.compiled_for : geometry_of(reference_chip(program.family));
  const ChipGeometry given = geometry_of(chip);
  if (wanted == given) return {};
  return fmt::format("the program is compiled for {}; the chip has {}", geometry_text(wanted), geometry_text(given));
}

}  // namespace bmemu::isa
