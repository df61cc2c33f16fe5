// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_tensor: tensor copy, transpose and broadcast.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaTensorLongFields =
    joined(gdma_head(gdma_register::rsvd_0), kGdmaDimensions, kGdmaAddresses, kGdmaNoThirdAddress, kGdmaLaneMask);

struct DmaTensor : DmaClass<DmaTensor> {
  static constexpr std::uint8_t kCmdType = 0;
  enum class Op : std::uint8_t {
    kCopy = 0,
    kTransposeNc = 1,
    kCollect = 2,
    kBroadcast = 3,
    kDistribute = 4,
    kFourBankCopy = 5,
    kFourBankBroadcast = 6,
  };
  static constexpr Operation kOperations[] = {
      {Op::kCopy, "dma.tensor"},
      {Op::kTransposeNc, "dma.tensor.transpose"},
      {Op::kCollect, "dma.tensor.collect"},
      {Op::kBroadcast, "dma.tensor.broadcast"},
      {Op::kDistribute, "dma.tensor.distribute"},
      {Op::kFourBankCopy, "dma.tensor.4bank_copy"},
      {Op::kFourBankBroadcast, "dma.tensor.4bank_broadcast"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_tensor", 96, 768, kDmaTensorLongFields};
};

}  // namespace bmemu::isa::bm1684x
