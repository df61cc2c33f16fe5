// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "kernels/op/elementwise.h"

namespace bmemu::kernels {

Region repeated_need(const Dims& in, const Region& out) {
  Region region = out;
  for (std::size_t d = 0; d < 4; ++d)
    if (in[d] == 1) region.begin[d] = 0, region.end[d] = 1;
  return region;
}

std::vector<View> elementwise_views(const NodeContext& context) {
  const Shape& out = context.output().shape;
  bool repeats = false;
  for (std::size_t i = 0; i < context.node.inputs.size(); ++i) repeats |= context.input(i).shape != out;
  std::vector<View> views;
  if (!repeats) views.push_back(View::kFlat);
  if (out.size() <= 4) {
    views.push_back(View::kImage);
    if (!repeats || out.size() <= 3) views.push_back(View::kRows);
  }
  return views;
}

LocalTensor operand_part(const SliceTensor& input, const SliceTensor& output, const isa::ChipSpec& chip) {
  const Region need = repeated_need(input.whole, output.region);
  Dims begin{};
  for (std::size_t d = 0; d < 4; ++d) begin[d] = need.begin[d] - input.region.begin[d];
  return repeated_to(part_of(input.tensor, begin, need.size(), chip), output.tensor.shape);
}

LocalTensor Scratch::tensor(isa::DataType type, const Dims& shape, std::int64_t lane) {
  const LocalTensor result = aligned_tensor(chip_, type, shape, next_, lane);
  next_ += align_up(lane_bytes(result, chip_), chip_.tiu.eu_bytes);
  return result;
}

std::int64_t Scratch::bytes(const isa::ChipSpec& chip, isa::DataType type, const Dims& shape) {
  return align_up(lane_bytes(aligned_tensor(chip, type, shape), chip), chip.tiu.eu_bytes);
}

}  // namespace bmemu::kernels
