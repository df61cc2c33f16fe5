// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The operators of a network in a saved run.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/measure/network.h"

namespace bmemu::harness {

nlohmann::ordered_json network_json(const Network& network);

/// Errors: nlohmann::json::exception (another shape than network_json writes).
Network network_from(const nlohmann::ordered_json& json);

}  // namespace bmemu::harness
