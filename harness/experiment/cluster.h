// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// A sweep in a Slurm job array. Each task runs one part of the sweep with `bmemu whatif --part` into a file of its own;
// this process watches for these files, takes them over, and submits again what a lost node left undone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/experiment/sweep.h"

namespace bmemu::harness {

struct ClusterOptions {
  std::string arguments;            ///< for sbatch, as typed
  std::vector<std::string> whatif;  ///< `bmemu whatif` with all that makes the points
  std::string folder;               ///< for scripts, logs and parts; all nodes share it
  int poll_ms = 500;
};

/// Contract: the rows that `store` lacks are run; parts take about a minute of `seconds_per_point`. Slurm's own requeue
/// is off: after a node is lost it waits for minutes. A part that no task is running, or that takes ten times as long
/// as expected, is submitted again, three times at most. Errors: E-SWEEP-CLUSTER (no Slurm, sbatch refuses, a part
/// fails again and again: its log is quoted).
void run_on_cluster(Sweep& sweep, SweepStore& store, const ClusterOptions& options, double seconds_per_point,
                    const std::function<void(std::size_t, std::size_t)>& progress,
                    const std::function<void(const std::string&)>& note);

}  // namespace bmemu::harness
