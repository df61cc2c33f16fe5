// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/measurement.h"

#include <filesystem>

#include "emulator/check/hazard.h"

namespace bmemu::harness {

HazardNote hazard_note(const emulator::Hazard& hazard, const isa::Program& program, const isa::ChipSpec& chip) {
  return {hazard.kind == emulator::HazardKind::kOverwrite ? "both write" : "one reads what the other writes",
          emulator::describe(hazard, program, chip)};
}

/// This object comes last: at the end of the run the others are complete.
std::vector<emulator::Listener*> Measurement::listeners() {
  return {&stack_, &traffic_, &layers_, &run_.log, &interval_, &work_, this};
}

void Measurement::on_start(const emulator::RunStart& start) {
  program_ = start.program;
  run_.result = {};
  run_.result.program = std::filesystem::path(start.program->source).filename().string();
  run_.result.network = start.program->network;
  run_.result.stage = start.program->stage;
  run_.result.batch = start.program->batch;
  run_.result.chip = *start.chip;
  run_.result.notes.left_out = start.program->left_out;
  if (start.arithmetic != nullptr) run_.result.arithmetic = *start.arithmetic;
}

void Measurement::on_hazard(const emulator::Hazard& hazard) {
  run_.result.hazards.push_back(hazard_note(hazard, *program_, run_.result.chip));
}

void Measurement::add_uninitialised(const emulator::Session& session) {
  for (const auto& read : session.uninitialised_reads())
    run_.result.uninitialised.where.push_back(emulator::describe(read, session.program(), session.chip()));
  run_.result.uninitialised.count = session.uninitialised_count();
}

void Measurement::add_notes(RunNotes notes) {
  notes.left_out = std::move(run_.result.notes.left_out);
  run_.result.notes = std::move(notes);
}

void Measurement::on_end(const emulator::RunEnd& end) {
  run_.result.length_ps = end.length_ps;
  run_.result.ideal_ps = end.ideal_ps;
  run_.result.tiu = stack_.of(isa::Engine::kTiu);
  run_.result.gdma = stack_.of(isa::Engine::kGdma);
  run_.result.traffic = traffic_;
  run_.result.path = find_critical_path(run_.log);
  layers_.charge(run_.result.path, run_.log);
  run_.result.layers = layers_.layers();
  program_ = nullptr;
  run_.result.interval = interval_.interval();
  run_.result.work = work_.work();
}

}  // namespace bmemu::harness
