// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The part of `bmemu run` that is about the application around the program.
#pragma once

#include <optional>
#include <string>

#include "harness/commands/command.h"
#include "harness/host/interface_model.h"
#include "harness/measure/run_notes.h"

namespace bmemu::harness {

struct HostOptions {
  std::optional<HostInterface> host;
  InputArray array = InputArray::kFloat32;
  bool stages = false;
};
void add_host_options(CLI::App& run, HostOptions& options);

/// Errors: E-USAGE where --host-array is given for an interface that hands over no array of NumPy's.
void check_host_options(const HostOptions& options);

/// The inference stage of an application: emulated time of the TPU and the parts of the interface. Empty when no
/// interface was chosen. `tpu_ms`: of one run.
std::optional<HostStage> host_stage(const HostOptions& options, const isa::Program& program, double tpu_ms);

/// Two lines, and with `--stages` the parts. Empty without a stage.
std::string host_stage_text(const HostOptions& options, const std::optional<HostStage>& stage);

}  // namespace bmemu::harness
