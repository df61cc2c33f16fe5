// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Models without a machine in them, which predictions must beat on the same programs: the roofline, and four numbers
// per chip and type.
#pragma once

#include <string>
#include <vector>

#include "harness/accuracy/published.h"
#include "harness/measure/macs.h"
#include "harness/measure/point.h"
#include "isa/chip/chip_spec.h"
#include "isa/program/program.h"

namespace bmemu::harness {

/// What a program does, counted from its commands.
struct ProgramWork {
  double peak_ms = 0;        ///< multiply-accumulates of convolutions and matrix products at the peak of their type
  double dma_bytes = 0;      ///< moved by transfers that touch DDR or L2
  double elements = 0;       ///< results of all other TIU commands
  double table_results = 0;  ///< of them, those of tables, transcendental functions or divisions
};

/// Of all multiply-accumulates, those in matrix multiplications; 0 for a program without any.
double matrix_share(const isa::Program& program);

/// Of the results that are no products, those of tables, transcendental functions or divisions.
double table_share(const ProgramWork& work);
/// Activations are ReLU. Observed: at most 4 % from tables there, at least 11 % with SiLU, Mish or leaky ReLU.
bool has_relu_alone(const ProgramWork& work);

ProgramWork work_of(const isa::Program& program, const isa::ChipSpec& chip);

std::vector<ProgramWork> work_of(const std::vector<std::shared_ptr<const LoadedProgram>>& programs,
                                 const isa::ChipSpec& chip);

/// The longer of the array's time at its peak and the time of the bytes at DDR's peak.
double roofline_ms(const ProgramWork& work, const isa::ChipSpec& chip);

/// Times by a model that is linear in `peak_ms`, `dma_bytes`, 1 and `elements`, none of them negative: least squares of
/// the relative errors of the rows of the same type and of other networks, weighed as rows say, transformers and
/// outpaced rows less. Milliseconds per row; 0 where fewer than four such rows are left.
std::vector<double> linear_model_ms(const std::vector<PublishedRow>& rows, const std::vector<ProgramWork>& work);

}  // namespace bmemu::harness
