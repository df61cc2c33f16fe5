// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How far predictions are off.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// How far predictions are off, from networks that neither the fit nor the choice of its mechanisms had seen: published
/// over emulated time, 5th and 95th percentile by the type that convolutions and matrix multiplications compute in; and
/// what the runs were like that this was found on.
struct CalibrationSpec {
  double fp32_low_ratio = 0, fp32_high_ratio = 0;
  double fp16_low_ratio = 0, fp16_high_ratio = 0;
  double int8_low_ratio = 0, int8_high_ratio = 0;
  double shortest_ms = 0, longest_ms = 0;
  double largest_vector_share = 0;  ///< of the TIU's ideal time, in commands that multiply nothing
  double largest_row_share = 0;     ///< of the run, in which the GDMA moves short rows
};

inline constexpr ParameterRow<CalibrationSpec> kCalibrationRows[] = {
    ParameterRow("fp32_low_ratio", &CalibrationSpec::fp32_low_ratio, 0.01, 1,
                 "published over emulated fp32 run time, 5th percentile of networks not fitted"),
    ParameterRow("fp32_high_ratio", &CalibrationSpec::fp32_high_ratio, 1, 100,
                 "published over emulated fp32 run time, 95th percentile of networks not fitted"),
    ParameterRow("fp16_low_ratio", &CalibrationSpec::fp16_low_ratio, 0.01, 1,
                 "published over emulated fp16 run time, 5th percentile of networks not fitted"),
    ParameterRow("fp16_high_ratio", &CalibrationSpec::fp16_high_ratio, 1, 100,
                 "published over emulated fp16 run time, 95th percentile of networks not fitted"),
    ParameterRow("int8_low_ratio", &CalibrationSpec::int8_low_ratio, 0.01, 1,
                 "published over emulated int8 run time, 5th percentile of networks not fitted"),
    ParameterRow("int8_high_ratio", &CalibrationSpec::int8_high_ratio, 1, 100,
                 "published over emulated int8 run time, 95th percentile of networks not fitted"),
    ParameterRow("shortest_ms", &CalibrationSpec::shortest_ms, 0, 1e6, "shortest published run that was fitted"),
    ParameterRow("longest_ms", &CalibrationSpec::longest_ms, 0, 1e6, "longest published run that was fitted"),
    ParameterRow("largest_vector_share", &CalibrationSpec::largest_vector_share, 0, 1,
                 "largest share of the TIU's ideal time in commands that multiply nothing, of runs that were fitted"),
    ParameterRow("largest_row_share", &CalibrationSpec::largest_row_share, 0, 1,
                 "largest share of a run in which the GDMA moves short rows, of runs that were fitted"),
};

}  // namespace bmemu::isa
