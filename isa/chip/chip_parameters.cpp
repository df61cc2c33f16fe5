// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/chip/chip_spec.h"

namespace bmemu::isa {
namespace {

template <class Block>
Influence influence_of(const ParameterRow<Block>& row, Family family) {
  if (row.family && *row.family != family) return Influence::kNone;
  return row.is_limit[static_cast<std::size_t>(family)] ? Influence::kLimit : Influence::kFigures;
}

template <class Block, std::size_t count>
void add(std::vector<Parameter>& list, std::string_view name, Block ChipSpec::*block,
         const ParameterRow<Block> (&rows)[count]) {
  for (const auto& row : rows) {
    Parameter parameter;
    parameter.key = std::string(name) + "." + std::string(row.name);
    parameter.is_integer = row.integer != nullptr;
    parameter.minimum = row.minimum;
    parameter.maximum = row.maximum;
    parameter.meaning = row.meaning;
    parameter.family = row.family;
    parameter.neutral_value = row.neutral_value;
    parameter.is_above_zero = row.is_above_zero;
    parameter.prior = row.belief;
    for (const auto family : {Family::kBm1684, Family::kBm1684x})
      parameter.influence[static_cast<std::size_t>(family)] = influence_of(row, family);
    if (row.integer != nullptr) {
      parameter.get = [block, member = row.integer](const ChipSpec& c) { return double(c.*block.*member); };
      parameter.set = [block, member = row.integer](ChipSpec& c, double v) { c.*block.*member = std::int64_t(v); };
    } else {
      parameter.get = [block, member = row.real](const ChipSpec& c) { return c.*block.*member; };
      parameter.set = [block, member = row.real](ChipSpec& c, double v) { c.*block.*member = v; };
    }
    list.push_back(std::move(parameter));
  }
}

std::vector<Parameter> all_parameters() {
  std::vector<Parameter> list;
  add(list, "tiu", &ChipSpec::tiu, kTiuRows);
  add(list, "ideal_tiu", &ChipSpec::ideal_tiu, kIdealTiuRows);
  add(list, "local_memory", &ChipSpec::local_memory, kLocalMemoryRows);
  add(list, "gdma", &ChipSpec::gdma, kGdmaRows);
  add(list, "ideal_dma", &ChipSpec::ideal_dma, kIdealDmaRows);
  add(list, "l2", &ChipSpec::l2, kL2Rows);
  add(list, "static_memory", &ChipSpec::static_memory, kStaticMemoryRows);
  add(list, "ddr", &ChipSpec::ddr, kDdrRows);
  add(list, "queue", &ChipSpec::queue, kQueueRows);
  add(list, "silicon", &ChipSpec::silicon, kSiliconRows);
  add(list, "calibration", &ChipSpec::calibration, kCalibrationRows);
  add(list, "launch", &ChipSpec::launch, kLaunchRows);
  add(list, "ideal_row", &ChipSpec::ideal_row, kIdealRowRows);
  return list;
}

}  // namespace

std::string_view name(Provenance provenance) {
  switch (provenance) {
    case Provenance::kStated: return "stated";
    case Provenance::kDerived: return "derived";
    case Provenance::kFitted: return "fitted";
    case Provenance::kAssumed: return "assumed";
  }
  return "?";
}

const std::vector<Parameter>& chip_parameters() {
  static const std::vector<Parameter> kList = all_parameters();
  return kList;
}

const Parameter* find_parameter(std::string_view key) {
  for (const auto& parameter : chip_parameters())
    if (parameter.key == key) return &parameter;
  return nullptr;
}

const std::vector<std::string_view>& retired_parameters() {
  static const std::vector<std::string_view> kList{"silicon.conv_block_cycles", "silicon.conv_block_least_cycles",
                                                   "silicon.cube_16bit_ratio",  "silicon.cube_drain_cycles",
                                                   "silicon.cube_line_cycles",  "silicon.dma_row_ratio",
                                                   "silicon.gather_ratio",      "silicon.vector_ratio"};
  return kList;
}

double value(const Parameter& parameter, const ChipSpec& chip) { return parameter.get(chip); }

void set_value(ChipSpec& chip, const Parameter& parameter, double value) { parameter.set(chip, value); }

}  // namespace bmemu::isa
