// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Cycles of the TIU per row, as the vendor's compiler estimates them for BM1684. A row is what every lane takes from
// its local memory at once (emulator/tiu/bm1684/row_work.h).
#pragma once

#include "isa/chip/parameter_row.h"

namespace bmemu::isa {

/// BM1684 only: 0 on other chips.
struct IdealRowSpec {
  double f32_cycles = 0;
  double f32_mac_cycles = 0;
  double copy_cycles = 0;
  double divide_cycles = 0;
  double i8_cycles = 0;
  double i8_mul_to_i8_cycles = 0;
  double i8_mac_cycles = 0;
  double i8_max_cycles = 0;
  double i16_cycles = 0;
  double i16_logic_cycles = 0;
  double i16_to_i8_cycles = 0;
  double scalar_cycles = 0;
  double linear_cycles = 0;
  double lookup_cycles = 0;
  double taylor_cycles = 0;
  double taylor_term_cycles = 0;
  double rsqrt_cycles = 0;
  double convert_cycles = 0;
  double compare_cycles = 0;
  double select_cycles = 0;
  double conv_f32_start_cycles = 0;
  double conv_i8_start_cycles = 0;
  double conv_f32_three_channel_cycles = 0;
  double window_f32_start_cycles = 0;
  double window_i8_start_cycles = 0;
  double matrix_f32_start_cycles = 0;
  double matrix_i8_start_cycles = 0;
  double operand_cycles = 0;
};

inline constexpr ParameterRow<IdealRowSpec> kIdealRowRows[] = {
    ParameterRow("f32_cycles", &IdealRowSpec::f32_cycles, 0, 1000, "32-bit arithmetic that no other key names")
        .only(Family::kBm1684),
    ParameterRow("f32_mac_cycles", &IdealRowSpec::f32_mac_cycles, 0, 1000, "32-bit multiply and accumulate")
        .only(Family::kBm1684),
    ParameterRow("copy_cycles", &IdealRowSpec::copy_cycles, 0, 1000, "copy in the elementwise unit, of any type")
        .only(Family::kBm1684),
    ParameterRow("divide_cycles", &IdealRowSpec::divide_cycles, 0, 1000, "division of or by a tensor")
        .only(Family::kBm1684),
    ParameterRow("i8_cycles", &IdealRowSpec::i8_cycles, 0, 1000, "8-bit arithmetic that no other key names")
        .only(Family::kBm1684),
    ParameterRow("i8_mul_to_i8_cycles", &IdealRowSpec::i8_mul_to_i8_cycles, 0, 1000,
                 "8-bit product with an 8-bit result")
        .only(Family::kBm1684),
    ParameterRow("i8_mac_cycles", &IdealRowSpec::i8_mac_cycles, 0, 1000, "8-bit multiply and accumulate")
        .only(Family::kBm1684),
    ParameterRow("i8_max_cycles", &IdealRowSpec::i8_max_cycles, 0, 1000, "maximum and minimum of 8 bits")
        .only(Family::kBm1684),
    ParameterRow("i16_cycles", &IdealRowSpec::i16_cycles, 0, 1000, "16-bit arithmetic that no other key names")
        .only(Family::kBm1684),
    ParameterRow("i16_logic_cycles", &IdealRowSpec::i16_logic_cycles, 0, 1000, "minimum and logic of 16 bits")
        .only(Family::kBm1684),
    ParameterRow("i16_to_i8_cycles", &IdealRowSpec::i16_to_i8_cycles, 0, 1000, "16-bit arithmetic with an 8-bit result")
        .only(Family::kBm1684),
    ParameterRow("scalar_cycles", &IdealRowSpec::scalar_cycles, 0, 1000,
                 "f32 tensor with a constant, other than division")
        .only(Family::kBm1684),
    ParameterRow("linear_cycles", &IdealRowSpec::linear_cycles, 0, 1000, "f32 linear functions of a tensor")
        .only(Family::kBm1684),
    ParameterRow("lookup_cycles", &IdealRowSpec::lookup_cycles, 0, 1000,
                 "table look-up, whatever the length of the table")
        .only(Family::kBm1684),
    ParameterRow("taylor_cycles", &IdealRowSpec::taylor_cycles, 0, 1000, "series, besides its terms")
        .only(Family::kBm1684),
    ParameterRow("taylor_term_cycles", &IdealRowSpec::taylor_term_cycles, 0, 1000, "each term of a series")
        .only(Family::kBm1684),
    ParameterRow("rsqrt_cycles", &IdealRowSpec::rsqrt_cycles, 0, 1000, "reciprocal square root").only(Family::kBm1684),
    ParameterRow("convert_cycles", &IdealRowSpec::convert_cycles, 0, 1000,
                 "conversion of f32 to an integer, power of two, exponent")
        .only(Family::kBm1684),
    ParameterRow("compare_cycles", &IdealRowSpec::compare_cycles, 0, 1000, "f32 comparison").only(Family::kBm1684),
    ParameterRow("select_cycles", &IdealRowSpec::select_cycles, 0, 1000, "f32 comparison that selects")
        .only(Family::kBm1684),
    ParameterRow("conv_f32_start_cycles", &IdealRowSpec::conv_f32_start_cycles, 0, 1000,
                 "start and drain of a row of outputs of an f32 convolution")
        .only(Family::kBm1684),
    ParameterRow("conv_i8_start_cycles", &IdealRowSpec::conv_i8_start_cycles, 0, 1000,
                 "start and drain of a row of outputs of a fixed-point convolution")
        .only(Family::kBm1684),
    ParameterRow("conv_f32_three_channel_cycles", &IdealRowSpec::conv_f32_three_channel_cycles, 0, 1000,
                 "a tap of an f32 convolution of three channels")
        .only(Family::kBm1684),
    ParameterRow("window_f32_start_cycles", &IdealRowSpec::window_f32_start_cycles, 0, 1000,
                 "end of a row of outputs of f32 averages and depthwise convolutions")
        .only(Family::kBm1684),
    ParameterRow("window_i8_start_cycles", &IdealRowSpec::window_i8_start_cycles, 0, 1000,
                 "end of a row of outputs of 8-bit averages and depthwise convolutions")
        .only(Family::kBm1684),
    ParameterRow("matrix_f32_start_cycles", &IdealRowSpec::matrix_f32_start_cycles, 0, 1000,
                 "start and drain of a row of outputs of an f32 matrix product")
        .only(Family::kBm1684),
    ParameterRow("matrix_i8_start_cycles", &IdealRowSpec::matrix_i8_start_cycles, 0, 1000,
                 "start and drain of a row of outputs of an 8-bit matrix product")
        .only(Family::kBm1684),
    ParameterRow("operand_cycles", &IdealRowSpec::operand_cycles, 0, 1000,
                 "a bias or an old result that a row of outputs begins with")
        .only(Family::kBm1684),
};

}  // namespace bmemu::isa
