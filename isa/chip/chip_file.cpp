// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "isa/chip/chip_changes.h"
#include "isa/chip/chip_description.h"
#include "isa/error.h"

namespace bmemu::isa {
namespace {

constexpr std::string_view kProductFile = "products.toml";
constexpr std::string_view kExtension = ".toml";

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<Description> built_in_chip(const std::string& name) {
  for (const auto& text : chip_texts())
    if (text.file != kProductFile && equal_ignoring_case(text.file, name + std::string(kExtension))) {
      auto description = parse_chip(text.text, std::string(text.file));
      description.is_built_in = true;
      return description;
    }
  return std::nullopt;
}

std::vector<ProductDescription> product_descriptions() {
  for (const auto& text : chip_texts())
    if (text.file == kProductFile) return parse_products(text.text, std::string(text.file));
  return {};
}

bool is_path(const std::string& chip) {
  return chip.find('/') != std::string::npos || std::filesystem::path(chip).extension() == kExtension;
}

Description read_chip(const std::string& chip, const char* error_id, const std::string& place) {
  if (auto description = built_in_chip(chip)) return *std::move(description);
  if (!is_path(chip))
    throw Error({error_id, place, chip.empty() ? "nothing" : chip,
                 fmt::format("{}, or the path of a .toml file", fmt::join(chip_names(), ", ")), "no such chip"});
  std::error_code code;
  if (!std::filesystem::is_regular_file(chip, code))
    throw Error({"E-CHIP-FILE", chip, "", "a file that can be read", "the chip file cannot be read"});
  std::ifstream file(chip, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error({"E-CHIP-FILE", chip, "", "a file that can be read", "the chip file cannot be read"});
  return parse_chip(text.str(), chip);
}

/// The description and those that it is based on; the root comes last.
std::vector<Description> with_bases(Description description) {
  std::vector<Description> chain;
  chain.push_back(std::move(description));
  constexpr std::size_t kDeepest = 8;
  while (!chain.back().base.empty()) {
    const Description& top = chain.back();
    if (chain.size() == kDeepest)
      throw Error({"E-CHIP-BASE", top.file, top.base, fmt::format("at most {} levels", kDeepest),
                   "the bases of a chip file go in a circle or too deep"});
    std::string base = top.base;
    if (is_path(base)) base = (std::filesystem::path(top.file).parent_path() / base).string();
    chain.push_back(read_chip(base, "E-CHIP-BASE", top.file + ", key base"));
  }
  return chain;
}

Family parse_family(const Description& description) {
  for (const auto family : {Family::kBm1684, Family::kBm1684x})
    if (description.family == name(family)) return family;
  throw Error({"E-CHIP-FAMILY", description.file + ", key family", description.family, "bm1684, bm1684x",
               "no such instruction set family"});
}

void apply(ChipSpec& chip, const Assignment& assignment, std::string set_by) {
  set_value(chip, *assignment.parameter, assignment.value);
  chip.origins[assignment.parameter->key] = {assignment.provenance, assignment.source, std::move(set_by)};
}

void apply(ChipSpec& chip, const Description& description) {
  const std::string file = std::filesystem::path(description.file).filename().string();
  for (const auto& a : description.assignments) apply(chip, a, fmt::format("{}:{}", file, a.line));
}

void apply(ChipSpec& chip, const ProductDescription& description) {
  for (const auto& a : description.assignments) apply(chip, a, "product " + description.product.name);
}

/// The product to apply, or none.
std::optional<ProductDescription> choose_product(const std::string& wanted, const std::string& root_chip) {
  std::vector<std::string> fitting;
  std::optional<ProductDescription> other;
  for (auto& description : product_descriptions()) {
    const bool fits = description.product.chip == root_chip;
    if (fits) fitting.push_back(description.product.name);
    if (wanted.empty() ? fits && description.product.is_default
                       : equal_ignoring_case(wanted, description.product.name)) {
      if (fits) return std::move(description);
      other = std::move(description);
    }
  }
  if (wanted.empty()) return std::nullopt;
  throw Error({"E-CHIP-PRODUCT", "--product", wanted,
               fitting.empty() ? "no product: the description has no built-in chip as its base"
                               : fmt::format("{}", fmt::join(fitting, ", ")),
               other ? fmt::format("the product is made of {} chips", other->product.chip) : "no such product"});
}

std::string chip_of_product(const std::string& product) {
  std::vector<std::string> names;
  for (const auto& p : products()) {
    if (equal_ignoring_case(product, p.name)) return p.chip;
    names.push_back(p.name);
  }
  throw Error({"E-CHIP-PRODUCT", "--product", product, fmt::format("{}", fmt::join(names, ", ")), "no such product"});
}

/// Terms that the family's model lacks need not be stated: they are neutral. What else is missing comes from `newer`.
void complete(ChipSpec& chip, const std::string& file, const ChipSpec* newer) {
  for (const auto& parameter : chip_parameters()) {
    if (chip.origins.count(parameter.key) != 0) continue;
    if (newer != nullptr) {
      set_value(chip, parameter, value(parameter, *newer));
      chip.origins[parameter.key] = newer->origins.at(parameter.key);
      continue;
    }
    if (parameter.influence_on(chip.family) != Influence::kNone)
      throw Error({"E-CHIP-MISSING", file, fmt::format("no {}", parameter.key), legal_range(parameter),
                   fmt::format("a full description needs every parameter: {}", parameter.meaning)});
    set_value(chip, parameter, parameter.neutral_value);
    chip.origins[parameter.key] = {Provenance::kDerived,
                                   fmt::format("the model of {} has no such term", name(chip.family)), "the model"};
  }
}

ChipSpec load(Description description, const std::string& product, const ChipSpec* newer = nullptr) {
  const auto chain = with_bases(std::move(description));
  const Description& root = chain.back();
  ChipSpec spec;
  spec.name = chain.front().name;
  spec.family = parse_family(root);
  apply(spec, root);
  complete(spec, root.file, newer);
  if (const auto chosen = choose_product(product, root.is_built_in ? root.name : "")) {
    spec.product = chosen->product.name;
    apply(spec, *chosen);
  }
  for (auto variant = std::next(chain.rbegin()); variant != chain.rend(); ++variant) apply(spec, *variant);
  check_chip(spec);
  return spec;
}

}  // namespace

std::vector<std::string> chip_names() {
  std::vector<std::string> names;
  for (const auto& text : chip_texts())
    if (text.file != kProductFile) names.emplace_back(text.file.substr(0, text.file.size() - kExtension.size()));
  return names;
}

std::vector<Product> products() {
  auto descriptions = product_descriptions();
  std::vector<Product> result;
  result.reserve(descriptions.size());
  for (auto& description : descriptions) result.push_back(std::move(description.product));
  return result;
}

ChipSpec load_chip(const std::string& chip, const std::string& product) {
  const std::string named = chip.empty() && !product.empty() ? chip_of_product(product) : chip;
  return load(read_chip(named, "E-CHIP-NAME", "--chip"), product);
}

std::vector<std::string> chip_files(const std::string& chip) {
  std::vector<std::string> files;
  for (const Description& description : with_bases(read_chip(chip, "E-CHIP-NAME", "--chip")))
    if (!description.is_built_in) files.push_back(description.file);
  return files;
}

ChipSpec load_chip_text(std::string_view text, const std::string& file, const std::string& product) {
  return load(parse_chip(text, file), product);
}

ChipSpec load_recorded_chip(std::string_view text, const std::string& file) {
  Description description = parse_chip(text, file, true);
  if (!description.base.empty()) return load(std::move(description), "");
  const ChipSpec& newer = reference_chip(parse_family(description));
  ChipSpec recorded = load(std::move(description), "", &newer);
  if (recorded.name == newer.name && chip_changes(recorded).empty()) recorded.product = newer.product;
  return recorded;
}

void apply_setting(ChipSpec& chip, std::string_view setting) {
  const std::string place = fmt::format("--set {}", setting);
  const auto equals = setting.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == setting.size())
    throw Error({"E-CHIP-SETTING", place, std::string(setting), "key=value, such as tiu.clock_mhz=750",
                 "a setting is a key and a number"});
  const Parameter& parameter = require_parameter(setting.substr(0, equals), place);
  const std::string_view text = setting.substr(equals + 1);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size())
    throw Error({"E-CHIP-TYPE", place, std::string(text), legal_range(parameter), "the value is not a number"});
  check_value(parameter, value, place);
  set_value(chip, parameter, value);
  chip.origins[parameter.key] = {Provenance::kAssumed, "command line", "--set"};
}

namespace {

void check_ddr(const ChipSpec& chip) {
  const DdrSpec& ddr = chip.ddr;
  const auto require = [&](bool holds, std::string_view keys, std::string value, std::string legal, std::string what) {
    if (!holds)
      throw Error({"E-CHIP-CONSISTENCY", fmt::format("{}, keys {}", chip.name, keys), std::move(value),
                   std::move(legal), std::move(what)});
  };
  require(ddr.row_bytes % ddr.burst_bytes == 0, "ddr.row_bytes and ddr.burst_bytes",
          fmt::format("rows of {} bytes, bursts of {}", ddr.row_bytes, ddr.burst_bytes), "whole bursts in a row",
          "a burst would lie in two rows");
  require(ddr.interleave_bytes % ddr.burst_bytes == 0, "ddr.interleave_bytes and ddr.burst_bytes",
          fmt::format("interleave of {} bytes, bursts of {}", ddr.interleave_bytes, ddr.burst_bytes),
          "whole bursts between controllers", "a burst would lie in two controllers");
  const double stall = ddr.t_rp_ns + ddr.t_rfc_ns + ddr.t_rcd_ns;
  require(stall < ddr.t_refi_ns, "ddr.t_refi_ns, ddr.t_rfc_ns, ddr.t_rp_ns and ddr.t_rcd_ns",
          fmt::format("{} ns of every {} ns", stall, ddr.t_refi_ns), "tRP + tRFC + tRCD below tREFI",
          "refresh would leave no time for data");
}

}  // namespace

namespace {

/// Terms of the other family are neutral, and nothing that the family divides by is 0.
void check_terms(const ChipSpec& chip) {
  for (const auto& parameter : chip_parameters()) {
    const double found = value(parameter, chip);
    const std::string place = fmt::format("{}, key {}", chip.name, parameter.key);
    const bool has_term = parameter.influence_on(chip.family) != Influence::kNone;
    if (!has_term && found != parameter.neutral_value)
      throw Error({"E-CHIP-NO-EFFECT", place, fmt::format("{}", found),
                   fmt::format("{} on chips of family {}", parameter.neutral_value, name(chip.family)),
                   "the parameter has no effect on this chip"});
    if (has_term && parameter.is_above_zero && !(found > 0))
      throw Error({"E-CHIP-CONSISTENCY", place, fmt::format("{}", found),
                   fmt::format("above 0 for {}", name(chip.family)), "a transfer or a convolution would never end"});
  }
}

}  // namespace

void check_chip(const ChipSpec& chip) {
  check_terms(chip);
  check_ddr(chip);
  if (chip.local_memory.lane_bytes % chip.local_memory.banks != 0)
    throw Error({"E-CHIP-CONSISTENCY", chip.name + ", keys local_memory.lane_bytes and local_memory.banks",
                 fmt::format("{} bytes in {} banks", chip.local_memory.lane_bytes, chip.local_memory.banks),
                 "a whole number of bytes in each bank", "the banks do not divide a lane's memory"});
  if (chip.local_memory.bank_bytes() % chip.tiu.eu_bytes != 0)
    throw Error({"E-CHIP-CONSISTENCY", chip.name + ", keys local_memory.banks and tiu.eu_bytes",
                 fmt::format("banks of {} bytes, {} EU bytes", chip.local_memory.bank_bytes(), chip.tiu.eu_bytes),
                 "banks that are a multiple of the EU bytes", "an aligned tensor could straddle two banks"});
}

void check_family(const ChipSpec& chip, Family program_family, const std::string& program) {
  if (chip.family == program_family) return;
  throw Error({"E-CHIP-PROGRAM", program, fmt::format("a program for {}", name(program_family)),
               fmt::format("{} runs programs for {}", chip.name, name(chip.family)),
               "the program is for another chip"});
}

}  // namespace bmemu::isa
