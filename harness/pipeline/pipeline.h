// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// An application around the TPU as a discrete-event model: stages with threads, queues between them, and the engines
// and cores that they share.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace bmemu::harness {

/// A piece of a stage's work. `on` names a resource; "wait" is time that needs none.
struct PipelineStep {
  std::string on;
  double ms = 0;  ///< per frame
};

struct PipelineStage {
  std::string name;
  int threads = 1;
  int batch = 1;  ///< frames that a thread takes at once
  std::vector<PipelineStep> steps;
  double ms() const;  ///< per frame, when nothing is in the way
};

struct PipelineConfig {
  std::vector<PipelineStage> stages;
  /// How many of each there are.
  std::map<std::string, int> resources = {{"tpu", 1}, {"cpu", 8}, {"vpp", 1}, {"vpu", 1}, {"jpu", 1}};
  int frames = 4000;  ///< that are simulated
  int channels = 1;
  double channel_fps = 0;  ///< of each channel; 0: frames are there whenever they are asked for
  int queue = 50;          ///< frames that fit between two stages
  int processes = 0;       ///< above 0: so many serial programs, each of which does all stages in turn
};

struct PipelineUse {
  std::string name;
  double busy = 0;  ///< share of the time, of all units or threads
};

struct PipelineResult {
  double fps = 0;                      ///< in the steady state: the first fifth of the frames is left out
  double latency_ms = 0;               ///< mean, from the first stage's begin to the last stage's end
  std::vector<PipelineUse> resources;  ///< that some step uses, by name
  std::vector<PipelineUse> stages;     ///< threads that work or wait for a resource
  std::string limit;                   ///< the resource or stage that is busy all the time, or "the source"
};

/// Deterministic: threads and resources serve in order of arrival, ties in order of the stages.
/// Contract: as `check_pipeline` has it.
PipelineResult simulate(const PipelineConfig& config);

/// Errors: E-PIPELINE-FILE (no stage; a number out of range; a step on a resource that there is none of). `place`: for
/// the message.
void check_pipeline(const PipelineConfig& config, const std::string& place);

/// Errors: E-FILE-OPEN, E-PIPELINE-FILE.
PipelineConfig load_pipeline(const std::string& path);

}  // namespace bmemu::harness
