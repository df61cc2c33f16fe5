// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Any bytes are a layer map, which fits a program or not, or one clear error.
#include <cstdint>

#include "isa/error.h"
#include "isa/program/layer_map.h"

namespace {

bmemu::isa::Program program_of(std::size_t commands) {
  using namespace bmemu;
  isa::Program program;
  program.groups.resize(2);
  program.groups[1].subnet = 1;
  for (auto& group : program.groups)
    for (auto* stream : {&group.tiu, &group.gdma})
      for (std::uint32_t id = 1; id <= commands; ++id)
        stream->commands.push_back({128ULL * (id - 1), id, 0, 128, id == commands});
  return program;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bmemu;
  static const isa::Program kProgram = program_of(100);
  try {
    const auto layers = isa::make_layer_map(isa::parse_layer_records({data, size}), kProgram);
    for (const auto engine : {isa::Engine::kTiu, isa::Engine::kGdma}) layers.layer_of_commands(engine, 0, 100);
  } catch (const Error&) {
  }
  return 0;
}
