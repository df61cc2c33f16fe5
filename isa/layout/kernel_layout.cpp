// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "isa/layout/kernel_layout.h"

namespace bmemu::isa {

std::uint64_t block_channels(Family family, DataType type) {
  const unsigned width = bits(type);
  if (family == Family::kBm1684) return width == 32 ? 2 : 32 / width;
  return width == 32 ? 1 : 512 / width;
}

std::uint64_t KernelLayout::address(std::uint64_t offset, std::uint64_t oc, std::uint64_t ic, std::uint64_t y,
                                    std::uint64_t x, const ChipSpec& chip) const {
  const std::uint64_t in_blocks = ic / block * static_cast<std::uint64_t>(block_stride[0]) +
                                  y * static_cast<std::uint64_t>(block_stride[2]) +
                                  x * static_cast<std::uint64_t>(block_stride[3]);
  return local.address(offset, {0, oc, 0, in_blocks * block + ic % block}, chip);
}

KernelLayout kernel_layout(const KernelShape& kernel, DataType type, const ChipSpec& chip, std::uint64_t start_lane) {
  KernelLayout layout;
  layout.block = block_channels(chip.family, type);
  layout.blocks = (kernel.input_channels + layout.block - 1) / layout.block;
  const std::uint64_t taps = kernel.height * kernel.width;
  const auto stride = [](std::uint64_t blocks) { return static_cast<std::int64_t>(blocks); };
  // A tap's blocks lie together on BM1684; a block's taps lie together on BM1684X.
  const bool taps_together = chip.family == Family::kBm1684x;
  const std::uint64_t tap = taps_together ? 1 : layout.blocks;
  layout.block_stride = {stride(taps_together ? taps : 1), stride(layout.blocks * taps), stride(kernel.width * tap),
                         stride(tap)};
  layout.local = LayoutMaker(chip, start_lane)
                     .compact({1, kernel.output_channels, 1, layout.blocks * taps * layout.block}, plain(type));
  return layout;
}

}  // namespace bmemu::isa
