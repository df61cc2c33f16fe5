// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/window_region.h"

namespace bmemu::kernels {

SlicedWindow sliced_window(const NodeContext& context, const Emission& e, const WindowAxis& height,
                           const WindowAxis& width, bool by_channel) {
  const SliceTensor& in = e.inputs[0];
  const Region& out = e.output.region;
  const WindowNeed h = need_of(height, out.begin[2], out.end[2], in.whole[2]);
  const WindowNeed w = need_of(width, out.begin[3], out.end[3], in.whole[3]);
  const Dims begin{0, by_channel ? out.begin[1] - in.region.begin[1] : 0, h.begin - in.region.begin[2],
                   w.begin - in.region.begin[3]};
  const Dims shape{e.output.tensor.shape[0], by_channel ? e.output.tensor.shape[1] : in.tensor.shape[1],
                   h.end - h.begin, w.end - w.begin};
  SlicedWindow result{{}, part_of(in.tensor, begin, shape, context.chip)};
  result.window = {height.kernel, width.kernel, height.stride, width.stride, height.dilation, width.dilation,
                   h.pad_begin,   h.pad_end,    w.pad_begin,   w.pad_end,    height.insert,   width.insert};
  return result;
}

}  // namespace bmemu::kernels
