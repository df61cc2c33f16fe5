// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compare/load_side.h"

#include <filesystem>

#include "isa/error.h"
#include "isa/program/layer_map.h"

namespace bmemu::harness {

Side side_of_program(isa::Program program, const std::string& compiler, const std::string& path,
                     const std::string& layers, const isa::ChipSpec& chip, const HostModel& host) {
  std::vector<isa::LayerRecord> records;
  if (!layers.empty()) {
    records = isa::load_layer_records(layers);
    try {
      program.layers = isa::make_layer_map(records, program);
    } catch (const Error& error) {
      throw error.in(layers);
    }
  }
  Side side;
  side.name = std::filesystem::path(path).filename().string();
  Network network = make_network(program, records, compiler);
  side.program = std::make_shared<const LoadedProgram>(std::move(program));
  side.host = host;
  side.run = measure({side.program, chip, host});
  side.run.network = std::move(network);
  return side;
}

}  // namespace bmemu::harness
