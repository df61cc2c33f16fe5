// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/fit/chip_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "isa/chip/chip_description.h"
#include "isa/error.h"

namespace bmemu::harness {
namespace {

std::string written(double value) { return fmt::format("{:.4g}", value); }

std::string entry(const std::string& written_key, const std::string& key, const isa::ChipSpec& chip) {
  const auto& origin = chip.origins.at(key);
  return fmt::format("{} = {{ value = {}, provenance = \"{}\", source = {} }}", written_key,
                     written(isa::value(*isa::find_parameter(key), chip)), name(origin.provenance),
                     nlohmann::json(origin.source).dump());
}

}  // namespace

std::string chip_file_text(const std::string& chip) {
  for (const auto& text : isa::chip_texts())
    if (text.file == chip + ".toml") return std::string(text.text);
  std::ifstream file(chip, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error({"E-CHIP-FILE", chip, "", "a file that can be read", "the chip file cannot be read"});
  return text.str();
}

double as_written(double value) { return std::stod(written(value)); }

std::string with_values(const std::string& text, const isa::ChipSpec& chip, const std::vector<std::string>& keys) {
  std::vector<std::string> lines;
  std::vector<std::string> missing = keys;
  std::istringstream stream(text);
  std::string section;
  std::size_t first_section = std::string::npos;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line[0] == '[') {
      first_section = std::min(first_section, lines.size());
      section = line.substr(1, line.find(']') - 1) + ".";
    }
    const std::string written_key = line.substr(0, line.find_first_of(" ="));
    const auto found = std::find(missing.begin(), missing.end(), section + written_key);
    if (found != missing.end()) {
      line = entry(written_key, *found, chip);
      missing.erase(found);
    }
    lines.push_back(line);
  }
  for (auto& key : missing) key = entry(key, key, chip);
  lines.insert(lines.begin() + std::ptrdiff_t(std::min(first_section, lines.size())), missing.begin(), missing.end());
  std::string result;
  for (const auto& line : lines) result += line + "\n";
  return result;
}

}  // namespace bmemu::harness
