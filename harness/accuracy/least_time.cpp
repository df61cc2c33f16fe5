// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/least_time.h"

#include <string>

#include "isa/chip/chip_file.h"

namespace bmemu::harness {

double least_ms(const std::shared_ptr<const LoadedProgram>& program) {
  const HostModel no_copies{false};
  isa::ChipSpec chip = isa::load_chip(std::string(isa::name(program->with(no_copies).family)));
  for (const auto& parameter : isa::chip_parameters())
    if (parameter.key.rfind("silicon.", 0) == 0 || parameter.key.rfind("launch.", 0) == 0)
      isa::set_value(chip, parameter, parameter.neutral_value);
  chip.ddr.detail = static_cast<std::int64_t>(isa::DdrDetail::kBandwidth);
  chip.ddr.efficiency_ratio = 1;
  return static_cast<double>(measure_length({program, chip, no_copies})) / 1e9;
}

}  // namespace bmemu::harness
