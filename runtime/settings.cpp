// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/settings.h"

#include <fmt/format.h>

#include <cstdlib>

#include "isa/chip/chip_list.h"
#include "isa/error.h"

namespace bmemu::runtime {
namespace {

constexpr const char* kDefaultDevices = "bm1684x";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Settings settings_from_environment() {
  Settings settings;
  const std::string devices = variable("BMEMU_DEVICES");
  settings.devices = isa::load_chip_list(devices.empty() ? kDefaultDevices : devices, "BMEMU_DEVICES");
  const std::string mode = variable("BMEMU_MODE");
  if (mode == "time") {
    settings.mode = Mode::kTime;
  } else if (!mode.empty() && mode != "values") {
    throw Error({"E-RUNTIME-MODE", "BMEMU_MODE", fmt::format("\"{}\"", mode), "values, time", "an unknown mode"});
  }
  settings.save = variable("BMEMU_SAVE");
  return settings;
}

}  // namespace bmemu::runtime
