// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a compiled program is made of, without running it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "isa/bmodel/bmodel.h"

namespace bmemu::harness {

/// Schema bmemu.info/1: chip, compiler, networks with stages: inputs, outputs, sub-networks and why one cannot be run,
/// memory, commands, layers (null without a layer map). `path`: of the program, to look for layer maps beside it.
nlohmann::ordered_json program_info_json(const isa::BModel& model, const std::string& path);

/// The same for people.
std::string program_info_text(const nlohmann::ordered_json& info);

}  // namespace bmemu::harness
