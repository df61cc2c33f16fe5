// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Ranges of a network's tensors: measured, or read from the vendor compiler's calibration table.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "isa/program/program.h"
#include "kernels/graph/graph.h"
#include "kernels/graph/reference/tensor.h"

namespace bmemu::kernels {

struct Range {
  float threshold = 0;  ///< largest magnitude that is represented
  float minimum = 0;
  float maximum = 0;
};

/// By name of the tensor.
using Calibration = std::map<std::string, Range>;

/// The text table of the vendor's compiler: lines of "name threshold min max"; lines that start with # are comments.
/// `source` is the name in messages. Errors: E-CALIBRATION-TABLE (a line without four fields, numbers that are none or
/// not finite, a negative threshold, a name twice).
Calibration parse_calibration_table(isa::ByteView text, const std::string& source);
/// Errors: those above and E-FILE-OPEN.
Calibration read_calibration_table(const std::string& path);
std::string calibration_table(const Calibration& calibration);

/// Largest magnitudes, minima and maxima of all computed tensors and inputs over the samples. `sample` holds the inputs
/// in the order of the graph's. `progress` is called behind each sample.
Calibration calibrate(const Graph& graph, const std::vector<std::vector<reference::Tensor<float>>>& samples,
                      const std::function<void(std::size_t done)>& progress = {});

/// Writes the ranges to the values that bear their names: exactly, or, as the vendor's compiler names tensors, with
/// "_" and an operator behind. What only moves elements (Reshape, Permute ...) hands its range on.
void apply_calibration(const Calibration& calibration, Graph& graph);

}  // namespace bmemu::kernels
