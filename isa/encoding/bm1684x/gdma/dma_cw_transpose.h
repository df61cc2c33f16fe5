// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_cw_transpose: channel/width transpose.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaCwTransposeLongFields =
    joined(gdma_head(gdma_register::rsvd_0), kGdmaDimensions, kGdmaAddresses, kGdmaNoThirdAddress, kGdmaLaneMask);

struct DmaCwTranspose : DmaClass<DmaCwTranspose> {
  static constexpr std::uint8_t kCmdType = 4;
  enum class Op : std::uint8_t {
    kTranspose = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kTranspose, "dma.cw_transpose"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_cw_transpose", 96, 768, kDmaCwTransposeLongFields};
};

}  // namespace bmemu::isa::bm1684x
