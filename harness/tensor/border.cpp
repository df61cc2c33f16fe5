// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/border.h"

#include <fmt/format.h>

#include <algorithm>

#include "isa/error.h"

namespace bmemu::harness {

isa::Program up_to_border(const isa::Program& program) {
  const isa::LeftOut& part = program.left_out.front();
  isa::Program first = program;
  first.groups.resize(part.group);
  first.outputs = part.inputs;
  first.left_out.clear();
  const auto is_behind = [&](const auto& span) { return span.group >= part.group; };
  auto& layers = first.layers;
  layers.spans.erase(std::remove_if(layers.spans.begin(), layers.spans.end(), is_behind), layers.spans.end());
  layers.results.erase(std::remove_if(layers.results.begin(), layers.results.end(), is_behind), layers.results.end());
  const bool has_commands = std::any_of(first.groups.begin(), first.groups.end(),
                                        [](const isa::CommandGroup& group) { return !group.tiu.commands.empty(); });
  if (!has_commands)
    throw Error({part.id, program.source, fmt::format("sub-network {}, {}", part.subnet, part.what),
                 "a run for time, without --input",
                 "no values can be computed: the part that is left out comes before everything else"});
  return first;
}

std::string border_text(const isa::Program& program) {
  const isa::LeftOut& part = program.left_out.front();
  return fmt::format("before sub-network {}, {} ({}); the outputs are the tensors that it would read", part.subnet,
                     part.what, part.id);
}

}  // namespace bmemu::harness
