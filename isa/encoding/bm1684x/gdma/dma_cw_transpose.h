// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
// BM1684X GDMA instruction class DMA_cw_transpose: channel/width transpose.
#pragma once

#include "isa/encoding/bm1684x/gdma/gdma_fields.h"
#include "isa/encoding/layout.h"
#include "isa/encoding/operation.h"

namespace bmemu::isa::bm1684x {

inline constexpr Field<GdmaFields> kDmaCwTransposeLongFields[] = {
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
    {gdma_register::src_cstride, 160, 32},
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

struct DmaCwTranspose : DmaClass<DmaCwTranspose> {
  static constexpr std::uint8_t kCmdType = 4;
  enum class Op : std::uint8_t {
    kTranspose = 0,
  };
  static constexpr Operation kOperations[] = {
      {Op::kTranspose, "dma.cw_transpose"},
  };
  static constexpr Layout<GdmaFields> kLong{"DMA_cw_transpose", 96, 768, kDmaCwTransposeLongFields,
                                            std::size(kDmaCwTransposeLongFields)};
};

}  // namespace bmemu::isa::bm1684x
