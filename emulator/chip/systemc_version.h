// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which SystemC the emulator runs on; for those above it, who do not include SystemC.
#pragma once

#include <string>

namespace bmemu::emulator {

/// "SystemC 2.3.4-Accellera".
std::string systemc_version();

}  // namespace bmemu::emulator
