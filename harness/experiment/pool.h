// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Worker processes that share out many points. The emulated chip elaborates once per process, so points run in
// processes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "harness/experiment/point.h"

namespace bmemu::harness {

/// What one worker is asked to do: the point with this number. Runs in the worker.
using PointTask = std::function<PointResult(std::uint64_t)>;
/// Told in this process of each finished chunk of `numbers`, in the order in which chunks finish.
using ChunkDone = std::function<void(const std::vector<std::uint64_t>& numbers, const std::vector<PointResult>&)>;

struct PoolOptions {
  unsigned jobs = 1;         ///< processes
  std::uint64_t chunk = 64;  ///< points that a worker takes at once, and that an interruption loses at most
};

/// Runs `task` for every number, in chunks. A worker that dies fails the point that it was at (E-SWEEP-WORKER in its
/// result) and is replaced. Errors: E-SWEEP-WORKER when no process can be started.
void run_points(const std::vector<std::uint64_t>& numbers, const PoolOptions& options, const PointTask& task,
                const ChunkDone& done);

}  // namespace bmemu::harness
