// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What the environment says about the emulated devices.
#pragma once

#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"

namespace bmemu::runtime {

enum class Mode : std::uint8_t {
  kValues,  ///< results and time
  kTime,    ///< time alone: no data is computed, outputs keep what they held
};

/// Where the client runs.
enum class Host : std::uint8_t {
  kCard,  ///< on a computer with the device as a card
  kSoc,   ///< on the device's own processor: it may map device memory
};

struct Settings {
  std::vector<isa::ChipSpec> devices;  ///< by device id
  Mode mode = Mode::kValues;
  Host host = Host::kCard;
  std::string save;  ///< folder for launched programs and the table of launches; empty: none
};

/// BMEMU_DEVICES (see isa::load_chip_list; one BM1684X when it is not set), BMEMU_MODE (values or time), BMEMU_HOST
/// (card or soc), BMEMU_SAVE. Errors: those of isa::load_chip_list, E-RUNTIME-MODE.
Settings settings_from_environment();

}  // namespace bmemu::runtime
