// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Networks of published architectures, built in: what a study of a chip needs where no file is at hand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/graph/graph.h"

namespace bmemu::harness {

/// A built-in network. Shapes are the published ones; weights come from a seed of its name, so the same graph is made
/// everywhere. Times do not depend on weights; outputs mean nothing.
struct Architecture {
  std::string_view name;   ///< "resnet50"
  std::string_view input;  ///< of one image: "3x224x224"
  std::string_view about;  ///< what it stands for, with its source
  kernels::Graph (*build)(std::int64_t batch);
};

/// In the order of their names' table in docs/networks.md.
const std::vector<Architecture>& architectures();

/// "network:resnet50" where a file name may stand.
inline constexpr std::string_view kArchitecturePrefix = "network:";
bool is_architecture(std::string_view path);

/// The network that `path` ("network:NAME") names. Errors: E-NETWORK-NAME.
const Architecture& find_architecture(std::string_view path);

}  // namespace bmemu::harness
