// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/point.h"

#include <utility>

#include "emulator/check/hazard.h"
#include "emulator/chip/run.h"
#include "harness/measure/measurement.h"
#include "isa/bmodel/bmodel.h"
#include "isa/chip/chip_changes.h"
#include "isa/program/layer_map.h"
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

emulator::RunEnd run_point(const Point& point, const std::vector<emulator::Listener*>& listeners) {
  emulator::RunOptions options;
  options.hazards = emulator::HazardCheck::kOff;
  return emulator::run(point.program->with(point.host), point.chip, options, listeners);
}

}  // namespace

LoadedProgram::LoadedProgram(const isa::Program& program)
    : plain_(commands_only(program)), copied_(commands_only(kernels::with_io_copies(program))) {}

std::shared_ptr<const LoadedProgram> LoadedProgram::open(const std::string& path) {
  isa::Program program = isa::load_program(isa::BModel::open(path));
  program.layers = isa::find_layer_map(path, program).layers;
  return std::make_shared<const LoadedProgram>(std::move(program));
}

std::shared_ptr<const LoadedProgram> LoadedProgram::open_commands(const std::string& path) {
  return std::make_shared<const LoadedProgram>(isa::load_program(isa::BModel::open(path)));
}

const isa::Program& LoadedProgram::with(const HostModel& host) const { return host.io_copies ? copied_ : plain_; }

const std::vector<HazardNote>& LoadedProgram::hazards(const HostModel& host) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto& found = hazards_[host.io_copies ? 1 : 0];
  if (!found) {
    const isa::Program& program = with(host);
    const isa::ChipSpec chip = isa::reference_chip(program);
    found.emplace();
    for (const isa::CommandGroup& group : program.groups)
      for (const emulator::Hazard& hazard : emulator::find_hazards(group, program.family, chip, emulator::kHazardLimit))
        found->push_back(hazard_note(hazard, program, chip));
  }
  return *found;
}

Run measure(const Point& point, const std::vector<emulator::Listener*>& also) {
  Measurement measurement;
  auto listeners = measurement.listeners();
  listeners.insert(listeners.end(), also.begin(), also.end());
  run_point(point, listeners);
  Run run = measurement.take();
  run.result.hazards = point.program->hazards(point.host);
  return run;
}

emulator::Picoseconds measure_length(const Point& point) { return run_point(point, {}).length_ps; }

}  // namespace bmemu::harness
