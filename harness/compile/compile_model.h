// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// An ONNX file as a program for a chip: import, passes, calibration on array files, lowering.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"
#include "kernels/compile.h"
#include "kernels/prepare.h"
#include "kernels/quantise/calibration.h"

namespace bmemu::harness {

struct ModelOptions {
  std::string path;  ///< .onnx, or network:NAME of a built-in one (harness/architectures)
  kernels::Precision precision = kernels::Precision::kF32;
  std::string calibration;                ///< table of ranges; empty = none
  std::vector<std::string> calibrate;     ///< array files to measure ranges on
  std::int64_t batch = 0;                 ///< 0 = the model's own
  std::vector<std::string> input_shapes;  ///< "NAME=1x3x224x224", in the place of the model's own
  std::string floats;                     ///< table of operators that stay in float; empty = none
  bool quantised_inputs = false;
  bool quantised_outputs = false;
  bool layer_groups = true;
  std::optional<std::size_t> search_budget;  ///< groupings of layers that may be tried; none: all
};

/// Every tensor in -4 ... 4: for built-in networks, whose times are wanted and not their values.
kernels::Calibration nominal_ranges(const kernels::Graph& graph);

/// Whether a path names a model and not a program.
bool is_model(const std::string& path);

/// Errors: E-USAGE when one of `options` besides the path is given: `path` is a program, which is compiled already.
void require_no_model_options(const ModelOptions& options, const std::string& path);

/// Told what is being done, for people who wait.
using StepWatcher = std::function<void(const std::string& step)>;
/// Called often while something takes long; what it throws ends it.
using Checkpoint = std::function<void()>;

struct PreparedModel {
  kernels::Graph graph;              ///< what `kernels::compile` lowers
  kernels::Calibration calibration;  ///< int8: the ranges that were used
};

/// Contract: the same model, options and chip give the same graph.
/// Errors: those of find_architecture, import_onnx_file, prepare and read_arrays; E-COMPILE-DTYPE (options that belong
/// to int8 with another type, or both kinds of calibration); E-CALIBRATION-DATA (an array file without one of the
/// inputs, or with another size of it); E-ONNX-SHAPE (an input shape that is none, or of no input); E-QUANTISE-TABLE (a
/// line of the table of floats that is not "name type").
PreparedModel prepare_model(const ModelOptions& options, const isa::ChipSpec& chip, const StepWatcher& step = {},
                            const kernels::PassWatcher& watch = {});

/// `prepare_model` and `lower_model`. Errors: those of both.
isa::Program compile_model(const ModelOptions& options, const isa::ChipSpec& chip, const StepWatcher& step = {});

/// Of `options` for `kernels::compile`: without a cost model.
kernels::CompileOptions lowering_of(const ModelOptions& options);

/// `kernels::compile` with the emulator's costs. Errors: those of it.
isa::Program lower_model(const kernels::Graph& graph, const isa::ChipSpec& chip, const ModelOptions& options,
                         const Checkpoint& checkpoint = {});

}  // namespace bmemu::harness
