// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Published throughput beside what the pipeline model makes of published stages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/pipeline/pipeline.h"
#include "harness/published/tables.h"

namespace bmemu::harness {

struct ThroughputCase {
  ThroughputRow row;
  bool is_serial = false;
  double predicted_fps = 0;   ///< comparable rows only
  std::string excluded;       ///< why the row can't be compared; empty: it can
  std::string contradiction;  ///< with the nominal clock of its product; empty: none, or nothing is known
  double relative_error() const { return predicted_fps / *row.value - 1; }
};

/// Every row with what is said of it. Serial rows (QPS, 2022): stages of a program add up, and the part outside of
/// inference is the same for all its bmodels; that part comes from the fp32 row of batch 1, which is not counted
/// itself. Pipelined rows: threads as published, pre-processing on the TPU, from the stage table of the same bmodel.
std::vector<ThroughputCase> throughput_cases(const std::vector<ThroughputRow>& rows,
                                             const std::vector<StageRow>& stages);

/// Stages of a C++ program as a pipeline: pre-processing and inference on the TPU, decoding and post-processing on
/// cores. Contract: `row` has all four times.
PipelineConfig pipeline_of(const StageRow& row, int pre_threads, int infer_threads, int post_threads);

/// The last number of "90~100" or "95-100"; none: no number.
std::optional<double> upper_percent(const std::string& text);

inline constexpr double kThroughputTolerance = 0.25;

}  // namespace bmemu::harness
