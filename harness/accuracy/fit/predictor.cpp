// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/fit/predictor.h"

#include <filesystem>

#include "emulator/chip/run.h"
#include "harness/accuracy/baselines.h"
#include "harness/accuracy/least_time.h"
#include "isa/chip/chip_changes.h"

namespace bmemu::harness {

double time_ms(const std::shared_ptr<const LoadedProgram>& program, const isa::ChipSpec& chip) {
  return static_cast<double>(measure_length({program, chip, {}})) / 1e9;
}

Predictor::Predictor(std::vector<PublishedRow> rows, const std::string& folder) : rows_(std::move(rows)) {
  for (auto& row : rows_) {
    programs_.push_back(LoadedProgram::open_commands((std::filesystem::path(folder) / row.file).string()));
    const isa::Program& program = programs_.back()->with({});
    row.matrix_share = matrix_share(program);
    row.has_relu_alone = has_relu_alone(work_of(program, isa::reference_chip(program.family)));
    row.least_ms = least_ms(programs_.back());
  }
}

double Predictor::time_ms(std::size_t index, const isa::ChipSpec& chip) const {
  return harness::time_ms(programs_[index], chip);
}

IntervalFinder Predictor::run(std::size_t index, const isa::ChipSpec& chip) const {
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  IntervalFinder finder;
  emulator::run(programs_[index]->with({}), chip, options, {&finder});
  return finder;
}

std::vector<double> Predictor::times_ms(const isa::ChipSpec& chip) const {
  std::vector<double> times;
  for (std::size_t i = 0; i < rows_.size(); ++i) times.push_back(time_ms(i, chip));
  return times;
}

}  // namespace bmemu::harness
