// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operators by the names that the model gives them.
#pragma once

#include <set>
#include <string>

#include "kernels/graph/graph.h"

namespace bmemu::kernels {

/// The names of tensors and ONNX nodes of `imported`, as names of `graph`, which passes have made of it: an operator
/// that became part of another one is that one, the nearest behind it.
/// Errors: E-QUANTISE-TABLE (lists the names that the model does not have).
std::set<std::string> operators_of(const std::set<std::string>& names, const Graph& imported, const Graph& graph);

}  // namespace bmemu::kernels
