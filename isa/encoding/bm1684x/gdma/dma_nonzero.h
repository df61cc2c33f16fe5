// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_nonzero: indices of nonzero elements.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaNonzeroLongFields =
    joined(gdma_head(gdma_register::rsvd_0, gdma_register::index_data_format),
           with_row(kGdmaDimensions, {gdma_register::dst_nstride.as("dst_nstride(base_i)"), 256, 32}), kGdmaAddresses,
           kGdmaNoThirdAddress, kGdmaLaneMask);

inline constexpr auto kDmaNonzeroShortRows = field_run<GdmaFields>({
    {gdma_register::dst_nstride.as("dst_nstride(base_i)"), 96, 32},
    {gdma_register::src_nsize, 128, 16},
    {gdma_register::src_csize, 144, 16},
    {gdma_register::src_hsize, 160, 16},
    {gdma_register::src_wsize, 176, 16},
    {gdma_register::src_start_addr_l32, 192, 32},
    {gdma_register::src_start_addr_h8, 224, 8},
    {gdma_register::reserved_2, 232, 24},
    {gdma_register::dst_start_addr_l32, 256, 32},
    {gdma_register::dst_start_addr_h8, 288, 8},
    {gdma_register::reserved_3, 296, 24},
    {gdma_register::reserved_4, 320, 32},
    {gdma_register::reserved_5, 352, 32},
});

inline constexpr auto kDmaNonzeroShortFields =
    joined(gdma_head(gdma_register::rsvd, gdma_register::index_data_format), kDmaNonzeroShortRows);

struct DmaNonzero : DmaClass<DmaNonzero> {
  static constexpr std::uint8_t kCmdType = 5;
  enum class Op : std::uint8_t {
    kNonzero = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kNonzero, "dma.nonzero"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_nonzero", 96, 768, kDmaNonzeroLongFields};
  static constexpr Layout<GdmaFields> kShort{"sDMA_nonzero", 48, 384, kDmaNonzeroShortFields};
};

}  // namespace bmemu::isa::bm1684x
