// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_matrix: matrix copy and transpose.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_runs.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr auto kDmaMatrixLongRows = field_run<GdmaFields>({
    {gdma_register::src_start_addr_l32.as("src_start_addr_h32",
                                          "low 32 bits of the address; the vendor's field name says otherwise"),
     512, 32},
    {gdma_register::src_start_addr_h8.as("src_start_addr_l8",
                                         "high 8 bits of the address; the vendor's field name says otherwise"),
     544, 8},
    {gdma_register::reserved_2, 552, 24},
    {gdma_register::dst_start_addr_l32.as("dst_start_addr_h32",
                                          "low 32 bits of the address; the vendor's field name says otherwise"),
     576, 32},
    {gdma_register::dst_start_addr_h8.as("dst_start_addr_l8",
                                         "high 8 bits of the address; the vendor's field name says otherwise"),
     608, 8},
    {gdma_register::reserved_3, 616, 24},
});

inline constexpr auto kDmaMatrixLongFields =
    joined(gdma_head(gdma_register::rsvd_0), kGdmaDimensions, kDmaMatrixLongRows, kGdmaNoThirdAddress, kGdmaLaneMask);

inline constexpr auto kDmaMatrixShortRows = field_run<GdmaFields>({
    {gdma_register::src_hstride.as("src_hstride/dst_hstride"), 96, 32},
    {gdma_register::dst_nstride.as("dst_nstride/src_nstride"), 128, 32},
    {gdma_register::dst_cstride.as("dst_cstride/src_cstride"), 160, 32},
    {gdma_register::src_hsize.as("src_hsize/dst_hsize"), 192, 16},
    {gdma_register::src_wsize.as("src_wsize/dst_wsize"), 208, 16},
    {gdma_register::dst_nsize.as("dst_nsize/src_nsize"), 224, 16},
    {gdma_register::dst_csize.as("dst_csize/src_csize"), 240, 16},
    {gdma_register::dst_wsize.as("dst_wsize/src_wsize"), 256, 16},
    {gdma_register::reserved_2, 272, 16},
    {gdma_register::src_start_addr_l32, 288, 32},
    {gdma_register::src_start_addr_h8, 320, 8},
    {gdma_register::reserved_3, 328, 24},
    {gdma_register::dst_start_addr_l32, 352, 32},
    {gdma_register::dst_start_addr_h8, 384, 8},
    {gdma_register::reserved_4, 392, 24},
    {gdma_register::reserved_5, 416, 32},
    {gdma_register::localmem_mask_l32, 448, 32},
    {gdma_register::localmem_mask_h32, 480, 32},
});

inline constexpr auto kDmaMatrixShortFields = joined(gdma_head(gdma_register::rsvd), kDmaMatrixShortRows);

struct DmaMatrix : DmaClass<DmaMatrix> {
  static constexpr std::uint8_t kCmdType = 1;
  enum class Op : std::uint8_t {
    kCopy = 0,
    kTranspose = 1,
  };
  static constexpr Operation kOperations[] = {
      {Op::kCopy, "dma.matrix"},
      {Op::kTranspose, "dma.matrix.transpose"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_matrix", 96, 768, kDmaMatrixLongFields};
  static constexpr Layout<GdmaFields> kShort{"sDMA_matrix", 64, 512, kDmaMatrixShortFields};
};

}  // namespace bmemu::isa::bm1684x
