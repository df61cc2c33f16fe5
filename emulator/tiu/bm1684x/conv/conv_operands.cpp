// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Operands of convolution, pooling and depthwise convolution.
#include "emulator/operand/unknown_function.h"
#include "emulator/tiu/bm1684x/operand_sets.h"
#include "emulator/tiu/bm1684x/views.h"
#include "isa/layout/kernel_layout.h"

namespace bmemu::emulator::bm1684x {
namespace {

constexpr auto kRead = memory::Access::kRead;
constexpr auto kWrite = memory::Access::kWrite;

}  // namespace

ConvOperands operand_set(const isa::bm1684x::Conv& conv, const isa::ChipSpec& chip) {
  const DataType in = format_of(conv.opd0_prec, conv.opd0_sign);
  using Op = isa::bm1684x::Conv::Op;
  const bool requantised = conv.operation() != Op::kNormal;
  const std::uint64_t any_sign = conv.opd0_sign | conv.opd1_sign | conv.opd2_sign;
  // Observed: rectified results have no sign.
  const DataType out = format_of(conv.res0_prec, conv.operation() == Op::kRequantiseRelu ? 0 : any_sign);
  const auto oc = static_cast<std::uint32_t>(conv.res0_c);
  const auto ic = static_cast<std::uint32_t>(conv.opd0_c);
  if (requantised && (conv.opd2_const == 0 || conv.opd3_const == 0))
    throw unknown_function(conv, Refusal::kConvolutionParameters);

  ConvOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, out, conv.res0_addr)
                   .aligned(shape_of(conv.res0_n, oc, conv.res0_h, conv.res0_w));
  if (conv.res_add != 0) set.previous = as_read(set.result);
  const auto input_shape = shape_of(conv.res0_n, ic, conv.opd0_h, conv.opd0_w);
  const ViewMaker input(chip, Role::kOperand0, kRead, in, conv.opd0_addr);
  set.input =
      conv.opd0_str == StrideMode::kFree
          ? input.strided(input_shape,
                          {static_cast<std::int64_t>(conv.opd0_n_str), static_cast<std::int64_t>(conv.opd0_c_str),
                           static_cast<std::int64_t>(conv.opd0_h_str), static_cast<std::int64_t>(conv.opd0_w_str)})
          : input.aligned(input_shape);
  if (conv.opd1_const == 0) {
    const std::uint64_t block = isa::block_channels(isa::Family::kBm1684x, in);
    const std::uint64_t elements = (ic + block - 1) / block * block * conv.opd1_h * conv.opd1_w;
    set.kernel = ViewMaker(chip, Role::kOperand1, kRead, format_of(conv.opd0_prec, conv.opd1_sign), conv.opd1_addr)
                     .compact(shape_of(1, oc, 1, elements));
  }
  if (conv.opd2_const == 0) {
    const DataType extra = is_float(in) ? DataType::kF32 : format_of(Precision::kI8, conv.opd2_sign);
    set.extra = ViewMaker(chip, Role::kOperand2, kRead, extra, conv.opd2_addr).compact(shape_of(1, oc, 1, 1));
  }
  if (conv.opd3_const == 0)
    set.pad = ViewMaker(chip, Role::kOperand3, kRead, in, conv.opd3_addr).compact(shape_of(1, ic, 1, 2));
  return set;
}

PorDOperands operand_set(const isa::bm1684x::PorD& pord, const isa::ChipSpec& chip) {
  const DataType in = format_of(pord.opd0_prec, pord.opd0_sign);
  const auto c = pord.res0_c;
  using Op = isa::bm1684x::PorD::Op;
  const Op op = pord.operation();
  const bool depthwise = op == Op::kDepthwise || op == Op::kDepthwiseRelu;
  if (op == Op::kRoiDepthwise || op == Op::kRoiAverage || op == Op::kRoiMaximum)
    throw unknown_function(pord, Refusal::kRegions);
  std::uint64_t result_sign = pord.opd0_sign;
  if (op == Op::kDepthwise) result_sign = pord.opd0_sign | pord.opd1_sign | pord.opd2_sign;
  if (op == Op::kDepthwiseRelu) result_sign = pord.res0_prec == Precision::kI32 ? 1 : 0;

  PorDOperands set;
  set.result = ViewMaker(chip, Role::kResult0, kWrite, format_of(pord.res0_prec, result_sign), pord.res0_addr)
                   .aligned(shape_of(pord.res0_n, c, pord.res0_h, pord.res0_w));
  set.input = ViewMaker(chip, Role::kOperand0, kRead, in, pord.opd0_addr)
                  .aligned(shape_of(pord.res0_n, c, pord.opd0_h, pord.opd0_w));
  if (depthwise && pord.opd1_const == 0)
    set.kernel = ViewMaker(chip, Role::kOperand1, kRead, format_of(pord.opd0_prec, pord.opd1_sign), pord.opd1_addr)
                     .compact(shape_of(1, c, pord.opd1_h, pord.opd1_w));
  if (depthwise && pord.opd2_const == 0)
    set.bias = ViewMaker(chip, Role::kOperand2, kRead, is_float(in) ? in : format_of(Precision::kI32, pord.opd2_sign),
                         pord.opd2_addr)
                   .compact(shape_of(1, c, 1, 1));
  if (pord.opd3_const == 0)
    set.pad = ViewMaker(chip, Role::kOperand3, kRead, in, pord.opd3_addr).compact(shape_of(1, c, 1, 2));
  return set;
}

}  // namespace bmemu::emulator::bm1684x
