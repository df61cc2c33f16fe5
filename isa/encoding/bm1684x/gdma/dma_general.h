// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_general: linear copy and broadcast.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<GdmaFields> kDmaGeneralLongFields[] = {
    {gdma_register::intr_en, 0, 1},
    {gdma_register::stride_enable, 1, 1},
    {gdma_register::nchw_copy, 2, 1},
    {gdma_register::cmd_short, 3, 1},
    {gdma_register::decompress_enable, 4, 1},
    {gdma_register::cmd_id_en, 5, 4},
    {gdma_register::cmd_id, 9, 20},
    {gdma_register::rsvd_0, 29, 3},
    {gdma_register::cmd_type, 32, 4},
    {gdma_register::cmd_special_function, 36, 3},
    {gdma_register::fill_constant_en, 39, 1},
    {gdma_register::src_data_format, 40, 3},
    {gdma_register::reserved_0, 43, 21},
    {gdma_register::cmd_id_dep, 64, 20},
    {gdma_register::reserved_1, 84, 12},
    {gdma_register::constant_value, 96, 32},
    {gdma_register::src_nstride, 128, 32},
    {gdma_register::src_cstride.as("src_cstride(move length)"), 160, 32},
    {gdma_register::src_hstride, 192, 32},
    {gdma_register::src_wstride, 224, 32},
    {gdma_register::dst_nstride, 256, 32},
    {gdma_register::dst_cstride, 288, 32},
    {gdma_register::dst_hstride, 320, 32},
    {gdma_register::dst_wstride, 352, 32},
    {gdma_register::src_nsize, 384, 16},
    {gdma_register::src_csize, 400, 16},
    {gdma_register::src_hsize, 416, 16},
    {gdma_register::src_wsize, 432, 16},
    {gdma_register::dst_nsize, 448, 16},
    {gdma_register::dst_csize, 464, 16},
    {gdma_register::dst_hsize, 480, 16},
    {gdma_register::dst_wsize, 496, 16},
    {gdma_register::src_start_addr_l32, 512, 32},
    {gdma_register::src_start_addr_h8, 544, 8},
    {gdma_register::reserved_2, 552, 24},
    {gdma_register::dst_start_addr_l32, 576, 32},
    {gdma_register::dst_start_addr_h8, 608, 8},
    {gdma_register::reserved_3, 616, 24},
    {gdma_register::rsvd_1, 640, 32},
    {gdma_register::rsvd_2, 672, 32},
    {gdma_register::localmem_mask_l32, 704, 32},
    {gdma_register::localmem_mask_h32, 736, 32},
};

inline constexpr Field<GdmaFields> kDmaGeneralShortFields[] = {
    {gdma_register::intr_en, 0, 1},
    {gdma_register::stride_enable, 1, 1},
    {gdma_register::nchw_copy, 2, 1},
    {gdma_register::cmd_short, 3, 1},
    {gdma_register::decompress_enable, 4, 1},
    {gdma_register::cmd_id_en, 5, 4},
    {gdma_register::cmd_id, 9, 20},
    {gdma_register::rsvd, 29, 3},
    {gdma_register::cmd_type, 32, 4},
    {gdma_register::cmd_special_function, 36, 3},
    {gdma_register::fill_constant_en, 39, 1},
    {gdma_register::src_data_format, 40, 3},
    {gdma_register::reserved_0, 43, 21},
    {gdma_register::cmd_id_dep, 64, 20},
    {gdma_register::reserved_1, 84, 12},
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
};

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
  static constexpr Layout<GdmaFields> kLong{"DMA_general", 96, 768, kDmaGeneralLongFields,
                                            std::size(kDmaGeneralLongFields)};
  static constexpr Layout<GdmaFields> kShort{"sDMA_general", 48, 384, kDmaGeneralShortFields,
                                             std::size(kDmaGeneralShortFields)};
};

}  // namespace bmemu::isa::bm1684x
