// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "emulator/tiu/bm1684x/conv_shape.h"

#include <string>

#include "isa/error.h"

namespace bmemu::emulator::bm1684x {
namespace {

std::uint32_t field(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

Window window_of(const isa::bm1684x::Conv& conv) {
  Window window;
  window.y = {field(conv.opd0_h),          field(conv.res0_h),      field(conv.opd1_h),      field(conv.res_op_y_str),
              field(conv.opd1_y_ins0) + 1, field(conv.opd0_up_pad), field(conv.opd0_dn_pad), field(conv.opd0_y_ins0)};
  window.x = {field(conv.opd0_w),          field(conv.res0_w),      field(conv.opd1_w),      field(conv.res_op_x_str),
              field(conv.opd1_x_ins0) + 1, field(conv.opd0_lf_pad), field(conv.opd0_rt_pad), field(conv.opd0_x_ins0)};
  window.mode = static_cast<PadMode>(conv.pad_mode);
  return window;
}

}  // namespace

ConvShape::ConvShape(const isa::bm1684x::Conv& conv, const ConvOperands& set)
    : window(window_of(conv)),
      batches(set.result.shape[0]),
      outputs(set.result.shape[1]),
      inputs(set.input.shape[1]),
      kernel_rows(field(conv.opd1_h)),
      kernel_columns(field(conv.opd1_w)),
      rotated(conv.kernel_rotate != 0),
      block(kernel_block(set.input.format)) {
  if (window.y.stride == 0 || window.x.stride == 0 || kernel_rows == 0 || kernel_columns == 0)
    throw Error({"E-OPERAND-RANGE", "convolution", "0", "at least 1", "a stride or a kernel size is zero"});
  if (window.y.reach() > window.y.extent() || window.x.reach() > window.x.extent())
    throw Error({"E-OPERAND-RANGE", "convolution",
                 std::to_string(window.y.reach()) + " x " + std::to_string(window.x.reach()),
                 "at most " + std::to_string(window.y.extent()) + " x " + std::to_string(window.x.extent()),
                 "the result reaches beyond the padded input"});
}

}  // namespace bmemu::emulator::bm1684x
