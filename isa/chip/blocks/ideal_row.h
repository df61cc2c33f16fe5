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

constexpr ParameterRow<IdealRowSpec> row_rate(std::string_view key, double IdealRowSpec::*member,
                                              std::string_view meaning) {
  return ParameterRow(key, member, 0, 1000, meaning).only(Family::kBm1684);
}

inline constexpr ParameterRow<IdealRowSpec> kIdealRowRows[] = {
    row_rate("f32_cycles", &IdealRowSpec::f32_cycles, "32-bit arithmetic that no other key names"),
    row_rate("f32_mac_cycles", &IdealRowSpec::f32_mac_cycles, "32-bit multiply and accumulate"),
    row_rate("copy_cycles", &IdealRowSpec::copy_cycles, "copy in the elementwise unit, of any type"),
    row_rate("divide_cycles", &IdealRowSpec::divide_cycles, "division of or by a tensor"),
    row_rate("i8_cycles", &IdealRowSpec::i8_cycles, "8-bit arithmetic that no other key names"),
    row_rate("i8_mul_to_i8_cycles", &IdealRowSpec::i8_mul_to_i8_cycles, "8-bit product with an 8-bit result"),
    row_rate("i8_mac_cycles", &IdealRowSpec::i8_mac_cycles, "8-bit multiply and accumulate"),
    row_rate("i8_max_cycles", &IdealRowSpec::i8_max_cycles, "maximum and minimum of 8 bits"),
    row_rate("i16_cycles", &IdealRowSpec::i16_cycles, "16-bit arithmetic that no other key names"),
    row_rate("i16_logic_cycles", &IdealRowSpec::i16_logic_cycles, "minimum and logic of 16 bits"),
    row_rate("i16_to_i8_cycles", &IdealRowSpec::i16_to_i8_cycles, "16-bit arithmetic with an 8-bit result"),
    row_rate("scalar_cycles", &IdealRowSpec::scalar_cycles, "f32 tensor with a constant, other than division"),
    row_rate("linear_cycles", &IdealRowSpec::linear_cycles, "f32 linear functions of a tensor"),
    row_rate("lookup_cycles", &IdealRowSpec::lookup_cycles, "table look-up, whatever the length of the table"),
    row_rate("taylor_cycles", &IdealRowSpec::taylor_cycles, "series, besides its terms"),
    row_rate("taylor_term_cycles", &IdealRowSpec::taylor_term_cycles, "each term of a series"),
    ParameterRow("rsqrt_cycles", &IdealRowSpec::rsqrt_cycles, 0, 1000, "reciprocal square root").only(Family::kBm1684),
    row_rate("convert_cycles", &IdealRowSpec::convert_cycles,
             "conversion of f32 to an integer, power of two, exponent"),
    ParameterRow("compare_cycles", &IdealRowSpec::compare_cycles, 0, 1000, "f32 comparison").only(Family::kBm1684),
    row_rate("select_cycles", &IdealRowSpec::select_cycles, "f32 comparison that selects"),
    row_rate("conv_f32_start_cycles", &IdealRowSpec::conv_f32_start_cycles,
             "start and drain of a row of outputs of an f32 convolution"),
    row_rate("conv_i8_start_cycles", &IdealRowSpec::conv_i8_start_cycles,
             "start and drain of a row of outputs of a fixed-point convolution"),
    row_rate("conv_f32_three_channel_cycles", &IdealRowSpec::conv_f32_three_channel_cycles,
             "a tap of an f32 convolution of three channels"),
    row_rate("window_f32_start_cycles", &IdealRowSpec::window_f32_start_cycles,
             "end of a row of outputs of f32 averages and depthwise convolutions"),
    row_rate("window_i8_start_cycles", &IdealRowSpec::window_i8_start_cycles,
             "end of a row of outputs of 8-bit averages and depthwise convolutions"),
    row_rate("matrix_f32_start_cycles", &IdealRowSpec::matrix_f32_start_cycles,
             "start and drain of a row of outputs of an f32 matrix product"),
    row_rate("matrix_i8_start_cycles", &IdealRowSpec::matrix_i8_start_cycles,
             "start and drain of a row of outputs of an 8-bit matrix product"),
    row_rate("operand_cycles", &IdealRowSpec::operand_cycles,
             "a bias or an old result that a row of outputs begins with"),
};

}  // namespace bmemu::isa
