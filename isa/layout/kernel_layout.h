// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// How the weights of a convolution lie in local memory: blocks of input channels, one output channel per row of a lane.
#pragma once

#include <cstdint>

#include "isa/chip/chip_spec.h"
#include "isa/layout/data_type.h"
#include "isa/layout/local_layout.h"

namespace bmemu::isa {

struct KernelShape {
  std::uint64_t output_channels = 1, input_channels = 1;
  std::uint64_t height = 1, width = 1;  ///< taps
};

/// Input channels of one block. BM1684X: 128 of 4 bits, 64 of 8, 32 of 16, 1 of f32. BM1684: 4 of 8 bits ("4IC"),
/// 2 of f32 ("2IC").
std::uint64_t block_channels(Family family, DataType type);

/// Weights of a convolution in local memory: output channel oc is channel oc of `local`.
struct KernelLayout {
  std::uint64_t block = 1;   ///< input channels of one block
  std::uint64_t blocks = 1;  ///< of one tap; the last may be filled up: with zeros on BM1684X, which multiplies them
  LocalLayout local;         ///< (1, oc, 1, all elements of one output channel)
  /// In blocks, as BM1684's commands have them: from a block of a tap to its next one, from an output channel to the
  /// next one of the same lane, from tap to tap along h and along w.
  Strides block_stride{};

  /// Bytes behind the start of local memory of weight (oc, ic, y, x) of a kernel at `offset`.
  std::uint64_t address(std::uint64_t offset, std::uint64_t oc, std::uint64_t ic, std::uint64_t y, std::uint64_t x,
                        const ChipSpec& chip) const;
};

/// Source: the orders (oc, ic block, tap, ic) of BM1684X and (oc, tap, ic block, ic) of BM1684 in compiled programs.
/// Contract: 8 bits per weight or more.
KernelLayout kernel_layout(const KernelShape& kernel, DataType type, const ChipSpec& chip,
                           std::uint64_t start_lane = 0);

}  // namespace bmemu::isa
