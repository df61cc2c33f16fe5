// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_scatter: scatter of rows by index.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaScatterLongFields = joined(gdma_head(gdma_register::rsvd), kGdmaIndexed, kGdmaLaneMask);

struct DmaScatter : DmaClass<DmaScatter> {
  static constexpr std::uint8_t kCmdType = 8;
  enum class Op : std::uint8_t {
    kScatter = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kScatter, "gdma.scatter"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_scatter", 96, 768, kDmaScatterLongFields};
};

}  // namespace bmemu::isa::bm1684x
