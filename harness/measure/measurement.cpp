// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/measure/measurement.h"

#include <filesystem>

#include "emulator/check/hazard.h"

namespace bmemu::harness {

/// This object comes last: at the end of the run the others are complete.
std::vector<emulator::Listener*> Measurement::listeners() {
  return {&stack_, &traffic_, &layers_, &log_, &interval_, this};
}

void Measurement::on_start(const emulator::RunStart& start) {
  program_ = start.program;
  result_.program = std::filesystem::path(start.program->source).filename().string();
  result_.network = start.program->network;
  result_.stage = start.program->stage;
  result_.batch = start.program->batch;
  result_.chip = *start.chip;
  if (start.arithmetic != nullptr) result_.arithmetic = *start.arithmetic;
}

void Measurement::on_hazard(const emulator::Hazard& hazard) {
  result_.hazards.push_back(
      {hazard.kind == emulator::HazardKind::kOverwrite ? "both write" : "one reads what the other writes",
       emulator::describe(hazard, *program_, result_.chip)});
}

void Measurement::add_uninitialised(const emulator::Session& session) {
  for (const auto& read : session.uninitialised_reads())
    result_.uninitialised.where.push_back(emulator::describe(read, session.program(), session.chip()));
  result_.uninitialised.count = session.uninitialised_count();
}

void Measurement::on_end(const emulator::RunEnd& end) {
  result_.length_ps = end.length_ps;
  result_.ideal_ps = end.ideal_ps;
  result_.tiu = stack_.of(isa::Engine::kTiu);
  result_.gdma = stack_.of(isa::Engine::kGdma);
  result_.traffic = traffic_;
  result_.path = find_critical_path(log_);
  layers_.charge(result_.path, log_);
  result_.layers = layers_.layers();
  program_ = nullptr;
  result_.interval = interval_.interval();
}

}  // namespace bmemu::harness
