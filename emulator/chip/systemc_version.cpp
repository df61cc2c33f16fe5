// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/chip/systemc_version.h"

#include <systemc>

namespace bmemu::emulator {

std::string systemc_version() { return std::string("SystemC ") + sc_core::sc_release(); }

}  // namespace bmemu::emulator
