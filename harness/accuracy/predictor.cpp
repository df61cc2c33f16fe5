// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/predictor.h"

#include <filesystem>

#include "emulator/chip/run.h"
#include "isa/bmodel/bmodel.h"
#include "kernels/io_copies.h"

namespace bmemu::harness {
namespace {

/// The program with its commands alone: streams copied, everything else let go.
isa::Program commands_only(isa::Program program) {
  std::vector<std::shared_ptr<const void>> storage;
  for (auto& group : program.groups)
    for (auto* stream : {&group.tiu, &group.gdma}) {
      auto copy =
          std::make_shared<std::vector<std::uint8_t>>(stream->bytes.data, stream->bytes.data + stream->bytes.size);
      stream->bytes.data = copy->data();
      storage.push_back(std::move(copy));
    }
  program.image.clear();
  program.storage = std::move(storage);
  return program;
}

}  // namespace

isa::Program load_for_timing(const std::string& path) {
  return commands_only(kernels::with_io_copies(isa::load_program(isa::BModel::open(path))));
}

double time_ms(const isa::Program& program, const isa::ChipSpec& chip) {
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  return static_cast<double>(emulator::run(program, chip, options, {}).length_ps) / 1e9;
}

Predictor::Predictor(std::vector<PublishedRow> rows, const std::string& folder) : rows_(std::move(rows)) {
  for (const auto& row : rows_)
    programs_.push_back(load_for_timing((std::filesystem::path(folder) / row.file).string()));
}

double Predictor::time_ms(std::size_t index, const isa::ChipSpec& chip) const {
  return harness::time_ms(programs_[index], chip);
}

std::vector<double> Predictor::times_ms(const isa::ChipSpec& chip) const {
  std::vector<double> times;
  for (std::size_t i = 0; i < rows_.size(); ++i) times.push_back(time_ms(i, chip));
  return times;
}

}  // namespace bmemu::harness
