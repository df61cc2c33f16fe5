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

/// Whether a variable has its second value; not set, or empty, it has the first. Errors: E-RUNTIME-MODE.
bool is_second(const char* name, const std::string& first, const std::string& second) {
  const std::string value = variable(name);
  if (value.empty() || value == first) return false;
  if (value == second) return true;
  throw Error({"E-RUNTIME-MODE", name, fmt::format("\"{}\"", value), first + ", " + second, "an unknown value"});
}

}  // namespace

Settings settings_from_environment() {
  Settings settings;
  const std::string devices = variable("BMEMU_DEVICES");
  settings.devices = isa::load_chip_list(devices.empty() ? kDefaultDevices : devices, "BMEMU_DEVICES");
  if (is_second("BMEMU_MODE", "values", "time")) settings.mode = Mode::kTime;
  if (is_second("BMEMU_HOST", "card", "soc")) settings.host = Host::kSoc;
  settings.save = variable("BMEMU_SAVE");
  return settings;
}

}  // namespace bmemu::runtime
