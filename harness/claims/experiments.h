// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The experiments behind the claims. Each reads its inputs and hands them to a function that decides from them alone.
#pragma once

#include <map>
#include <string>

#include "harness/claims/registry.h"

namespace bmemu::harness {

using Experiment = ClaimResult (*)(const ClaimOptions&);

/// By the claim's id.
const std::map<std::string, Experiment>& experiments();

ClaimResult test_quantisation(const ClaimOptions& options);   ///< 3.1
ClaimResult test_group_search(const ClaimOptions& options);   ///< 3.2
ClaimResult test_upsampling(const ClaimOptions& options);     ///< 4.1, 4.2
ClaimResult test_fp32_accuracy(const ClaimOptions& options);  ///< 5.1
ClaimResult test_local_memory(const ClaimOptions& options);   ///< 6.1
ClaimResult test_scale_loop(const ClaimOptions& options);     ///< 6.2
ClaimResult test_serial_demos(const ClaimOptions& options);   ///< 6.3
ClaimResult test_low_end(const ClaimOptions& options);        ///< 6.4

}  // namespace bmemu::harness
