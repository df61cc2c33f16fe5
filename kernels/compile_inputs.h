// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// What a compiled program depends on besides the network: for keys, caches and files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/compile.h"

namespace bmemu::kernels {

/// The chip's parameters that passes and kernels read, by key: two chips of one family that agree in them get the same
/// program. A test changes every other parameter; who reads one more adds it here.
const std::vector<std::string_view>& chip_parameters_read();

/// All options but the cost model.
std::string text_of(const CompileOptions& options);

}  // namespace bmemu::kernels
