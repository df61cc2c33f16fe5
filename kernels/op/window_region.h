// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// Which rows a sliding window needs for a part of its result.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/graph/attributes.h"
#include "kernels/op/kernel.h"

namespace bmemu::kernels {

/// One axis of a sliding window.
struct WindowAxis {
  std::int64_t kernel = 1, stride = 1, dilation = 1, pad_begin = 0, pad_end = 0, insert = 0;
};

struct WindowNeed {
  std::int64_t begin = 0, end = 0;          ///< of the input
  std::int64_t pad_begin = 0, pad_end = 0;  ///< what lies outside of it
};

/// Input of `size` that results [out_begin, out_end) need. Inserted zeros before the first and behind the last element
/// that they need count as padding.
inline WindowNeed need_of(const WindowAxis& axis, std::int64_t out_begin, std::int64_t out_end, std::int64_t size) {
  // In places of the input with its zeros.
  const std::int64_t step = axis.insert + 1;
  const std::int64_t first = out_begin * axis.stride - axis.pad_begin;
  const std::int64_t last = (out_end - 1) * axis.stride - axis.pad_begin + (axis.kernel - 1) * axis.dilation + 1;
  WindowNeed need;
  need.begin = std::clamp<std::int64_t>(ceil_div(std::max<std::int64_t>(first, 0), step), 0, size - 1);
  need.end = std::clamp<std::int64_t>(ceil_div(std::max<std::int64_t>(last, 0), step), need.begin + 1, size);
  need.pad_begin = std::max<std::int64_t>(need.begin * step - first, 0);
  need.pad_end = std::max<std::int64_t>(last - ((need.end - 1) * step + 1), 0);
  return need;
}

/// The window of a slice, and the part of the input that it slides over; the input may hold more than this slice needs
/// when other nodes of the group read it too. `by_channel`: each output channel has one input channel.
struct SlicedWindow {
  Window window;
  LocalTensor input;
};
SlicedWindow sliced_window(const NodeContext& context, const Emission& e, const WindowAxis& height,
                           const WindowAxis& width, bool by_channel);

/// The pooling of a slice; of averages `factor` is set, multiplier and shift are not.
WindowCommand pool_command(const NodeContext& context, const Emission& e);

/// min(max(x, 0), ceiling) in place.
inline void apply_activation(Tiu& tiu, const LocalTensor& out, const Activation& activation) {
  if (!activation) return;
  tiu.arithmetic(Arithmetic::kMax, out, out, Operand::constant(0.0F));
  if (activation->ceiling < std::numeric_limits<float>::infinity())
    tiu.arithmetic(Arithmetic::kMin, out, out, Operand::constant(activation->ceiling));
}

}  // namespace bmemu::kernels
