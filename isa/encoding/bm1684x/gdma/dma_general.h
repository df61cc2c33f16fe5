// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_general: linear copy and broadcast.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaGeneralLongFields =
    joined(gdma_head(gdma_register::rsvd_0),
           with_row(kGdmaDimensions, {gdma_register::src_cstride.as("src_cstride(move length)"), 160, 32}),
           kGdmaAddresses, kGdmaNoThirdAddress, kGdmaLaneMask);

inline constexpr auto kDmaGeneralShortRows = field_run<GdmaFields>({
    {gdma_register::constant_value, 96, 32},
    {gdma_register::src_cstride.as("src_cstride(move length)"), 128, 32},
    {gdma_register::dst_csize, 160, 16},
    {gdma_register::reserved_2, 176, 16},
    {gdma_register::src_start_addr_l32, 192, 32},
    {gdma_register::src_start_addr_h8, 224, 8},
    {gdma_register::reserved_3, 232, 24},
    {gdma_register::dst_start_addr_l32, 256, 32},
    {gdma_register::dst_start_addr_h8, 288, 8},
    {gdma_register::reserved_4, 296, 24},
    {gdma_register::localmem_mask_l32, 320, 32},
    {gdma_register::localmem_mask_h32, 352, 32},
});

inline constexpr auto kDmaGeneralShortFields = joined(gdma_head(gdma_register::rsvd), kDmaGeneralShortRows);

struct DmaGeneral : DmaClass<DmaGeneral> {
  static constexpr std::uint8_t kCmdType = 3;
  enum class Op : std::uint8_t {
    kCopy = 0,
    kBroadcast = 1,
  };
  static constexpr Operation kOperations[] = {
      {Op::kCopy, "dma.general"},
      {Op::kBroadcast, "dma.general.broadcast"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_general", 96, 768, kDmaGeneralLongFields};
  static constexpr Layout<GdmaFields> kShort{"sDMA_general", 48, 384, kDmaGeneralShortFields};
};

}  // namespace bmemu::isa::bm1684x
