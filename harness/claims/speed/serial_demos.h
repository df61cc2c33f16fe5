// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Claim 6.3: demos are no performance tests, because their stages are serial; three threads use the TPU best.
#pragma once

#include <string>
#include <vector>

#include "harness/claims/claim.h"
#include "harness/claims/speed/throughput_cases.h"

namespace bmemu::harness {

struct ClaimOptions;

/// A demo's stages on more and more threads. Frames per second.
struct ThreadStudy {
  StageRow row;
  double serial_fps = 0;         ///< one thread
  double three_threads_fps = 0;  ///< decode and pre-process, inference, post-process
  double tpu_limit_fps = 0;      ///< the TPU busy all the time
  int threads = 0;               ///< of each stage that keep the TPU busy; 0: eight cores can't
  int processes = 0;             ///< serial programs side by side that do; 0: eight cores can't
  double tpu_share() const { return serial_fps / tpu_limit_fps; }  ///< that a serial program uses
};

struct SerialDemoInputs {
  std::vector<ThroughputCase> cases;
  std::vector<ThreadStudy> studies;
};

/// Of the current C++ programs on BMCV with int8 bmodels of batch 1.
std::vector<ThreadStudy> thread_studies(const std::vector<StageRow>& stages);

ClaimResult judge_serial_demos(const SerialDemoInputs& inputs);
SerialDemoInputs serial_demo_inputs(const ClaimOptions& options);

}  // namespace bmemu::harness
