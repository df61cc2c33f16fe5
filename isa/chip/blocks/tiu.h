// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// The tensor computing engine, as silicon has it and as the compiler estimates it.
#pragma once

#include <cstdint>

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// Tensor computing engine.
struct TiuSpec {
  double clock_mhz = 0;
  std::int64_t lanes = 0;  ///< NPU lanes
  std::int64_t eu_bytes =
      0;  ///< bytes that the execution units of one lane take per cycle; also the alignment of tensors
  std::int64_t cube_channel_bytes = 0;  ///< bytes of input channels that one lane multiplies per cycle and pixel
  std::int64_t cube_pixels = 0;         ///< output pixels that one lane's cube works on at once; 0 = no cube
};

inline constexpr ParameterRow<TiuSpec> kTiuRows[] = {
    ParameterRow("clock_mhz", &TiuSpec::clock_mhz, 1, 10000, "clock of the tensor computing engine"),
    ParameterRow("lanes", &TiuSpec::lanes, 1, 128, "NPU lanes"),
    ParameterRow("eu_bytes", &TiuSpec::eu_bytes, 16, 1024,
                 "bytes that the execution units of one lane take per cycle; tensor alignment"),
    ParameterRow("cube_channel_bytes", &TiuSpec::cube_channel_bytes, 0, 1024,
                 "bytes of input channels that one lane multiplies per cycle and pixel; 0 = no cube")
        .only(Family::kBm1684x)
        .above_zero(),
    ParameterRow("cube_pixels", &TiuSpec::cube_pixels, 0, 64, "output pixels of one lane's cube; 0 = no cube")
        .only(Family::kBm1684x)
        .above_zero(),
};

/// Passes over the execution units that the vendor's compiler counts for BM1684X instructions that need several.
struct IdealTiuSpec {
  std::int64_t divide_passes = 0;
  std::int64_t rsqrt_passes = 0;
  std::int64_t compare_passes = 0;
  std::int64_t strided_window_passes = 0;  ///< pooling and depthwise windows that move by more than one both ways
  double hazard_safe_gather_ratio = 0;     ///< gather that may share banks, relative to one that may not
};

inline constexpr ParameterRow<IdealTiuSpec> kIdealTiuRows[] = {
    ParameterRow("divide_passes", &IdealTiuSpec::divide_passes, 0, 1000, "passes of a division (BM1684X estimate)")
        .only(Family::kBm1684x),
    ParameterRow("rsqrt_passes", &IdealTiuSpec::rsqrt_passes, 0, 1000,
                 "passes of a reciprocal square root (BM1684X estimate)")
        .only(Family::kBm1684x),
    ParameterRow("compare_passes", &IdealTiuSpec::compare_passes, 0, 1000,
                 "passes of compare and select (BM1684X estimate)")
        .only(Family::kBm1684x),
    ParameterRow("strided_window_passes", &IdealTiuSpec::strided_window_passes, 0, 1000,
                 "passes per tap of a pooling or depthwise window with stride in both directions (BM1684X estimate)")
        .only(Family::kBm1684x),
    ParameterRow("hazard_safe_gather_ratio", &IdealTiuSpec::hazard_safe_gather_ratio, 0, 100,
                 "cycles of a gather that may share banks, per element (BM1684X estimate)")
        .only(Family::kBm1684x),
};

}  // namespace bmemu::isa
