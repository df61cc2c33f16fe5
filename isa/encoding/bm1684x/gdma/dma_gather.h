// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_gather: gather of rows by index.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaGatherLongFields = joined(gdma_head(gdma_register::rsvd), kGdmaIndexed, kGdmaLaneMask);

struct DmaGather : DmaClass<DmaGather> {
  static constexpr std::uint8_t kCmdType = 7;
  enum class Op : std::uint8_t {
    kGather = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kGather, "gdma.gather"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_gather", 96, 768, kDmaGatherLongFields};
};

}  // namespace bmemu::isa::bm1684x
