// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The part of `bmemu run` that is about the application around the program.
#pragma once

#include <optional>
#include <string>

#include "harness/commands/command.h"
#include "harness/host/interface_model.h"

namespace bmemu::harness {

struct HostOptions {
  std::optional<HostInterface> host;
  InputArray array = InputArray::kFloat32;
  bool stages = false;
};
void add_host_options(CLI::App& run, HostOptions& options);

/// The inference stage of an application: emulated time of the TPU and the parts of the interface, per image. Empty
/// when no interface was chosen. `tpu_ms`: of one run.
std::string host_stage_text(const HostOptions& options, const isa::Program& program, double tpu_ms);

}  // namespace bmemu::harness
