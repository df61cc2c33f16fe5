// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The description of a chip (and of a product built with it) that every model reads. A chip is a data file:
// isa/chips/*.toml.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isa/chip/blocks/calibration.h"
#include "isa/chip/blocks/ddr.h"
#include "isa/chip/blocks/gdma.h"
#include "isa/chip/blocks/ideal_row.h"
#include "isa/chip/blocks/memory.h"
#include "isa/chip/blocks/queue.h"
#include "isa/chip/blocks/silicon.h"
#include "isa/chip/blocks/tiu.h"
#include "isa/chip/parameter.h"
#include "isa/encoding/instruction.h"

namespace bmemu::isa {

/// Where a number comes from.
enum class Provenance : std::uint8_t { kStated, kDerived, kFitted, kAssumed };
std::string_view name(Provenance provenance);

struct Origin {
  Provenance provenance = Provenance::kAssumed;
  std::string source;  ///< citation
  std::string set_by;  ///< "bm1684x.toml:12", "product SE7-32", "--set"
};

/// Contract: plain data. Made by `load_chip` (isa/chip/chip_file.h); every number has an entry in `origins`.
struct ChipSpec {
  Family family = Family::kBm1684x;
  std::string name;     ///< "bm1684x" or the name of a variant
  std::string product;  ///< "SE7-32"; empty when no product was chosen
  TiuSpec tiu;
  IdealTiuSpec ideal_tiu;
  LocalMemorySpec local_memory;
  GdmaSpec gdma;
  IdealDmaSpec ideal_dma;
  L2Spec l2;
  StaticMemorySpec static_memory;
  DdrSpec ddr;
  QueueSpec queue;
  SiliconSpec silicon;
  CalibrationSpec calibration;
  LaunchSpec launch;
  IdealRowSpec ideal_row;
  std::map<std::string, Origin> origins;  ///< by parameter key, for example "tiu.clock_mhz"
};

/// All parameters in file order: the rows of isa/chip/blocks.
const std::vector<Parameter>& chip_parameters();

/// The parameter with this key, or null.
const Parameter* find_parameter(std::string_view key);
/// Keys of models that earlier versions had, and recorded in programs. Nothing reads them any more.
const std::vector<std::string_view>& retired_parameters();
double value(const Parameter& parameter, const ChipSpec& chip);
void set_value(ChipSpec& chip, const Parameter& parameter, double value);

}  // namespace bmemu::isa
