// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/compile/program_files.h"

#include <filesystem>
#include <ostream>

#include "harness/report/chip_output.h"
#include "isa/bmodel/writer.h"
#include "isa/program/layer_map.h"

namespace bmemu::harness {

std::string layer_map_path(const std::string& program) {
  return program.empty() ? std::string() : std::filesystem::path(program).replace_extension(".json").string();
}

std::size_t write_program(const isa::Program& program, const isa::ChipSpec& chip, std::ostream& bmodel,
                          std::ostream& layers) {
  isa::BModelNotes notes;
  notes.chip_text = chip_toml(chip);
  const auto bytes = isa::write_bmodel(program, notes);
  bmodel.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  layers << isa::layer_map_text(program);
  return bytes.size();
}

}  // namespace bmemu::harness
